"""Checks in a real Dagster run: verdicts stand by quarter, and blocking ones stop what follows."""

from dataclasses import replace

import dagster as dg
import pytest

from nino_assets.errors import WarehouseError
from nino_assets.orchestration.checks.evaluations import RESULT
from nino_assets.orchestration.checks.factory import build_checks
from nino_assets.quality.rules import expect_tolerated
from nino_assets_tests.support.own_lists import OwnLists
from nino_assets_tests.support.tiny_graph import (
    DOWN,
    KEYS,
    QUARTERS,
    SUITE,
    UP_ALONE,
    TinyGraph,
    list_succeeded_steps,
)


def test_a_quarter_passes_and_reports_numbers(graph: TinyGraph) -> None:
    result = graph.run(KEYS[0])
    assert result.success
    assert graph.status("not_negative", KEYS[0]) == "SUCCEEDED"
    [evaluation] = [e for e in result.get_asset_check_evaluations() if e.check_name == "not_many"]
    shown = {k: v.value for k, v in evaluation.metadata.items() if k != RESULT}
    assert shown == {
        "unexpected": 0,
        "unexpected_percent": 0.0,
        "observed": 5.0,
        "expected": "records lie between -5 and 10.",
    }
    assert isinstance(evaluation.metadata["unexpected_percent"], dg.FloatMetadataValue)
    graph.gate(KEYS[0])


def test_a_blocking_failure_stops_downstream_now_and_later(graph: TinyGraph) -> None:
    graph.warehouse.records["2002-Q1"] = -1
    result = graph.run(KEYS[0])
    assert not result.success
    assert "down" not in list_succeeded_steps(result)
    assert graph.status("not_negative", KEYS[0]) == "FAILED"
    [evaluation] = [
        e for e in result.get_asset_check_evaluations() if e.check_name == "not_negative"
    ]
    assert evaluation.severity == dg.AssetCheckSeverity.ERROR
    assert evaluation.metadata["what to look at next"].value == "Look at the delivery."
    assert not graph.run(KEYS[0], selection=DOWN).success
    with pytest.raises(WarehouseError, match="up may not be used: not_negative failed in 2002-Q1"):
        graph.gate(KEYS[0])


def test_a_quarter_shows_a_picture_with_the_quarters_before_it(graph: TinyGraph) -> None:
    graph.warehouse.records |= {"2002-Q2": 50}
    graph.run(*KEYS[:3])
    result = graph.run(KEYS[3])
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


def test_a_warning_does_not_stop(graph: TinyGraph) -> None:
    graph.warehouse.records["2002-Q1"] = 50
    result = graph.run(KEYS[0])
    assert result.success
    assert graph.status("not_many", KEYS[0]) == "FAILED"


def test_a_range_leaves_a_status_for_each_quarter(graph_on_disk: TinyGraph) -> None:
    graph = graph_on_disk
    graph.warehouse.records |= {"2002-Q2": -1, "2002-Q3": 50}
    result = graph.run(*KEYS[:4])
    assert "down" not in list_succeeded_steps(result)
    blocking = [graph.status("not_negative", key) for key in KEYS[:5]]
    assert blocking == ["SUCCEEDED", "FAILED", "SUCCEEDED", "SUCCEEDED", None]
    warning = [graph.status("not_many", key) for key in KEYS[:5]]
    assert warning == ["SUCCEEDED", "SUCCEEDED", "FAILED", "SUCCEEDED", None]
    whole = {e.check_name: e for e in result.get_asset_check_evaluations() if e.partition is None}
    assert str(whole["not_negative"].description).startswith(
        "Failed: records lie between 0 and 100. In 1 of 4 quarters: 2002-Q2."
        "\n\n![Passed in 3 of 4 quarters run, not in 2002-Q2; observed -1 to 50]("
    )
    alone = [e for e in result.get_asset_check_evaluations() if e.partition is not None]
    assert not any("![" in str(each.description) for each in alone)
    graph.gate(KEYS[0], KEYS[2], KEYS[3])
    with pytest.raises(WarehouseError, match="not_negative failed in 2002-Q2"):
        graph.gate(*KEYS[:4])


def test_a_range_that_passes_lets_downstream_run(graph: TinyGraph) -> None:
    assert graph.run(*KEYS).success
    assert graph.run(KEYS[3], selection=DOWN).success


def test_one_check_runs_alone(graph: TinyGraph) -> None:
    graph.run(*KEYS[:2], selection=UP_ALONE)
    only = dg.AssetSelection.checks(dg.AssetCheckKey(dg.AssetKey("up"), "not_negative"))
    assert graph.run(KEYS[0], selection=only).success
    assert graph.run(*KEYS[:2], selection=only).success
    assert graph.status("not_negative", KEYS[1]) == "SUCCEEDED"
    assert graph.status("not_many", KEYS[1]) is None
    graph.gate(*KEYS[:2])
