"""Runs a command of the line in a process of its own and watches it: time, processor, memory.

Belongs here: measuring a process, and what the event log says of its steps. Does not belong here:
what is measured and what it is compared with (the other modules).
"""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import dagster as dg

from nino_assets.orchestration.instance import open_instance
from nino_assets.store.folders import Folders

_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")
_EVERY = 0.05
"""Seconds between two looks."""


@dataclass(frozen=True)
class Look:
    """A process at a moment: the time, its processor seconds so far, its memory in bytes."""

    time: float
    processor: float
    memory: int


@dataclass(frozen=True)
class Watched:
    """What a command took. `peak` is in bytes, of the process and its children, by the kernel."""

    code: int
    seconds: float
    processor: float
    peak: int
    looks: Sequence[Look] = field(repr=False)


@dataclass(frozen=True)
class Step:
    """A step of a run: an asset, or the checks of one. `rows` are those that the asset wrote."""

    name: str
    seconds: float
    processor: float
    peak: int
    rows: int | None


def watch(command: Sequence[str], environment: Mapping[str, str], log: Path) -> Watched:
    """Run a command to its end, its words going to the file `log`."""
    began = time.time()
    looks: list[Look] = []
    with log.open("wb") as words:
        process = subprocess.Popen(
            command, env=dict(environment), stdout=words, stderr=subprocess.STDOUT
        )
        ended = threading.Event()
        watcher = threading.Thread(target=_look, args=(process.pid, looks, ended))
        watcher.start()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        ended.set()
        watcher.join()
    return Watched(
        code=process.returncode,
        seconds=time.time() - began,
        processor=used.ru_utime + used.ru_stime,
        peak=used.ru_maxrss * 1024,
        looks=looks,
    )


def _look(pid: int, looks: list[Look], ended: threading.Event) -> None:
    while not ended.wait(_EVERY):
        try:
            words = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
            pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
        except (OSError, IndexError):
            return
        processor = (int(words[11]) + int(words[12])) / _TICKS
        looks.append(Look(time.time(), processor, pages * _PAGE))


def steps(folders: Folders, watched: Watched) -> list[Step]:
    """The steps of the runs that the command made, in the order in which they ended."""
    began = watched.looks[0].time
    found = []
    with open_instance(folders) as instance:
        for run in reversed(instance.get_runs()):
            started = instance.get_run_stats(run.run_id).start_time
            if started and started >= began:
                found += _steps_of(instance, run.run_id, watched.looks)
    return found


def _steps_of(instance: dg.DagsterInstance, run_id: str, looks: Sequence[Look]) -> list[Step]:
    started: dict[str, float] = {}
    rows: dict[str, int] = {}
    found = []
    for entry in instance.all_logs(run_id):
        event = entry.dagster_event
        if event is None or event.step_key is None:
            continue
        if event.event_type == dg.DagsterEventType.STEP_START:
            started[event.step_key] = entry.timestamp
        elif event.event_type == dg.DagsterEventType.ASSET_MATERIALIZATION:
            held = event.step_materialization_data.materialization.metadata.get("dagster/row_count")
            if held is not None:
                rows.setdefault(event.step_key, int(held.value))  # type: ignore[arg-type]
        elif event.event_type in (
            dg.DagsterEventType.STEP_SUCCESS,
            dg.DagsterEventType.STEP_FAILURE,
        ):
            found.append(
                _step(event.step_key, started[event.step_key], entry.timestamp, rows, looks)
            )
    return found


def _step(
    name: str, began: float, ended: float, rows: Mapping[str, int], looks: Sequence[Look]
) -> Step:
    during = [look for look in looks if began <= look.time <= ended]
    return Step(
        name=name,
        seconds=ended - began,
        processor=during[-1].processor - during[0].processor if during else 0,
        peak=max((look.memory for look in during), default=0),
        rows=rows.get(name),
    )
