"""The same inputs, keys and code give the same bytes: again, elsewhere, in parts, after a kill."""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from nino_assets.orchestration.checks import factory
from nino_assets.store.publication_manifest import verify_manifest
from nino_assets_tests.pipeline.conftest import (
    FIRST,
    LAST,
    QUARTERS,
    STANDING_WARNINGS,
    World,
    judged_as_built,
)
from nino_assets_tests.support import identifiers
from nino_assets_tests.support.commands import digests, files, start
from nino_assets_tests.support.recompute import published_rows

KILLS = int(os.environ.get("NINO_TEST_KILLS", "3"))
"""Writes at which a run is killed, spread over a whole run."""


def published(world: World) -> dict[str, str]:
    """All that is published, and the counts beside it: the QA report tells of runs as well."""
    held = digests(world.data / "publications")
    return {n: d for n, d in held.items() if "/qa/" not in n or n.endswith("counts.json")}


def test_the_quality_report_counts_the_warnings_that_stand(built: World):
    checks = json.loads((built.publication() / "qa" / "document-checks.json").read_text())
    noticed = {f"{c['asset']}.{c['name']}" for c in checks if c["passed"] is False}
    assert noticed == STANDING_WARNINGS


@pytest.fixture
def landed(built: World, scratch: Callable[[], Path]) -> Iterator[World]:
    """A folder with the same deliveries as the built one, and nothing built."""
    data = scratch()
    shutil.copytree(built.landing, data / "landing")
    yield World(data, built.settings)
    shutil.rmtree(data, ignore_errors=True)


def test_in_another_folder_and_process_with_other_hashes_and_threads(built: World, landed: World):
    others = {"PYTHONHASHSEED": "4711", "POLARS_MAX_THREADS": "1", "OMP_NUM_THREADS": "1"}
    process = start(
        landed.data, landed.settings | others, "build", "--quarter", LAST, "--from", FIRST
    )
    printed, _ = process.communicate(timeout=600)
    assert process.returncode == 0, printed
    assert published(landed) == published(built)
    # What a real process prints, past Python's own streams too, holds no identifier either.
    assert identifiers.found_in_text(printed) == []
    assert identifiers.found_in(landed.data) == []


def test_the_release_quarter_alone_again(world: World):
    before = published(world)
    ended = world.build(LAST)
    assert ended.code == 0, ended.text
    assert published(world) == before


@pytest.mark.usefixtures("unchecked")
def test_a_register_quarter_by_quarter_gives_the_same_cells(built: World, landed: World):
    """The first five in one run, then the sixth, as releases would come."""
    ended = landed.build(QUARTERS[-2], FIRST)
    assert ended.code == 0, ended.text
    earlier = published_rows(landed.cells(QUARTERS[-2]))
    ended = landed.build(LAST)
    assert ended.code == 0, ended.text
    rows = published_rows(landed.cells())
    assert rows == published_rows(built.cells())
    assert [row for row in rows if row[1] < LAST] == earlier
    ours = {name: digest for name, digest in published(landed).items() if name.startswith(LAST)}
    assert ours == published(built)


def _build_until(world: World, write: int, *, replaced: bool) -> None:
    """A build that is killed at one of its writes, just before a file is replaced or just after."""
    replace = Path.replace
    writes = 0

    def counted(self: Path, target: Path) -> Path:
        nonlocal writes
        writes += 1
        if writes == write and not replaced:
            os.kill(os.getpid(), signal.SIGKILL)
        replace(self, target)
        if writes == write:
            os.kill(os.getpid(), signal.SIGKILL)
        return target

    Path.replace = counted  # type: ignore[method-assign]
    factory.run_suite = judged_as_built
    os._exit(world.build(LAST, FIRST).code)


@pytest.mark.usefixtures("unchecked")
def test_killed_at_any_write_and_run_again(built: World, landed: World, world: World):
    """One folder where nothing stood before, one with a publication; both are killed repeatedly."""
    forks = multiprocessing.get_context("forkserver")
    # As the line's own executor does: nothing that has threads by the time of the fork.
    forks.set_forkserver_preload(["dagster", "great_expectations"])
    wanted = published(built)
    draw = random.Random(20)
    for number in range(KILLS):
        victim = (landed, world)[number % 2]
        # Later and later within a run, so that every stage is met; the last write is a manifest.
        write = 1 + int((number + draw.random()) / KILLS * (built.writes - 1))
        how = {"replaced": draw.random() < 0.5}
        process = forks.Process(target=_build_until, args=(victim, write), kwargs=how)
        process.start()
        process.join(timeout=300)
        assert process.exitcode == -signal.SIGKILL, f"not killed at write {write}"
        for path in files(victim.data / "warehouse" / "perturbed_cubes"):
            if path.suffix == ".parquet":
                assert published_rows(path)
        if victim is world:
            # The same inputs: whatever was replaced by then has the bytes that it had.
            visible = {name: d for name, d in published(world).items() if "/." not in name}
            assert visible == wanted
            assert verify_manifest(world.publication()) == []
    for victim in (landed, world):
        ended = victim.build(LAST, FIRST)
        assert ended.code == 0, ended.text
        assert published(victim) == wanted
        assert verify_manifest(victim.publication()) == []
        assert not list(victim.data.rglob("*.tmp"))
