"""What follows from the declaration of a stage, in real Dagster runs of new assets."""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import dagster as dg
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from nino_assets.orchestration.assets import stage as frame
from nino_assets.orchestration.assets.catalogue import STAGES
from nino_assets.orchestration.assets.stage import (
    Made,
    Metadata,
    Stage,
    StageRun,
    declare_asset,
    declare_assets,
)
from nino_assets.orchestration.assets.upstream import Once, SameQuarter, WholeSeries, YearTo
from nino_assets.orchestration.partitions import ALL_BEFORE, THREE_BEFORE
from nino_assets.quality.suites.all import ALL_SUITES
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.declarations import Access, Declarations, Kept, Stored
from nino_assets.store.folders import Folders
from nino_assets.store.keys import STORAGE_KEY
from nino_assets.store.locks import lock_quarters
from nino_assets.store.warehouse import Warehouse

FIRST, QUARTER = Quarter(2018, 1), Quarter(2020, 4)
PSEUDONYM = "a pseudonym that nobody may read"
TABLE = pa.table({"pseudonym": [PSEUDONYM]})
COUNTS = Stored(name="keyed_counts", access=Access.ALL, kept=Kept.BY_QUARTER)
"""The series runs from the first of these."""
COUNTS_MADE = Made(stored=COUNTS, description="", kinds=frozenset())


def write_table(run: StageRun, asset: str) -> Metadata:
    quarter = run.quarters[-1] if run.quarters else None
    return {"rows": run.warehouse.tables.write(asset, TABLE.to_reader(), quarter)}


@declare_asset(group="reference", access=Access.ALL, kept=Kept.ONCE, kinds={"parquet"})
def sizes(run: StageRun) -> Metadata:
    """A list without quarters."""
    return write_table(run, "sizes")


@declare_asset(
    group="cubes", access=Access.ALL, kept=Kept.BY_QUARTER, kinds={"parquet"}, one_pass=True
)
def ages(run: StageRun) -> Metadata:
    """A table a quarter."""
    return write_table(run, "ages")


def build(work: Callable[[StageRun], Metadata] | None = None, **declared: Any) -> Stage:
    """A stage `new` with a declaration of its own; it writes its table unless told otherwise."""

    def new(run: StageRun) -> Metadata:
        """A new asset."""
        if work is not None:
            work(run)
        return write_table(run, "new")

    facts = {"group": "cubes", "access": Access.ALL, "kept": Kept.BY_QUARTER, "kinds": {"parquet"}}
    return declare_asset(**(facts | declared))(new)


class Line:
    """A warehouse that declares some stages, and runs of one of them."""

    def __init__(self, folders: Folders, instance: dg.DagsterInstance) -> None:
        self.folders, self.instance = folders, instance
        self.gated: dict[str, list[Quarter]] = {}

    def warehouse(self, new: Stage) -> Warehouse:
        stored = [stored for each in (sizes, ages, new) for stored in each.stores]
        return Warehouse(self.folders, Declarations([COUNTS, *stored]))

    def write_upstream(self, new: Stage, quarters: Sequence[Quarter]) -> None:
        warehouse = self.warehouse(new)
        warehouse.tables.write("sizes", TABLE.to_reader())
        for quarter in quarters:
            for asset in ("ages", "keyed_counts"):
                warehouse.tables.write(asset, TABLE.to_reader(), quarter)

    def run(self, new: Stage, quarter: Quarter | None = QUARTER) -> str:
        """Materialise the stage alone. Returns the refusal; blank when there was none."""
        result = dg.materialize(
            [new.definition],
            partition_key=quarter.key if quarter else None,
            instance=self.instance,
            resources={"warehouse": self.warehouse(new)},
            raise_on_error=False,
        )
        failures = [e.step_failure_data for e in result.all_events if e.is_step_failure]
        return "".join(
            str(f.user_failure_data.description) for f in failures if f.user_failure_data
        )


@pytest.fixture
def line(folders: Folders, monkeypatch: pytest.MonkeyPatch, no_keys: None) -> Iterator[Line]:
    monkeypatch.setenv(STORAGE_KEY, "5a" * 32)
    with dg.DagsterInstance.ephemeral() as instance:
        line = Line(folders, instance)
        monkeypatch.setattr(frame, "find_suite", lambda name: name)
        monkeypatch.setattr(
            frame, "refuse_unchecked", lambda _, name, quarters: line.gated.update({name: quarters})
        )
        yield line


# Storage ------------------------------------------------------------------------------------------


def test_a_new_asset_declared_restricted_lands_encrypted_and_private(line: Line) -> None:
    new = build(access=Access.RESTRICTED)
    assert line.run(new) == ""
    [path] = line.folders.root.rglob("*.parquet")
    assert path == line.folders.restricted / "new" / "2020-Q4.parquet"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(line.folders.restricted.stat().st_mode) == 0o700
    assert PSEUDONYM.encode() not in path.read_bytes()
    with pytest.raises((pa.ArrowInvalid, OSError)):
        pq.read_schema(path)
    assert [spec.tags["access"] for spec in new.definition.specs] == ["restricted"]


def test_a_by_product_lies_where_its_own_declaration_says(line: Line) -> None:
    side = Stored(name="side", access=Access.RESTRICTED, kept=Kept.BY_QUARTER)
    new = build(lambda run: write_table(run, "side"), beside=[side])
    assert line.run(new) == ""
    found = {p.relative_to(line.folders.warehouse).as_posix() for p in _parquet(line.folders)}
    assert found == {"new/2020-Q4.parquet", "restricted/side/2020-Q4.parquet"}


def test_an_asset_without_access_fails_as_the_code_loads() -> None:
    with pytest.raises(TypeError, match="access"):
        declare_asset(group="cubes", kept=Kept.ONCE, kinds={"parquet"})  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="new names no access"):
        build(access=None)


def _parquet(folders: Folders) -> list[Path]:
    return list(folders.root.rglob("*.parquet"))


# What the work may read and write -----------------------------------------------------------------


def test_reading_an_asset_that_is_not_declared_is_refused(line: Line) -> None:
    new = build(lambda run: {"rows": run.warehouse.tables.read("ages", [QUARTER]).count_rows()})
    line.write_upstream(new, [QUARTER])
    refused = line.run(new)
    assert "new may not read ages" in refused
    assert "Next: name ages in its reads, at new in orchestration/assets" in refused
    assert not line.warehouse(new).tables.is_stored("new", QUARTER)


def test_reading_a_quarter_that_is_not_declared_is_refused(line: Line) -> None:
    new = build(
        lambda run: {"rows": run.warehouse.tables.read("ages", [QUARTER - 1]).count_rows()},
        reads=[SameQuarter(ages)],
    )
    line.write_upstream(new, [QUARTER - 1, QUARTER])
    assert "new may not read ages of 2020-Q3" in line.run(new)


def test_an_asset_that_the_stage_is_only_gated_on_is_not_read(line: Line) -> None:
    new = build(
        lambda run: {"rows": run.warehouse.tables.read("ages", [QUARTER]).count_rows()},
        gated_on=[SameQuarter(ages)],
    )
    line.write_upstream(new, [QUARTER])
    assert "new may not read ages" in line.run(new)


def test_writing_the_asset_of_another_stage_is_refused(line: Line) -> None:
    new = build(lambda run: write_table(run, "ages"), reads=[SameQuarter(ages)])
    line.write_upstream(new, [QUARTER])
    assert "new may not write ages" in line.run(new)


def test_no_work_goes_round_its_warehouse() -> None:
    """The resource itself, which may read everything, is asked for in the frame alone."""
    folder = Path(frame.__file__).parent
    asking = [p.name for p in folder.glob("*.py") if "resources.warehouse" in p.read_text()]
    assert asking == ["stage.py"]


# Gate and lineage ---------------------------------------------------------------------------------

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
    line: Line, upstream: Any, gated: Mapping[str, Sequence[Quarter]], how: str
) -> None:
    new = build(reads=[upstream]) if how == "reads" else build(gated_on=[upstream])
    line.write_upstream(new, SERIES)
    assert line.run(new) == ""
    assert line.gated == gated


def test_a_year_does_not_begin_before_the_series(line: Line) -> None:
    new = build(reads=[YearTo(ages)])
    line.write_upstream(new, [QUARTER - 1, QUARTER])
    assert line.run(new) == ""
    assert line.gated == {"ages": [QUARTER - 1, QUARTER]}


def test_what_is_optional_is_gated_once_it_is_there(line: Line) -> None:
    new = build(
        lambda run: {"stored": run.warehouse.tables.is_stored("sizes")},
        reads=[Once(sizes, optional=True)],
    )
    assert line.run(new) == ""
    assert line.gated == {}
    line.write_upstream(new, [])
    assert line.run(new) == ""
    assert {asset: list(quarters) for asset, quarters in line.gated.items()} == {"sizes": []}


def test_a_stage_with_gates_of_its_own_is_not_gated_by_the_frame(line: Line) -> None:
    new = build(reads=[Once(sizes)], has_own_gates=True)
    assert line.run(new) == ""
    assert line.gated == {}


def test_the_lineage_is_what_the_stage_is_built_on() -> None:
    mappings: dict[str, object] = {}
    for new in (
        build(reads=[YearTo(ages)], gated_on=[Once(sizes)]),
        build(gated_on=[WholeSeries(COUNTS_MADE)]),
    ):
        [spec] = new.definition.specs
        mappings |= {dep.asset_key.to_user_string(): dep.partition_mapping for dep in spec.deps}
    assert mappings == {"ages": THREE_BEFORE, "sizes": None, "keyed_counts": ALL_BEFORE}


def test_a_quarter_that_another_run_builds_is_refused(line: Line) -> None:
    with lock_quarters(line.folders, [QUARTER], "another run"):
        assert "2020-Q4 is being built by another run" in line.run(build())
    assert line.run(build()) == ""


# Declarations that do not hold together -----------------------------------------------------------


@pytest.mark.parametrize(
    ("declared", "said"),
    [
        ({"group": "nobody's"}, "in a group that nobody owns"),
        ({"reads": [SameQuarter(ages)], "gated_on": [YearTo(ages)]}, "names an asset twice"),
    ],
)
def test_a_declaration_that_does_not_hold_together_is_refused(
    declared: dict[str, Any], said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        build(**declared)


def test_an_upstream_asset_has_the_quarters_that_are_read() -> None:
    with pytest.raises(ValueError, match=r"Once\(ages\): it has quarters"):
        Once(ages)
    for kind in (SameQuarter, YearTo, WholeSeries):
        with pytest.raises(ValueError, match=r"\(sizes\): it has no quarters"):
            kind(sizes)


def test_assets_with_and_without_quarters_are_not_made_at_once() -> None:
    makes = [
        Made(
            stored=Stored(name=kept.name.lower(), access=Access.ALL, kept=kept),
            description="",
            kinds=frozenset(),
        )
        for kept in (Kept.ONCE, Kept.BY_QUARTER)
    ]
    with pytest.raises(ValueError, match="with and without quarters"):
        declare_assets(group="cubes", makes=makes)(lambda run: {})


# The graph ----------------------------------------------------------------------------------------


def test_every_asset_that_others_are_built_on_has_checks() -> None:
    """The gate knows an asset by its suite."""
    made = {made.stored.name for each in STAGES for made in each.makes}
    assert made == {suite.asset for suite in ALL_SUITES}
    quarterly = {made.stored.name for s in STAGES for made in s.makes if made.stored.quarterly}
    assert quarterly == {suite.asset for suite in ALL_SUITES if suite.partitioned}
