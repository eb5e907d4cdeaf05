"""The same inputs, keys and code give the same bytes: again, elsewhere, in parts, after a kill."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
from pathlib import Path
from unittest import mock

import pytest

from nino_assets.orchestration.checks import judge
from nino_assets.store.publication_manifest import verify_manifest
from nino_assets_tests.support.asserting import hash_published
from nino_assets_tests.support.commands import list_files
from nino_assets_tests.support.pipeline import (
    FIRST,
    LAST,
    QUARTERS,
    Pipeline,
    repeat_built_verdicts,
)
from nino_assets_tests.support.recompute import published_rows

pytestmark = pytest.mark.line

KILLS = int(os.environ.get("NINO_TEST_KILLS", "3"))
"""Writes at which a run is killed, spread over a whole run."""


def test_the_release_quarter_alone_again(pipeline: Pipeline):
    before = hash_published(pipeline)
    ended = pipeline.build(LAST)
    assert ended.code == 0, ended.text
    assert hash_published(pipeline) == before


@pytest.mark.usefixtures("unchecked")
def test_a_register_quarter_by_quarter_gives_the_same_cells(built: Pipeline, landed: Pipeline):
    """The first five in one run, then the sixth, as releases would come."""
    ended = landed.build(QUARTERS[-2], FIRST)
    assert ended.code == 0, ended.text
    earlier = published_rows(landed.cells(QUARTERS[-2]))
    ended = landed.build(LAST)
    assert ended.code == 0, ended.text
    rows = published_rows(landed.cells())
    assert rows == published_rows(built.cells())
    assert [row for row in rows if row[1] < LAST] == earlier
    ours = {
        name: digest for name, digest in hash_published(landed).items() if name.startswith(LAST)
    }
    assert ours == hash_published(built)


def _build_until(pipeline: Pipeline, write: int, *, replaced: bool) -> None:
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

    mock.patch.object(Path, "replace", counted).start()
    mock.patch.object(judge, "run_suite", repeat_built_verdicts).start()
    os._exit(pipeline.build(LAST, FIRST).code)


@pytest.mark.usefixtures("unchecked")
def test_killed_at_any_write_and_run_again(built: Pipeline, landed: Pipeline, pipeline: Pipeline):
    """One folder where nothing stood before, one with a publication; both are killed repeatedly."""
    forks = multiprocessing.get_context("forkserver")
    # As the line's own executor does: nothing that has threads by the time of the fork.
    forks.set_forkserver_preload(["dagster", "great_expectations"])
    wanted = hash_published(built)
    draw = random.Random(20)
    for number in range(KILLS):
        victim = (landed, pipeline)[number % 2]
        # Later and later within a run, so that every stage is met; the last write is a manifest.
        write = 1 + int((number + draw.random()) / KILLS * (built.writes - 1))
        how = {"replaced": draw.random() < 0.5}
        process = forks.Process(target=_build_until, args=(victim, write), kwargs=how)
        process.start()
        process.join(timeout=300)
        assert process.exitcode == -signal.SIGKILL, f"not killed at write {write}"
        for path in list_files(victim.data / "warehouse" / "perturbed_cubes"):
            if path.suffix == ".parquet":
                assert published_rows(path)
        if victim is pipeline:
            # The same inputs: whatever was replaced by then has the bytes that it had.
            visible = {name: d for name, d in hash_published(pipeline).items() if "/." not in name}
            assert visible == wanted
            assert verify_manifest(pipeline.publication()) == []
    for victim in (landed, pipeline):
        ended = victim.build(LAST, FIRST)
        assert ended.code == 0, ended.text
        assert hash_published(victim) == wanted
        assert verify_manifest(victim.publication()) == []
        assert not list(victim.data.rglob("*.tmp"))
