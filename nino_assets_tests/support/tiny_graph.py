"""A little graph of three assets with checks, run by Dagster."""

import contextlib
from typing import Any

import dagster as dg
import duckdb

from nino_assets.orchestration.checks.factory import build_checks
from nino_assets.orchestration.checks.gate import refuse_unchecked
from nino_assets.quality.suite import Expectation, PracticeArea, Suite
from nino_assets.statistic.quarters import Quarter

QUARTERS = dg.TimeWindowPartitionsDefinition(
    start="2002-01-01",
    end="2008-01-01",
    cron_schedule="0 0 1 1,4,7,10 *",
    fmt="%Y-%m-%d",
    timezone="Europe/London",
)
KEYS = QUARTERS.get_partition_keys()


class TinyWarehouse:
    """How many records each quarter has: below 0 fails the block, above 10 the warning."""

    def __init__(self) -> None:
        self.records = {Quarter.parse(key).label: 5 for key in KEYS}
        self.groups = 15

    @contextlib.contextmanager
    def open_session(self) -> Any:
        with contextlib.closing(duckdb.connect()) as connection:
            yield connection


def prepare_quarters(connection: Any, warehouse: TinyWarehouse, quarters: Any) -> None:
    connection.execute("CREATE TABLE quarters (quarter TEXT, records INTEGER)")
    for quarter in quarters:
        connection.execute(
            "INSERT INTO quarters VALUES (?, ?)", [quarter.label, warehouse.records[quarter.label]]
        )


def prepare_groups(connection: Any, warehouse: TinyWarehouse, quarters: Any) -> None:
    connection.execute(
        f"CREATE TABLE quarters AS SELECT 'all' AS quarter, {warehouse.groups} AS groups"
    )


def expect_between(
    name: str, column: str, low: int, high: int, severity: Any = "block"
) -> Expectation:
    return Expectation(
        name=name,
        sentence=f"{column} lie between {low} and {high}.",
        kind="ExpectColumnValuesToBeBetween",
        arguments={"column": column, "min_value": low, "max_value": high},
        over="quarters",
        severity=severity,
        practice_area=PracticeArea.PRODUCER,
        next_step="Look at the delivery.",
    )


SUITE = Suite(
    asset="up",
    prepare=prepare_quarters,
    expectations=(
        expect_between("not_negative", "records", 0, 100),
        expect_between("not_many", "records", -5, 10, "warn"),
    ),
)
GROUPS = Suite(
    asset="groups",
    prepare=prepare_groups,
    expectations=(expect_between("fifteen", "groups", 15, 15),),
    partitioned=False,
)


class NoIO(dg.IOManager):
    def handle_output(self, context: Any, obj: Any) -> None: ...
    def load_input(self, context: Any) -> None: ...


CHECKS = [build_checks(SUITE, QUARTERS), build_checks(GROUPS)]
SPECS = [spec for check in CHECKS for spec in check.check_specs]


@dg.asset
def groups() -> None: ...


@dg.asset(partitions_def=QUARTERS, backfill_policy=dg.BackfillPolicy.single_run())
def up() -> None: ...


@dg.asset(
    partitions_def=QUARTERS, backfill_policy=dg.BackfillPolicy.single_run(), deps=[up, groups]
)
def down(context: dg.AssetExecutionContext) -> None:
    quarters = [Quarter.parse(key) for key in context.partition_keys]
    refuse_unchecked(context.instance, SUITE, quarters)
    refuse_unchecked(context.instance, GROUPS)


ALL = dg.AssetSelection.all()


class TinyGraph:
    """The little graph groups, up → down over one instance."""

    def __init__(self, instance: dg.DagsterInstance) -> None:
        self.instance, self.warehouse = instance, TinyWarehouse()
        self.defs = dg.Definitions(
            assets=[groups, up, down],
            asset_checks=CHECKS,
            resources={"warehouse": self.warehouse, "io_manager": NoIO()},
        )

    def run(self, *keys: str, selection: dg.AssetSelection = ALL) -> Any:
        tags = (
            {"dagster/partition": keys[0]}
            if len(keys) == 1
            else {
                "dagster/asset_partition_range_start": keys[0],
                "dagster/asset_partition_range_end": keys[-1],
            }
            if keys
            else {}
        )
        graph = self.defs.resolve_asset_graph()
        job = self.defs.resolve_implicit_global_asset_job_def().get_subset(
            asset_selection=selection.resolve(graph),
            asset_check_selection=selection.resolve_checks(graph),
        )
        return job.execute_in_process(instance=self.instance, tags=tags, raise_on_error=False)

    def status(self, name: str, key: str | None) -> str | None:
        asset = "groups" if key is None else "up"
        infos = self.instance.event_log_storage.get_asset_check_partition_info(
            [dg.AssetCheckKey(dg.AssetKey(asset), name)], partition_keys=[key] if key else None
        )
        return infos[0].latest_execution_status.value if infos else None

    def gate(self, *keys: str) -> None:
        refuse_unchecked(self.instance, SUITE, [Quarter.parse(key) for key in keys])


UP_ALONE = dg.AssetSelection.assets("up") - dg.AssetSelection.all_asset_checks()
DOWN = dg.AssetSelection.assets("down")


def list_succeeded_steps(result: Any) -> set[str]:
    return {e.step_key for e in result.all_events if e.event_type_value == "STEP_SUCCESS"}
