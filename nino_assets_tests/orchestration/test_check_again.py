"""Checks run alone: one or all of an asset, for one quarter or many, and nothing is built."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import dagster as dg
import pytest

from nino_assets.orchestration import check_again as module
from nino_assets.orchestration.check_again import check_again
from nino_assets.orchestration.checks.check_history import read_results
from nino_assets.quality.suites.all import ALL_SUITES
from nino_assets.statistic.quarters import Quarter
from nino_assets_tests.support.tiny_graph import GROUPS, KEYS, SUITE, TinyGraph, TinyWarehouse


@pytest.fixture
def instance(monkeypatch: pytest.MonkeyPatch) -> Iterator[dg.DagsterInstance]:
    monkeypatch.setattr(module, "SUITES", {SUITE.asset: SUITE, GROUPS.asset: GROUPS})
    with dg.DagsterInstance.ephemeral() as instance:
        yield instance


def run(instance: dg.DagsterInstance, warehouse: TinyWarehouse | None = None, **asked: Any) -> Any:
    return check_again.execute_in_process(
        instance=instance,
        resources={"warehouse": warehouse or TinyWarehouse()},
        run_config={
            "ops": {"judge_again": {"config": asked}},
            "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
        },
        raise_on_error=False,
    )


def status(instance: dg.DagsterInstance, name: str, key: str | None, asset: str = "up") -> Any:
    infos = instance.event_log_storage.get_asset_check_partition_info(
        [dg.AssetCheckKey(dg.AssetKey(asset), name)], partition_keys=[key] if key else None
    )
    return infos[0].latest_execution_status.value if infos else None


def test_one_check_of_one_quarter(instance: dg.DagsterInstance) -> None:
    assert run(instance, asset="up", checks=["not_many"], quarter="2002-Q2").success
    assert status(instance, "not_many", "2002-04-01") == "SUCCEEDED"
    assert status(instance, "not_negative", "2002-04-01") is None
    assert status(instance, "not_many", "2002-01-01") is None
    assert not instance.get_latest_materialization_event(dg.AssetKey("up"))


def test_all_checks_of_many_quarters(instance: dg.DagsterInstance) -> None:
    warehouse = TinyWarehouse()
    warehouse.records["2002-Q2"] = 50
    assert run(instance, warehouse, asset="up", quarter="2002-Q1", to="2002-Q3").success
    found = [status(instance, "not_many", f"2002-{m}-01") for m in ("01", "04", "07", "10")]
    assert found == ["SUCCEEDED", "FAILED", "SUCCEEDED", None]
    assert status(instance, "not_negative", "2002-07-01") == "SUCCEEDED"


def test_a_range_and_each_quarter_alone_leave_the_same_results(
    instance: dg.DagsterInstance,
) -> None:
    """As the events of a build of the whole history, and those of check_again quarter by quarter.

    More quarters fail than Great Expectations lists by itself.
    """
    quarters = [Quarter.parse(key) for key in KEYS]
    broken = quarters[1:]
    assert len(broken) > 20
    warehouse = TinyWarehouse()
    warehouse.records |= {quarter.label: 50 for quarter in broken[:-2]}
    warehouse.records |= {quarter.label: -1 for quarter in broken[-2:]}
    with dg.DagsterInstance.ephemeral() as built:
        line = TinyGraph(built)
        line.warehouse.records = warehouse.records
        line.run(*KEYS)
        for quarter in quarters:
            run(instance, warehouse, asset="up", quarter=quarter.label)
        together = [read_results(built, [SUITE], quarter) for quarter in quarters]
        alone = [read_results(instance, [SUITE], quarter) for quarter in quarters]
    assert together == alone
    assert [each["up.not_many"].passed for each in alone] == [True, *[False] * 21, True, True]
    assert [each["up.not_negative"].passed for each in alone] == [*[True] * 22, False, False]


def test_what_blocks_fails_the_run(instance: dg.DagsterInstance) -> None:
    warehouse = TinyWarehouse()
    warehouse.records["2002-Q1"] = -1
    assert not run(instance, warehouse, asset="up", quarter="2002-Q1").success
    assert status(instance, "not_negative", "2002-01-01") == "FAILED"


def test_an_asset_without_quarters(instance: dg.DagsterInstance) -> None:
    assert run(instance, asset="groups").success
    assert status(instance, "fifteen", None, "groups") == "SUCCEEDED"


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"asset": "down", "quarter": "2002-Q1"}, "name one of up, groups"),
        ({"asset": "up", "checks": ["dull"], "quarter": "2002-Q1"}, "not_negative, not_many"),
        ({"asset": "up"}, "give quarter as 2020-Q4"),
        ({"asset": "up", "to": "2002-Q1"}, "give quarter as 2020-Q4"),
        ({"asset": "up", "quarter": "2002-Q3", "to": "2002-Q1"}, "give quarter as 2020-Q4"),
        ({"asset": "up", "quarter": "soon"}, "give quarter as 2020-Q4"),
        ({"asset": "groups", "quarter": "2002-Q1"}, "leave both blank"),
    ],
)
def test_what_cannot_be_judged_is_refused(
    instance: dg.DagsterInstance, asked: dict[str, Any], told: str
) -> None:
    result = run(instance, **asked)
    failure = result.failure_data_for_node("judge_again")
    assert told in failure.user_failure_data.description
    assert result.get_asset_check_evaluations() == []


def test_every_suite_but_the_gates_of_a_release_can_be_judged_again() -> None:
    assert {suite.asset for suite in ALL_SUITES} - set(module.SUITES) == {"release"}
