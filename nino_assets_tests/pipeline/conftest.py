"""Built data folders that the tests of the line share: built once, copied for each test."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from unittest import mock

import pytest

from nino_assets.methods.disclosure.perturbation_table.design import (
    DWP_LIKE,
    make_perturbation_table,
)
from nino_assets.orchestration.checks import factory
from nino_assets.quality.engine import Outcome, run_suite
from nino_assets_tests.support import deliveries, identifiers
from nino_assets_tests.support.commands import KEYS, Ended, run

MEMORY = Path("/dev/shm")
"""Dagster's SQLite waits for the disk at every event: in memory a build takes half the time."""

_JUDGED: dict[object, list[Outcome]] = {}

QUARTERS = ("2002-Q1", "2002-Q2", "2002-Q3", "2002-Q4", "2003-Q1", "2003-Q2")
FIRST, LAST = QUARTERS[0], QUARTERS[-1]


@dataclass(frozen=True)
class World:
    """A data folder, the settings it is built with, and its first build: prints and writes."""

    data: Path
    settings: dict[str, str]
    printed: str = ""
    writes: int = 0

    def set(self, **settings: str | None) -> World:
        """The same folder with other settings; None takes one away."""
        kept = {name: value for name, value in (self.settings | settings).items() if value}
        return replace(self, settings=kept)

    def run(self, *arguments: str) -> Ended:
        return run(self.data, self.settings, *arguments)

    def build(self, quarter: str, first: str | None = None) -> Ended:
        since = ("--from", first) if first else ()
        return self.run("build", "--quarter", quarter, *since)

    @property
    def landing(self) -> Path:
        return self.data / "landing"

    def publication(self, quarter: str = LAST) -> Path:
        return self.data / "publications" / quarter

    def cells(self, quarter: str = LAST) -> Path:
        return self.publication(quarter) / "open-data" / "nino-registrations.parquet"


@pytest.fixture(scope="session")
def scratch() -> Iterator[Callable[[], Path]]:
    """Gives a new empty folder at each call."""
    parent = MEMORY if MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(dir=parent, prefix="nino-line-") as folder:
        yield lambda: Path(tempfile.mkdtemp(dir=folder))


@pytest.fixture(scope="session")
def settings(scratch: Callable[[], Path]) -> dict[str, str]:
    """Keys of our own, and a p-table of 512 keys."""
    path = scratch() / "ptable.parquet"
    make_perturbation_table(b"p" * 32, replace(DWP_LIKE, keys=512)).write_parquet(path)
    return {**KEYS, "NINO_PERTURBATION_TABLE": str(path)}


@pytest.fixture(scope="session")
def built(scratch: Callable[[], Path], settings: dict[str, str]) -> World:
    """Six quarters from a register extract. Nobody changes it: tests that build take a copy."""
    data = scratch()
    deliveries.write_directory(data / "landing" / "nspl")
    records = identifiers.among(deliveries.some_rows(QUARTERS, 3000), LAST)
    deliveries.deliver(data / "landing", LAST, records, extract="register")
    deliveries.write_release_lists(data / "landing", LAST)
    world = World(data, settings)
    with mock.patch.object(Path, "replace", autospec=True, side_effect=Path.replace) as replaced:
        ended = world.build(LAST, FIRST)
    assert ended.code == 0, ended.text
    return replace(world, printed=ended.text, writes=replaced.call_count)


@pytest.fixture
def world(built: World, scratch: Callable[[], Path]) -> Iterator[World]:
    """A copy of the built folder, to build on and to break."""
    data = scratch()
    shutil.copytree(built.data, data, dirs_exist_ok=True)
    yield replace(built, data=data)
    shutil.rmtree(data, ignore_errors=True)


@pytest.fixture
def empty_world(settings: dict[str, str], scratch: Callable[[], Path]) -> Iterator[World]:
    """A folder with a postcode directory and nothing else."""
    data = scratch()
    deliveries.write_directory(data / "landing" / "nspl")
    yield World(data, settings)
    shutil.rmtree(data, ignore_errors=True)


@pytest.fixture(autouse=True)
def reference_judged_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Great Expectations judges the same directory, lists and p-table once, not in every build."""

    def remembered(suite, warehouse, quarters, names=None):
        if suite.partitioned:
            return run_suite(suite, warehouse, quarters, names)
        read = sorted(p for p in warehouse.folders.postcode_landing.rglob("*") if p.is_file())
        if suite.asset == "perturbation_table":
            read = [Path(os.environ["NINO_PERTURBATION_TABLE"])]
        digest = tuple(sha256(file.read_bytes()).hexdigest() for file in read)
        key = (suite.asset, frozenset(names or ()), digest)
        if key not in _JUDGED:
            _JUDGED[key] = run_suite(suite, warehouse, quarters, names)
        return _JUDGED[key]

    monkeypatch.setattr(factory, "run_suite", remembered)


STANDING_WARNINGS = frozenset(
    {
        "postcode_directory.located_percent",
        "raw_scan.malformed_percent",
        "raw_scan.statement_missing",
        "cleaned_records.rejected_percent",
        "cleaned_records.age_unknown_percent",
        "cleaned_records.unlisted_types",
        "cleaned_records.unlisted_statuses",
        "rejected_records.duplicate_percent",
        "rejected_records.invalid_nino_percent",
        "rejected_records.not_live_percent",
        "rejected_records.outside_series_percent",
        "rejected_records.undated_percent",
        "rejected_records.uk_national_percent",
        "geocoded_records.matched_percent",
        "geocoded_records.overseas_percent",
        "geocoded_records.terminated_percent",
    }
)
"""What the checks find on the built line: its records are unusual, and nothing blocks."""


def judged_as_built(suite, warehouse, quarters, names=None) -> list[Outcome]:
    """The verdicts of the built line without a look: for tests that are not about checks.

    The quality report, which is published, tells how many checks passed.
    """
    chosen = [name for name in suite.names if names is None or name in names]
    return [
        Outcome(name, quarter, passed=f"{suite.asset}.{name}" not in STANDING_WARNINGS)
        for name in chosen
        for quarter in quarters or [None]
    ]


@pytest.fixture
def unchecked(reference_judged_once: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Builds without Great Expectations, which takes half of their time."""
    monkeypatch.setattr(factory, "run_suite", judged_as_built)
