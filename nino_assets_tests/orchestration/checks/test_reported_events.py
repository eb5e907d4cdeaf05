"""What somebody reports, and no run wrote, opens no gate, changes no result, and is told."""

from __future__ import annotations

import dagster as dg
import pytest

from nino_assets.errors import WarehouseError
from nino_assets.orchestration.checks.check_history import read_results
from nino_assets.orchestration.checks.gate import refuse_unchecked
from nino_assets.orchestration.latest_materializations import read_latest_materializations
from nino_assets.orchestration.run_events import find_materialization, list_reported_events
from nino_assets.statistic.quarters import Quarter
from nino_assets_tests.support.tiny_graph import GROUPS, KEYS, SUITE, UP_ALONE, TinyGraph

UP, ALL_GROUPS = dg.AssetKey("up"), dg.AssetKey("groups")
QUARTER = Quarter(2002, 1)


def report_result(graph: TinyGraph, name: str, key: str | None, *, passed: bool) -> None:
    """As `/report_asset_check` and the GraphQL interface do, for the newest materialisation."""
    asset = UP if key else ALL_GROUPS
    targets = read_latest_materializations(graph.instance, asset, [key] if key else [])
    graph.instance.report_runless_asset_event(
        dg.AssetCheckEvaluation(
            asset_key=asset,
            check_name=name,
            passed=passed,
            partition=key,
            target_materialization_data=targets.get(key),
            metadata={"reported": True},
        )
    )


def report_materialisation(graph: TinyGraph, asset: dg.AssetKey, key: str | None) -> None:
    graph.instance.report_runless_asset_event(dg.AssetMaterialization(asset, partition=key))


def test_a_reported_pass_opens_no_gate(graph_on_disk: TinyGraph) -> None:
    graph = graph_on_disk
    graph.warehouse.records[QUARTER.label] = -1
    graph.warehouse.groups = 14
    graph.run(KEYS[0])
    graph.run(selection=dg.AssetSelection.assets("groups"))
    report_result(graph, "not_negative", KEYS[0], passed=True)
    report_result(graph, "fifteen", None, passed=True)
    with pytest.raises(WarehouseError, match="not_negative failed"):
        graph.gate(KEYS[0])
    with pytest.raises(WarehouseError, match="fifteen failed"):
        refuse_unchecked(graph.instance, GROUPS)


def test_a_reported_pass_of_a_check_that_never_ran_opens_no_gate(graph_on_disk: TinyGraph) -> None:
    graph = graph_on_disk
    graph.run(KEYS[0], selection=UP_ALONE)
    report_result(graph, "not_negative", KEYS[0], passed=True)
    with pytest.raises(WarehouseError, match="not_negative never ran"):
        graph.gate(KEYS[0])


def test_a_reported_failure_closes_no_gate(graph_on_disk: TinyGraph) -> None:
    graph = graph_on_disk
    graph.run(KEYS[0])
    report_result(graph, "not_negative", KEYS[0], passed=False)
    graph.gate(KEYS[0])


def test_a_reported_result_is_in_no_report(graph_on_disk: TinyGraph) -> None:
    graph = graph_on_disk
    graph.warehouse.records[QUARTER.label] = 50
    graph.run(KEYS[0])
    before = read_results(graph.instance, [SUITE], QUARTER, mark_out_of_date=True)
    report_result(graph, "not_many", KEYS[0], passed=True)
    report_materialisation(graph, UP, KEYS[0])
    assert read_results(graph.instance, [SUITE], QUARTER, mark_out_of_date=True) == before
    assert before["up.not_many"].is_warning


def test_a_reported_materialisation_puts_no_result_out_of_date(graph_on_disk: TinyGraph) -> None:
    graph = graph_on_disk
    graph.run(KEYS[0])
    graph.run(selection=dg.AssetSelection.assets("groups"))
    [known] = read_latest_materializations(graph.instance, UP, [KEYS[0]]).values()
    for _ in range(3):
        report_materialisation(graph, UP, KEYS[0])
        report_materialisation(graph, ALL_GROUPS, None)
    graph.gate(KEYS[0])
    refuse_unchecked(graph.instance, GROUPS)
    assert read_latest_materializations(graph.instance, UP, [KEYS[0]]) == {KEYS[0]: known}
    [groups] = read_latest_materializations(graph.instance, ALL_GROUPS, []).values()
    assert groups.run_id


def test_what_was_only_reported_is_not_there(graph_on_disk: TinyGraph) -> None:
    report_materialisation(graph_on_disk, UP, KEYS[0])
    assert read_latest_materializations(graph_on_disk.instance, UP, [KEYS[0]]) == {}
    assert find_materialization(graph_on_disk.instance, UP, KEYS[0]) is None


def test_what_was_reported_is_told(graph_on_disk: TinyGraph) -> None:
    graph = graph_on_disk
    graph.run(KEYS[0])
    assert list(list_reported_events(graph.instance)) == []
    report_result(graph, "not_negative", KEYS[0], passed=True)
    report_materialisation(graph, UP, KEYS[0])
    graph.instance.report_runless_asset_event(dg.AssetObservation(ALL_GROUPS))
    assert list(list_reported_events(graph.instance)) == [
        "result of up.not_negative in 2002-01-01",
        "materialisation of up in 2002-01-01",
        "observation of groups",
    ]
