"""Kills builds at random moments and runs them again; then a full disk and a read-only folder.

    python -m nino_assets_tests.benchmarks.faults FOLDER QUARTER [--from FIRST] [--trials N]
        [--again-after N] [--seed N] [--without-checks] [--refusals]

FOLDER is a data folder with deliveries; the keys must be there or in the environment. The range is
built once, undisturbed: that is what every other build must come to. Then N builds are killed, with
all their processes, each at a moment drawn from the length of the shortest so far; one that ends
before its moment is no trial. Half of them work on the built folder, half on one where nothing
stood before. After each kill everything that is visible must be whole: a published file has its
final bytes or is not there, every Parquet file reads to its end. Every kill is followed by another
run on what it left; every `--again-after` kills that run is left to end, and must come to the same
bytes. Ends with 1 when anything was otherwise.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import multiprocessing
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import pyarrow as pa

from nino_assets.cli.main import main as command_line
from nino_assets.governance.check_result import CheckResult
from nino_assets.orchestration.assets.catalogue import open_warehouse
from nino_assets.orchestration.checks import judge
from nino_assets.quality.results import build_result
from nino_assets.quality.suite import Suite
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.folders import Folders
from nino_assets.store.parquet import read_parquet
from nino_assets_tests.support.commands import hash_files, list_files

FORKS = multiprocessing.get_context("forkserver")


@dataclass(frozen=True)
class Range:
    """What is built: a quarter, and the first one of the range."""

    quarter: str
    first: str
    checked: bool

    @property
    def arguments(self) -> list[str]:
        return ["build", "--quarter", self.quarter, "--from", self.first]


def all_passed(
    suite: Suite, _: object, quarters: Sequence[Quarter], names=None
) -> list[CheckResult]:
    """Every check of a suite passed, without a look."""
    chosen = [name for name in suite.names if names is None or name in names]
    judged: Sequence[Quarter | None] = quarters or [None]
    return [
        build_result(suite.asset, suite.find(name).find_form(quarter), quarter, passed=True)
        for name in chosen
        for quarter in judged
    ]


def _build(data: Path, arguments: list[str], checked: bool) -> None:
    """A build in this process, which becomes a group of its own so that it can be killed whole."""
    os.setsid()
    os.environ["NINO_DATA_DIR"] = str(data)
    words = os.open(data / "words.txt", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.dup2(words, 1)
    os.dup2(words, 2)
    sys.argv = ["nino-assets", *arguments]
    if not checked:
        mock.patch.object(judge, "run_suite", all_passed).start()
    command_line()


def build(data: Path, wanted: Range, *, kill_after: float | None = None) -> tuple[int, float]:
    """Build; returns how it ended, negative for a signal, and its seconds."""
    process = FORKS.Process(target=_build, args=(data, wanted.arguments, wanted.checked))
    began = time.monotonic()
    process.start()
    process.join(kill_after)
    if process.is_alive():
        assert process.pid
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.join()
    assert process.exitcode is not None
    return process.exitcode, time.monotonic() - began


def published(data: Path) -> dict[str, str]:
    """All that a publication shows, but for the QA report, which tells of runs as well."""
    held = hash_files(data / "publications")
    return {
        name: digest
        for name, digest in held.items()
        if "/." not in name and ("/qa/" not in name or name.endswith("counts.json"))
    }


def half_write_date(data: Path, final: dict[str, str]) -> list[str]:
    """The visible files that are neither absent nor whole."""
    faults = [
        f"publications/{name}"
        for name, digest in published(data).items()
        # The manifest lists what stands so far: of a first build it grows.
        if digest != final.get(name) and not name.endswith("manifest.json")
    ]
    warehouse = open_warehouse(Folders(data))
    for path in list_files(data / "warehouse"):
        inside = str(path.relative_to(data))
        if "/." in inside or "/spill/" in inside:
            continue
        try:
            if path.suffix == ".parquet":
                restricted = "/restricted/" in inside
                dataset = read_parquet([path], warehouse.vault.encryption if restricted else None)
                for _ in dataset.to_batches():
                    pass
            elif path.suffix == ".json":
                json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError, pa.ArrowException):
            faults.append(inside)
    for manifest in (data / "publications").glob("*/manifest.json"):
        listed = json.loads(manifest.read_text(encoding="utf-8"))["files"]
        for name, entry in listed.items():
            place = f"{manifest.parent.name}/{name}"
            if final.get(place) != entry["sha256"]:
                faults.append(f"publications/{manifest.parent.name}/manifest.json")
    return faults


@contextlib.contextmanager
def mounted(folder: Path, *options: str) -> Iterator[None]:
    """A small file system over a folder, which is seen through it read-only or hardly at all."""
    subprocess.run(["mount", *options, str(folder)], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def refusals(data: Path, wanted: Range, final: dict[str, str]) -> list[str]:
    """A full disk, a read-only folder, and two builds at once: said clearly, and nothing lost."""
    faults = []
    publications = data / "publications"

    def judge(what: str, words: str) -> None:
        told = (data / "words.txt").read_text(encoding="utf-8")
        lines = [line for line in told.splitlines() if words in line]
        print(f"{what}: {lines[0].strip() if lines else 'NOT TOLD'}")  # noqa: T201
        if not lines or "Traceback" in told:
            faults.append(f"{what} was not told")
        if published(data) != final or half_write_date(data, final):
            faults.append(f"{what}: something was lost")

    spare = data / "spare"
    shutil.copytree(publications, spare)
    with mounted(publications, "-t", "tmpfs", "-o", "size=64m", "nino-full-disk"):
        shutil.copytree(spare, publications, dirs_exist_ok=True)
        with contextlib.suppress(OSError), (publications / ".filling").open("wb") as filling:
            while True:
                filling.write(b"0" * 65536)
                filling.flush()
        build(data, wanted)
        (publications / ".filling").unlink()
        judge("full disk", "disk is full")
    shutil.rmtree(spare)
    subprocess.run(["mount", "--bind", str(publications), str(publications)], check=True)
    with mounted(publications, "-o", "remount,bind,ro"):
        build(data, wanted)
        judge("read-only folder", "read-only")
    first = FORKS.Process(target=_build, args=(data, wanted.arguments, wanted.checked))
    first.start()
    locks = data / "warehouse" / "locks"
    while not any(lock.stat().st_mtime > time.time() - 3 for lock in locks.glob("*.lock")):
        time.sleep(0.05)
    code, _ = build(data, wanted)
    told = (data / "words.txt").read_text(encoding="utf-8")
    first.join()
    if code != 1 or first.exitcode != 0 or "being built by another run" not in told:
        faults.append(f"two builds at once ended with {first.exitcode} and {code}")
    print(f"two builds at once: {first.exitcode} and {code}")  # noqa: T201
    if published(data) != final:
        faults.append("two builds at once: something was lost")
    return faults


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("quarter")
    parser.add_argument("--from", dest="first", default="2002-Q1")
    parser.add_argument("--trials", type=int, default=30)
    parser.add_argument("--again-after", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--refusals", action="store_true", help="needs root: it mounts")
    parser.add_argument(
        "--without-checks", action="store_true", help="every check passes: half of the time"
    )
    given = parser.parse_args()
    wanted = Range(given.quarter, given.first, not given.without_checks)
    built = given.folder.absolute()
    # As the line's own executor does: nothing that has threads by the time of the fork.
    FORKS.set_forkserver_preload(["dagster", "great_expectations"])
    fresh = built.with_name(f"{built.name}-fresh")

    code, seconds = build(built, wanted)
    if code != 0:
        print(f"the undisturbed build ended with {code}: see {built / 'words.txt'}")  # noqa: T201
        return 1
    final, draw, faults = published(built), random.Random(given.seed), []
    print(f"undisturbed: {seconds:.0f} s, {len(final)} published files")  # noqa: T201
    shortest = {built: seconds, fresh: seconds}
    trial = kills = 0
    while kills < given.trials:
        trial += 1
        data = (built, fresh)[trial % 2]
        if data == fresh and not fresh.exists():
            fresh.mkdir()
            (fresh / "landing").symlink_to(built / "landing")
            shutil.copytree(built / "keys", fresh / "keys")
        code, lasted = build(data, wanted, kill_after=draw.uniform(0, shortest[data]))
        if code == 0:
            shortest[data] = min(shortest[data], lasted)
        else:
            kills += 1
        found = half_write_date(data, final)
        faults += found
        again = code != 0 and kills % given.again_after == 0
        if again:
            for each in {data} if given.again_after == 1 else (built, fresh):
                ended, lasts = build(each, wanted)
                shortest[each] = min(shortest[each], lasts)
                left = [p for p in list_files(each) if p.name.endswith(".tmp")]
                if ended != 0 or published(each) != final or left or half_write_date(each, final):
                    faults.append(f"trial {trial}: the run after it ended with {ended}")
        if again or code == 0:
            shutil.rmtree(fresh, ignore_errors=True)
        print(  # noqa: T201
            f"trial {trial}: {'built' if data == built else 'fresh'} folder, killed after "
            f"{lasted:.1f} s ({'ended before' if code == 0 else 'signal ' + str(-code)}), "
            f"{len(found)} half-written{', run again' if again else ''}",
            flush=True,
        )
    if given.refusals:
        faults += refusals(built, wanted, final)
    print("\n".join(faults) or "Nothing half-written, nothing lost, the same bytes.")  # noqa: T201
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
