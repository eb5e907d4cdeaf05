"""Checks in a real Dagster run: verdicts stand by quarter, and blocking ones stop what follows."""

import contextlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import pytest

from nino_assets.errors import WarehouseError
from nino_assets.orchestration.checks.evaluations import RESULT
from nino_assets.orchestration.checks.factory import build_checks
from nino_assets.orchestration.checks.gate import refuse_unchecked
from nino_assets.orchestration.dagster_internals import keep_event_log_open
from nino_assets.quality.rules import expect_tolerated
from nino_assets.quality.suite import Expectation, PracticeArea, Suite
from nino_assets.statistic.quarters import Quarter
from nino_assets_tests.support.own_lists import OwnLists

QUARTERS = dg.TimeWindowPartitionsDefinition(
    start="2002-01-01",
    end="2008-01-01",
    cron_schedule="0 0 1 1,4,7,10 *",
    fmt="%Y-%m-%d",
    timezone="Europe/London",
)
KEYS = QUARTERS.get_partition_keys()


class FakeWarehouse:
    """How many records each quarter has: below 0 fails the block, above 10 the warning."""

    def __init__(self) -> None:
        self.records = {Quarter.parse(key).label: 5 for key in KEYS}
        self.groups = 15

    @contextlib.contextmanager
    def open_session(self) -> Any:
        with contextlib.closing(duckdb.connect()) as connection:
            yield connection


def prepare(connection: Any, warehouse: FakeWarehouse, quarters: Any) -> None:
    connection.execute("CREATE TABLE quarters (quarter TEXT, records INTEGER)")
    for quarter in quarters:
        connection.execute(
            "INSERT INTO quarters VALUES (?, ?)", [quarter.label, warehouse.records[quarter.label]]
        )


def prepare_groups(connection: Any, warehouse: FakeWarehouse, quarters: Any) -> None:
    connection.execute(
        f"CREATE TABLE quarters AS SELECT 'all' AS quarter, {warehouse.groups} AS groups"
    )


def between(name: str, column: str, low: int, high: int, severity: Any = "block") -> Expectation:
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
    prepare=prepare,
    expectations=(
        between("not_negative", "records", 0, 100),
        between("not_many", "records", -5, 10, "warn"),
    ),
)
GROUPS = Suite(
    asset="groups",
    prepare=prepare_groups,
    expectations=(between("fifteen", "groups", 15, 15),),
    partitioned=False,
)


class Nothing(dg.IOManager):
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


@pytest.fixture
def line() -> Any:
    with dg.DagsterInstance.ephemeral() as instance:
        yield Line(instance)


@pytest.fixture(params=["opened for each event", "kept open"])
def line_on_disk(request: Any, tmp_path: Path) -> Any:
    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:
        if request.param == "kept open":
            keep_event_log_open(instance)
        yield Line(instance)


ALL = dg.AssetSelection.all()


class Line:
    """The little graph groups, up → down over one instance."""

    def __init__(self, instance: dg.DagsterInstance) -> None:
        self.instance, self.warehouse = instance, FakeWarehouse()
        self.defs = dg.Definitions(
            assets=[groups, up, down],
            asset_checks=CHECKS,
            resources={"warehouse": self.warehouse, "io_manager": Nothing()},
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


def steps_succeeded(result: Any) -> set[str]:
    return {e.step_key for e in result.all_events if e.event_type_value == "STEP_SUCCESS"}


def test_a_quarter_passes_and_reports_numbers(line: Line) -> None:
    result = line.run(KEYS[0])
    assert result.success
    assert line.status("not_negative", KEYS[0]) == "SUCCEEDED"
    [evaluation] = [e for e in result.get_asset_check_evaluations() if e.check_name == "not_many"]
    shown = {k: v.value for k, v in evaluation.metadata.items() if k != RESULT}
    assert shown == {
        "unexpected": 0,
        "unexpected_percent": 0.0,
        "observed": 5.0,
        "expected": "records lie between -5 and 10.",
    }
    assert isinstance(evaluation.metadata["unexpected_percent"], dg.FloatMetadataValue)
    line.gate(KEYS[0])


def test_a_blocking_failure_stops_downstream_now_and_later(line: Line) -> None:
    line.warehouse.records["2002-Q1"] = -1
    result = line.run(KEYS[0])
    assert not result.success
    assert "down" not in steps_succeeded(result)
    assert line.status("not_negative", KEYS[0]) == "FAILED"
    [evaluation] = [
        e for e in result.get_asset_check_evaluations() if e.check_name == "not_negative"
    ]
    assert evaluation.severity == dg.AssetCheckSeverity.ERROR
    assert evaluation.metadata["what to look at next"].value == "Look at the delivery."
    assert not line.run(KEYS[0], selection=DOWN).success
    with pytest.raises(WarehouseError, match="up may not be used: not_negative failed in 2002-Q1"):
        line.gate(KEYS[0])


def test_a_quarter_shows_a_picture_with_the_quarters_before_it(line: Line) -> None:
    line.warehouse.records |= {"2002-Q2": 50}
    line.run(*KEYS[:3])
    result = line.run(KEYS[3])
    [evaluation] = [e for e in result.get_asset_check_evaluations() if e.check_name == "not_many"]
    assert str(evaluation.description).startswith(
        "Passed: records lie between -5 and 10."
        "\n\n![Passed in 3 of 4 quarters run, not in 2002-Q2; observed 5 to 50](data:image/svg+xml"
    )


def test_a_broken_list_is_told_where_the_check_is_described_and_run(own_lists: OwnLists) -> None:
    path = own_lists.write("tolerances.csv", "check,from_quarter\n")
    rule = expect_tolerated("records", "The number of records", "Look.")
    checks = build_checks(replace(SUITE, expectations=(rule, SUITE.expectations[0])), QUARTERS)
    [broken, fine] = sorted(checks.check_specs, key=lambda spec: spec.blocking)
    assert str(path) in str(broken.description)
    assert str(path) not in str(fine.description)


def test_a_warning_does_not_stop(line: Line) -> None:
    line.warehouse.records["2002-Q1"] = 50
    result = line.run(KEYS[0])
    assert result.success
    assert line.status("not_many", KEYS[0]) == "FAILED"


def test_a_range_leaves_a_status_for_each_quarter(line_on_disk: Line) -> None:
    line = line_on_disk
    line.warehouse.records |= {"2002-Q2": -1, "2002-Q3": 50}
    result = line.run(*KEYS[:4])
    assert "down" not in steps_succeeded(result)
    blocking = [line.status("not_negative", key) for key in KEYS[:5]]
    assert blocking == ["SUCCEEDED", "FAILED", "SUCCEEDED", "SUCCEEDED", None]
    warning = [line.status("not_many", key) for key in KEYS[:5]]
    assert warning == ["SUCCEEDED", "SUCCEEDED", "FAILED", "SUCCEEDED", None]
    whole = {e.check_name: e for e in result.get_asset_check_evaluations() if e.partition is None}
    assert str(whole["not_negative"].description).startswith(
        "Failed: records lie between 0 and 100. In 1 of 4 quarters: 2002-Q2."
        "\n\n![Passed in 3 of 4 quarters run, not in 2002-Q2; observed -1 to 50]("
    )
    alone = [e for e in result.get_asset_check_evaluations() if e.partition is not None]
    assert not any("![" in str(each.description) for each in alone)
    line.gate(KEYS[0], KEYS[2], KEYS[3])
    with pytest.raises(WarehouseError, match="not_negative failed in 2002-Q2"):
        line.gate(*KEYS[:4])


def test_a_range_that_passes_lets_downstream_run(line: Line) -> None:
    assert line.run(*KEYS).success
    assert line.run(KEYS[3], selection=DOWN).success


def test_one_check_runs_alone(line: Line) -> None:
    line.run(*KEYS[:2], selection=UP_ALONE)
    only = dg.AssetSelection.checks(dg.AssetCheckKey(dg.AssetKey("up"), "not_negative"))
    assert line.run(KEYS[0], selection=only).success
    assert line.run(*KEYS[:2], selection=only).success
    assert line.status("not_negative", KEYS[1]) == "SUCCEEDED"
    assert line.status("not_many", KEYS[1]) is None
    line.gate(*KEYS[:2])


def test_the_gate_refuses_what_was_materialised_without_its_checks(line: Line) -> None:
    line.run(KEYS[0], selection=UP_ALONE)
    with pytest.raises(WarehouseError, match="not_negative never ran in 2002-Q1"):
        line.gate(KEYS[0])
    line.run(KEYS[0])
    line.gate(KEYS[0])
    line.run(*KEYS[:2], selection=UP_ALONE)
    with pytest.raises(
        WarehouseError, match="has not run since the latest materialisation in 2002"
    ):
        line.gate(KEYS[0])


def test_the_gate_knows_assets_without_quarters(line: Line) -> None:
    with pytest.raises(WarehouseError, match="groups may not be used: fifteen never ran"):
        refuse_unchecked(line.instance, GROUPS)
    line.run(selection=dg.AssetSelection.assets("groups"))
    refuse_unchecked(line.instance, GROUPS)
    line.warehouse.groups = 14
    line.run(selection=dg.AssetSelection.assets("groups"))
    with pytest.raises(WarehouseError, match="groups may not be used: fifteen failed"):
        refuse_unchecked(line.instance, GROUPS)


def test_a_later_run_that_broke_off_does_not_undo_a_pass(line: Line) -> None:
    line.run(KEYS[0])
    line.instance.create_run_for_job(
        line.defs.resolve_implicit_global_asset_job_def(), tags={"dagster/partition": KEYS[0]}
    )
    assert line.status("not_negative", KEYS[0]) == "PLANNED"
    line.gate(KEYS[0])
