"""What the project relies on in Dagster's private parts, and that it uses them in one place."""

import queue
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from nino_assets.governance.check_result import CheckStatus
from nino_assets.orchestration import dagster_internals, latest_materializations
from nino_assets.orchestration.dagster_internals import (
    Target,
    keep_event_log_open,
    keep_partition_offsets,
    read_latest_evaluations,
    read_latest_statuses,
    store_evaluations,
)
from nino_assets.orchestration.latest_materializations import read_latest_materializations
from nino_assets.orchestration.partitions import QUARTERS

DAYS = dg.StaticPartitionsDefinition(["mon", "tue", "wed"])
COUNTED, TIDY, LISTED = dg.AssetKey("counted"), dg.AssetKey("tidy"), dg.AssetKey("listed")
SMALL = dg.AssetCheckKey(COUNTED, "small")
NEAT = dg.AssetCheckKey(TIDY, "neat")


class Found(dg.ConfigurableResource[Any]):
    """What the checks of the graph find, partition by partition."""

    passing: list[str]


@dg.asset(partitions_def=DAYS, backfill_policy=dg.BackfillPolicy.single_run())
def counted() -> None: ...


@dg.asset
def tidy() -> None: ...


@dg.multi_asset_check(
    specs=[
        dg.AssetCheckSpec("small", asset=COUNTED, partitions_def=DAYS),
        dg.AssetCheckSpec("whole", asset=COUNTED, partitions_def=DAYS),
    ],
    can_subset=True,
)
def counted_checks(context: dg.AssetCheckExecutionContext, found: Found) -> Iterator[Any]:
    keys = context.partition_keys
    targets = read_latest_materializations(context.instance, COUNTED, keys)

    def evaluate(name: str, day: str | None) -> dg.AssetCheckEvaluation:
        passed = day in found.passing if day else set(keys) <= set(found.passing)
        return dg.AssetCheckEvaluation(
            asset_key=COUNTED,
            check_name=name,
            passed=passed,
            metadata={"day": day or "all"},
            partition=day,
            target_materialization_data=targets.get(day),
        )

    names = sorted(key.name for key in context.selected_asset_check_keys)
    if len(keys) > 1:
        store_evaluations(
            context.op_execution_context, [evaluate(name, day) for name in names for day in keys]
        )
    for name in names:
        yield dg.Output(None, output_name=f"counted_{name}")
        yield evaluate(name, keys[0] if len(keys) == 1 else None)


@dg.asset_check(asset=tidy)
def neat(found: Found) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(passed="all" in found.passing)


class Graph:
    """A small graph over one instance: `counted` by day, `tidy` without partitions."""

    def __init__(self, instance: dg.DagsterInstance) -> None:
        self.instance = instance

    def run(self, *days: str, passing: str = "mon tue wed all", checks: bool = True) -> str:
        """Materialise and check some days, or what has none. Returns the run's id."""
        defs = self.build(passing)
        asset = dg.AssetSelection.assets(COUNTED if days else TIDY)
        graph = defs.resolve_asset_graph()
        job = defs.resolve_implicit_global_asset_job_def().get_subset(
            asset_selection=asset.resolve(graph),
            asset_check_selection=asset.resolve_checks(graph) if checks else set(),
        )
        ends = ("dagster/asset_partition_range_start", "dagster/asset_partition_range_end")
        result = job.execute_in_process(
            instance=self.instance,
            partition_key=days[0] if len(days) == 1 else None,
            tags=dict(zip(ends, (days[0], days[-1]), strict=True)) if len(days) > 1 else {},
        )
        return result.run_id

    def plan(self, day: str) -> None:
        """A run that was created and never started."""
        job = self.build().resolve_implicit_global_asset_job_def()
        self.instance.create_run_for_job(job, tags={"dagster/partition": day})

    def build(self, passing: str = "") -> dg.Definitions:
        return dg.Definitions(
            assets=[counted, tidy],
            asset_checks=[counted_checks, neat],
            resources={"found": Found(passing=passing.split())},
        )

    def statuses(self, check: dg.AssetCheckKey, *days: str | None) -> dict[str | None, CheckStatus]:
        found = read_latest_statuses(self.instance, [check], days)
        return {partition: status for (_, partition), status in found.items()}


@pytest.fixture(params=["opened for each event", "kept open"])
def graph(request: Any, tmp_path: Path) -> Iterator[Graph]:
    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:
        if request.param == "kept open":
            keep_event_log_open(instance)
        yield Graph(instance)


@pytest.fixture
def kept_open(tmp_path: Path) -> Iterator[Graph]:
    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:
        keep_event_log_open(instance)
        yield Graph(instance)


def test_a_status_stands_for_its_own_partition(graph: Graph) -> None:
    graph.run("mon", "tue", passing="mon")
    assert graph.statuses(SMALL, "mon", "tue", "wed") == {
        "mon": CheckStatus.PASSED,
        "tue": CheckStatus.FAILED,
    }
    assert list(graph.statuses(SMALL, "mon")) == ["mon"]


def test_a_pass_is_current_until_its_partition_is_materialised_again(graph: Graph) -> None:
    graph.run("mon")
    graph.run("tue")
    graph.run("mon", checks=False)
    found = graph.statuses(SMALL, "mon", "tue")
    assert found["mon"] == CheckStatus.OUT_OF_DATE
    assert found["tue"] == CheckStatus.PASSED


def test_a_status_stands_for_an_asset_without_partitions(graph: Graph) -> None:
    assert graph.statuses(NEAT, None) == {}
    graph.run(passing="all")
    assert graph.statuses(NEAT, None) == {None: CheckStatus.PASSED}
    graph.run(passing="none")
    assert graph.statuses(NEAT, None) == {None: CheckStatus.FAILED}


def test_a_planned_check_leaves_the_result_before_it(graph: Graph) -> None:
    graph.run("mon", passing="none")
    graph.plan("mon")
    graph.plan("wed")
    assert graph.statuses(SMALL, "mon", "wed") == {"mon": CheckStatus.FAILED}
    [evaluation] = read_latest_evaluations(graph.instance, [SMALL], "mon").values()
    assert not evaluation.passed
    assert read_latest_evaluations(graph.instance, [SMALL], "wed") == {}


def test_evaluations_are_those_of_one_partition_in_full(graph: Graph) -> None:
    whole = dg.AssetCheckKey(COUNTED, "whole")
    graph.run("mon", "tue", passing="mon")
    found = read_latest_evaluations(graph.instance, [SMALL, whole], "tue")
    assert set(found) == {SMALL, whole}
    assert {each.metadata["day"].value for each in found.values()} == {"tue"}
    assert {each.passed for each in found.values()} == {False}
    assert read_latest_evaluations(graph.instance, [], "tue") == {}


def test_the_latest_materialisations_are_found(
    graph: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(latest_materializations, "_MOST_PARAMETERS", 1)
    graph.run("mon", "tue", "wed")
    second = graph.run("tue")
    alone = graph.run()
    found = read_latest_materializations(graph.instance, COUNTED, ["mon", "tue"])
    assert set(found) == {"mon", "tue"}
    assert found["tue"].run_id == second != found["mon"].run_id
    [tidied] = read_latest_materializations(graph.instance, TIDY, []).values()
    assert isinstance(tidied, Target)
    assert tidied.run_id == alone
    assert read_latest_materializations(graph.instance, LISTED, []) == {}


def test_stored_evaluations_are_events_of_their_run(graph: Graph) -> None:
    run_id = graph.run("mon", "tue")
    events = graph.instance.all_logs(run_id, dg.DagsterEventType.ASSET_CHECK_EVALUATION)
    told = [event.get_dagster_event().asset_check_evaluation_data for event in events]
    assert sorted((each.check_name, str(each.partition)) for each in told) == [
        (name, day) for name in ("small", "whole") for day in ("None", "mon", "tue")
    ]
    assert {event.step_key for event in events} == {"counted_checks"}


def test_an_event_log_kept_open_is_one_that_dagster_reads(kept_open: Graph) -> None:
    run_id = kept_open.run("mon", "tue", passing="mon")
    ours = kept_open.instance
    with dg.DagsterInstance.from_ref(ours.get_ref()) as theirs:
        assert type(theirs.event_log_storage) is not type(ours.event_log_storage)
        assert theirs.all_logs(run_id) == ours.all_logs(run_id)
        assert Graph(theirs).statuses(SMALL, "mon", "tue") == kept_open.statuses(
            SMALL, "mon", "tue"
        )


def test_a_folder_that_dagster_has_written_opens(tmp_path: Path) -> None:
    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:
        Graph(instance).run("mon")
    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:
        keep_event_log_open(instance)
        graph = Graph(instance)
        assert graph.statuses(SMALL, "mon") == {"mon": CheckStatus.PASSED}
        graph.run("tue")
        assert set(graph.statuses(SMALL, "mon", "tue")) == {"mon", "tue"}


def test_events_are_stored_all_or_none(kept_open: Graph) -> None:
    log = kept_open.instance.event_log_storage
    run_id = kept_open.run("mon")
    before = log.get_logs_for_run(run_id)
    with pytest.raises(AttributeError):
        log.store_event_batch([before[-1], "no event"])  # type: ignore[list-item]
    assert len(log.get_logs_for_run(run_id)) == len(before)
    log.store_event_batch([before[-1]])
    assert len(log.get_logs_for_run(run_id)) == len(before) + 1


def test_the_disk_is_waited_for_when_the_journal_is_written_back(kept_open: Graph) -> None:
    run_id = kept_open.run("mon")
    log: Any = kept_open.instance.event_log_storage
    for connect in (log.index_connection(), log.run_connection(run_id)):
        with connect as connection:
            assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 1
            assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"


def test_who_follows_a_run_is_told_of_each_event(graph: Graph) -> None:
    told = queue.SimpleQueue[str]()
    run_id = graph.run("mon")
    log = graph.instance.event_log_storage
    known = log.get_records_for_run(run_id)
    with dg.DagsterInstance.from_ref(graph.instance.get_ref()) as theirs:
        theirs.event_log_storage.watch(
            run_id, known.cursor, lambda entry, _: told.put(entry.run_id)
        )
        for _ in range(2):
            log.store_event(known.records[-1].event_log_entry)
            assert told.get(timeout=20) == run_id


def test_an_event_log_in_another_database_stays_as_it_is() -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        log = instance.event_log_storage
        keep_event_log_open(instance)
        assert instance.event_log_storage is log
        Graph(instance).run("mon", "tue", passing="mon")
        assert set(Graph(instance).statuses(SMALL, *DAYS.get_partition_keys())) == {"mon", "tue"}


def test_results_are_stored_where_batches_take_materialisations_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As in PostgreSQL, whose storage refuses a batch of results of checks."""

    def refuse(_: object) -> None:
        raise ValueError("only materialisations are stored in batches")

    with dg.DagsterInstance.ephemeral() as instance:
        monkeypatch.setattr(instance.event_log_storage, "store_event_batch", refuse)
        graph = Graph(instance)
        graph.run("mon", "tue", passing="mon")
        assert set(graph.statuses(SMALL, "mon", "tue")) == {"mon", "tue"}


def test_offsets_between_partitions_are_worked_out_once() -> None:
    internals: Any = dagster_internals
    find_offset = internals.time_window._offsetted_datetime
    quarter = QUARTERS.start_time_for_partition_key("2021-01-01")
    first = find_offset(QUARTERS, quarter, -8)
    known = find_offset.cache_info().hits
    assert find_offset(QUARTERS, quarter, -8) == first
    assert find_offset.cache_info().hits == known + 1
    assert first == QUARTERS.start_time_for_partition_key("2019-01-01")
    keep_partition_offsets()
    assert internals.time_window._offsetted_datetime is find_offset
