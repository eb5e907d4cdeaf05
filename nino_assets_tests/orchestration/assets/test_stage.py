"""What follows from the declaration of a stage, in real Dagster runs of new assets."""

from __future__ import annotations

import stat
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import dagster as dg
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from nino_assets.orchestration.assets import stage as frame
from nino_assets.orchestration.assets.upstream import Once, SameQuarter, WholeSeries, YearTo
from nino_assets.statistic.quarters import Quarter
from nino_assets.store import locks
from nino_assets.store.declarations import Access, Kept, Stored
from nino_assets.store.folders import Folders
from nino_assets.store.keys import STORAGE_KEY
from nino_assets.store.locks import lock_quarters
from nino_assets_tests.support.new_stages import (
    FIRST,
    PSEUDONYM,
    QUARTER,
    StageRunner,
    ages,
    build_stage,
    sizes,
    write_table,
)


@pytest.fixture
def runner(
    folders: Folders, monkeypatch: pytest.MonkeyPatch, no_keys: None
) -> Iterator[StageRunner]:
    monkeypatch.setenv(STORAGE_KEY, "5a" * 32)
    with dg.DagsterInstance.ephemeral() as instance:
        runner = StageRunner(folders, instance)
        monkeypatch.setattr(frame, "find_suite", lambda name: name)
        monkeypatch.setattr(
            frame,
            "refuse_unchecked",
            lambda _, name, quarters: runner.gated.update({name: quarters}),
        )
        yield runner


def test_a_new_asset_declared_restricted_lands_encrypted_and_private(runner: StageRunner) -> None:
    new = build_stage(access=Access.RESTRICTED)
    assert runner.run(new) == ""
    [path] = runner.folders.root.rglob("*.parquet")
    assert path == runner.folders.restricted / "new" / "2020-Q4.parquet"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(runner.folders.restricted.stat().st_mode) == 0o700
    assert PSEUDONYM.encode() not in path.read_bytes()
    with pytest.raises((pa.ArrowInvalid, OSError)):
        pq.read_schema(path)
    assert [spec.tags["access"] for spec in new.definition.specs] == ["restricted"]


def test_a_by_product_lies_where_its_own_declaration_says(runner: StageRunner) -> None:
    side = Stored(name="side", access=Access.RESTRICTED, kept=Kept.BY_QUARTER)
    new = build_stage(lambda run: write_table(run, "side"), by_products=[side])
    assert runner.run(new) == ""
    found = {p.relative_to(runner.folders.warehouse).as_posix() for p in _parquet(runner.folders)}
    assert found == {"new/2020-Q4.parquet", "restricted/side/2020-Q4.parquet"}


def _parquet(folders: Folders) -> list[Path]:
    return list(folders.root.rglob("*.parquet"))


def test_reading_an_asset_that_is_not_declared_is_refused(runner: StageRunner) -> None:
    new = build_stage(
        lambda run: {"rows": run.warehouse.tables.read("ages", [QUARTER]).count_rows()}
    )
    runner.write_upstream(new, [QUARTER])
    refused = runner.run(new)
    assert "new may not read ages" in refused
    assert "Next: name ages in its reads, at new in orchestration/assets" in refused
    assert not runner.warehouse(new).tables.is_stored("new", QUARTER)


def test_reading_a_quarter_that_is_not_declared_is_refused(runner: StageRunner) -> None:
    new = build_stage(
        lambda run: {"rows": run.warehouse.tables.read("ages", [QUARTER - 1]).count_rows()},
        reads=[SameQuarter(ages)],
    )
    runner.write_upstream(new, [QUARTER - 1, QUARTER])
    assert "new may not read ages of 2020-Q3" in runner.run(new)


def test_an_asset_that_the_stage_is_only_gated_on_is_not_read(runner: StageRunner) -> None:
    new = build_stage(
        lambda run: {"rows": run.warehouse.tables.read("ages", [QUARTER]).count_rows()},
        gated_on=[SameQuarter(ages)],
    )
    runner.write_upstream(new, [QUARTER])
    assert "new may not read ages" in runner.run(new)


def test_writing_the_asset_of_another_stage_is_refused(runner: StageRunner) -> None:
    new = build_stage(lambda run: write_table(run, "ages"), reads=[SameQuarter(ages)])
    runner.write_upstream(new, [QUARTER])
    assert "new may not write ages" in runner.run(new)


SERIES = FIRST.list_until(QUARTER)


@pytest.mark.parametrize(
    ("upstream", "gated"),
    [
        (SameQuarter(ages), {"ages": [QUARTER]}),
        (YearTo(ages), {"ages": (QUARTER - 3).list_until(QUARTER)}),
        (WholeSeries(ages), {"ages": SERIES}),
        (Once(sizes), {"sizes": ()}),
    ],
    ids=lambda value: type(value).__name__,
)
@pytest.mark.parametrize("how", ["reads", "gated_on"])
def test_exactly_what_a_stage_is_built_on_is_gated(
    runner: StageRunner, upstream: Any, gated: Mapping[str, Sequence[Quarter]], how: str
) -> None:
    new = build_stage(reads=[upstream]) if how == "reads" else build_stage(gated_on=[upstream])
    runner.write_upstream(new, SERIES)
    assert runner.run(new) == ""
    assert runner.gated == gated


def test_a_year_does_not_begin_before_the_series(runner: StageRunner) -> None:
    new = build_stage(reads=[YearTo(ages)])
    runner.write_upstream(new, [QUARTER - 1, QUARTER])
    assert runner.run(new) == ""
    assert runner.gated == {"ages": [QUARTER - 1, QUARTER]}


def test_what_is_optional_is_gated_once_it_is_there(runner: StageRunner) -> None:
    new = build_stage(
        lambda run: {"stored": run.warehouse.tables.is_stored("sizes")},
        reads=[Once(sizes, optional=True)],
    )
    assert runner.run(new) == ""
    assert runner.gated == {}
    runner.write_upstream(new, [])
    assert runner.run(new) == ""
    assert {asset: list(quarters) for asset, quarters in runner.gated.items()} == {"sizes": []}


def test_a_stage_with_gates_of_its_own_is_not_gated_by_the_frame(runner: StageRunner) -> None:
    new = build_stage(reads=[Once(sizes)], has_own_gates=True)
    assert runner.run(new) == ""
    assert runner.gated == {}


def test_a_quarter_that_another_run_builds_is_refused(runner: StageRunner) -> None:
    with lock_quarters(runner.folders, [QUARTER], "another run"):
        assert "2020-Q4 is being built by another run" in runner.run(build_stage())
    assert runner.run(build_stage()) == ""


@pytest.mark.parametrize("access", [Access.ALL, Access.SECRET])
def test_a_list_that_holds_the_same_is_left_alone_and_keeps_its_mark(
    runner: StageRunner, access: Access
) -> None:
    marks, inodes = [], []
    for values in (["a", "b"], ["a", "b"], ["a", "c"]):
        new = build_list(values, access)
        assert runner.run(new, None) == ""
        inodes.append(runner.warehouse(new).tables.find_path("new").stat().st_ino)
        marks.append(read_mark(runner))
    assert marks[0] == marks[1] != marks[2]
    assert inodes[0] == inodes[1]
    assert all(mark.startswith("sha256:") for mark in marks)


def build_list(values: Sequence[str], access: Access = Access.ALL) -> frame.Stage:
    """A list without quarters, as reference lists are made."""

    def new(run: frame.StageRun) -> frame.Metadata:
        return {"rows": run.warehouse.tables.write_changed("new", pl.DataFrame({"v": values}))}

    return frame.declare_asset(group="cubes", access=access, kept=Kept.ONCE, kinds={"parquet"})(new)


def read_mark(runner: StageRunner) -> str:
    newest = runner.instance.get_latest_materialization_event(dg.AssetKey("new"))
    assert newest is not None
    assert newest.asset_materialization is not None
    return (newest.asset_materialization.tags or {})["dagster/data_version"]


def test_a_list_that_cannot_be_read_is_written_again(runner: StageRunner) -> None:
    new = build_list(["a"])
    assert runner.run(new, None) == ""
    path = runner.warehouse(new).tables.find_path("new")
    path.write_bytes(path.read_bytes()[:-9])
    assert runner.run(new, None) == ""
    assert runner.warehouse(new).tables.read_frame("new")["v"].to_list() == ["a"]


def test_what_runs_share_is_made_by_one_at_a_time(
    runner: StageRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locks, "WAIT_SECONDS", 0.1)
    new = build_list(["a"])
    with locks.lock_shared(runner.folders, "new"):
        assert "locks/new.lock is held by" in runner.run(new, None)
    assert runner.run(new, None) == ""
