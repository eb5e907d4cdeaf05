"""Stages that nobody knows yet, over a warehouse that declares them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import dagster as dg
import pyarrow as pa

from nino_assets.orchestration.assets.stage import (
    Made,
    Metadata,
    Stage,
    StageRun,
    declare_asset,
)
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.declarations import Access, Declarations, Kept, Stored
from nino_assets.store.folders import Folders
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


def build_stage(work: Callable[[StageRun], Metadata] | None = None, **declared: Any) -> Stage:
    """A stage `new` with a declaration of its own; it writes its table unless told otherwise."""

    def new(run: StageRun) -> Metadata:
        """A new asset."""
        if work is not None:
            work(run)
        return write_table(run, "new")

    facts = {"group": "cubes", "access": Access.ALL, "kept": Kept.BY_QUARTER, "kinds": {"parquet"}}
    return declare_asset(**(facts | declared))(new)


class StageRunner:
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
