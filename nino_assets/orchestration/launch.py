"""Runs a job headless, on the same graph and instance as the web UI, and says what happens.

Belongs here: one run in this process, its progress, its refusals in words. Does not belong here:
what the jobs are (`jobs.py`), where the instance lies (`instance.py`).
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import sqlite3
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import dagster as dg

from nino_assets.errors import WarehouseError
from nino_assets.governance.check_result import CheckResult
from nino_assets.orchestration.checks.evaluations import describe_result, read_evaluation
from nino_assets.orchestration.definitions import defs
from nino_assets.quality.engine import preload_great_expectations
from nino_assets.quality.results import build_result
from nino_assets.quality.suites.all import find_suite
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.folders import Folders
from nino_assets.store.locks import lock_quarters

Say = Callable[[str], None]

PROCESS_TAG = "nino/process"
_BATCH_SIZE = "DAGSTER_EVENT_BATCH_SIZE"


def run_job(
    instance: dg.DagsterInstance,
    folders: Folders,
    job_name: str,
    quarters: Sequence[Quarter],
    say: Say,
) -> bool:
    """Run one job for a quarter, or for a range in one run. Returns whether everything passed.

    Raises WarehouseError when another run is at work on one of the quarters. Progress, failed
    checks and refusals go to `say`, a line at a time.
    """
    job = defs.resolve_job_def(job_name)
    first, last = quarters[0], quarters[-1]
    tags = {PROCESS_TAG: str(os.getpid())}
    if first != last:
        tags["dagster/asset_partition_range_start"] = first.key
        tags["dagster/asset_partition_range_end"] = last.key
    run_id = str(uuid.uuid4())
    with lock_quarters(folders, quarters, run_id), _batch_events():
        instance.add_event_listener(run_id, _Progress(say, is_range=first != last))
        result = job.execute_in_process(
            instance=instance,
            run_id=run_id,
            partition_key=first.key if first == last else None,
            tags=tags,
            run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
            raise_on_error=False,
        )
    return result.success


@contextlib.contextmanager
def _batch_events() -> Iterator[None]:
    """Let Dagster store the events of a range of quarters in batches, through its own setting."""
    before = os.environ.get(_BATCH_SIZE)
    os.environ[_BATCH_SIZE] = "1000"
    try:
        yield
    finally:
        if before is None:
            del os.environ[_BATCH_SIZE]
        else:
            os.environ[_BATCH_SIZE] = before


@contextlib.contextmanager
def explain_full_disk(folders: Folders) -> Iterator[None]:
    """Raise a message that people can act on when the disk is full.

    Every stage does so for the file it writes; this is for the event log, which is written all the
    time, through SQLite. Raises WarehouseError.
    """
    try:
        yield
    except Exception as error:
        if not any(_is_full_disk(cause) for cause in _causes(error)):
            raise
    else:
        return
    free = f"{shutil.disk_usage(folders.root).free / 1e6:,.0f} MB free"
    raise WarehouseError(
        f"{folders.describe(folders.dagster)} cannot be written: the disk is full ({free})",
        rule="every step of a run is written to the event log",
        next_step="free some space on that disk, then run the quarter again",
    )


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _is_full_disk(error: BaseException) -> bool:
    if isinstance(error, sqlite3.Error):
        # SQLite cannot always tell why a page was not written.
        return "disk is full" in str(error) or "disk I/O error" in str(error)
    return isinstance(error, OSError) and error.errno == errno.ENOSPC


def close_dead_runs(instance: dg.DagsterInstance) -> None:
    """Mark headless runs as failed whose process was killed.

    Otherwise the UI would show them as at work for ever, and hold its own runs in the queue.
    """
    for run in instance.get_runs(dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED])):
        pid = run.tags.get(PROCESS_TAG)
        if pid and not Path(f"/proc/{pid}").exists():
            instance.report_run_failed(run, "The process of this run was ended from outside.")


class _Progress:
    """Turns Dagster's events into lines that people read.

    Of a range of quarters each check says once what it found in all of them; its verdicts on the
    single quarters are left to the web UI.
    """

    def __init__(self, say: Say, *, is_range: bool) -> None:
        self._say = say
        self._is_range = is_range
        self._began = time.monotonic()

    def __call__(self, entry: dg.EventLogEntry) -> None:
        event = entry.dagster_event
        if event is None:
            return
        if event.event_type == dg.DagsterEventType.RUN_START:
            # Not earlier: Dagster's own preparations would only be slower for it.
            preload_great_expectations()
        elif event.event_type == dg.DagsterEventType.STEP_START and not _is_check(event):
            self._say(f"{self._clock()}  {event.step_key}")
        elif event.event_type == dg.DagsterEventType.STEP_FAILURE:
            failure = event.step_failure_data
            told = failure.user_failure_data
            if told is not None and told.description:
                self._say(f"{self._clock()}  {event.step_key} was refused\n{told.description}")
            elif not _is_check(event):
                self._say(f"{self._clock()}  {event.step_key} failed; see its run in the web UI")
        elif event.event_type == dg.DagsterEventType.ASSET_CHECK_EVALUATION:
            self._tell_check(event.asset_check_evaluation_data)

    def _tell_check(self, evaluation: dg.AssetCheckEvaluation) -> None:
        if evaluation.passed or (self._is_range and evaluation.partition is not None):
            return
        result = _read_result(evaluation)
        kind = "BLOCKED by" if evaluation.blocking else "Warning from"
        self._say(f"{self._clock()}  {kind} {result.key}: {describe_result(result)}")
        if evaluation.blocking:
            self._say(f"Next: {result.next_step}")

    def _clock(self) -> str:
        seconds = int(time.monotonic() - self._began)
        return f"{seconds // 60:02d}:{seconds % 60:02d}"


def _read_result(evaluation: dg.AssetCheckEvaluation) -> CheckResult:
    """A result with its rule as in force in the quarter, or in the last one that failed."""
    asset = evaluation.asset_key.to_user_string()
    rule = find_suite(asset).find(evaluation.check_name)
    quarter = Quarter.parse(evaluation.partition) if evaluation.partition else None
    result = read_evaluation(build_result(asset, rule.show_form(quarter), quarter), evaluation)
    if not result.quarters_failed:
        return result
    last = Quarter.parse(result.quarters_failed[-1])
    return read_evaluation(build_result(asset, rule.show_form(last), None), evaluation)


def _is_check(event: dg.DagsterEvent) -> bool:
    return (event.step_key or "").endswith("_checks")
