"""The gate: what a blocking check refused, or never ran, is not used by what comes after."""

from typing import Any

import dagster as dg
import pytest

from nino_assets.errors import WarehouseError
from nino_assets.orchestration.checks.gate import refuse_unchecked
from nino_assets.orchestration.run_events import CONTENT
from nino_assets_tests.support.tiny_graph import GROUPS, KEYS, UP_ALONE, TinyGraph, groups


def test_the_gate_refuses_what_was_materialised_without_its_checks(graph: TinyGraph) -> None:
    graph.run(KEYS[0], selection=UP_ALONE)
    with pytest.raises(WarehouseError, match="not_negative never ran in 2002-Q1"):
        graph.gate(KEYS[0])
    graph.run(KEYS[0])
    graph.gate(KEYS[0])
    graph.run(*KEYS[:2], selection=UP_ALONE)
    with pytest.raises(
        WarehouseError, match="has not run since the latest materialisation in 2002"
    ):
        graph.gate(KEYS[0])


def test_the_gate_knows_assets_without_quarters(graph: TinyGraph) -> None:
    with pytest.raises(WarehouseError, match="groups may not be used: fifteen never ran"):
        refuse_unchecked(graph.instance, GROUPS)
    graph.run(selection=dg.AssetSelection.assets("groups"))
    refuse_unchecked(graph.instance, GROUPS)
    graph.warehouse.groups = 14
    graph.run(selection=dg.AssetSelection.assets("groups"))
    with pytest.raises(WarehouseError, match="groups may not be used: fifteen failed"):
        refuse_unchecked(graph.instance, GROUPS)


def test_a_later_run_that_broke_off_does_not_undo_a_pass(graph: TinyGraph) -> None:
    graph.run(KEYS[0])
    graph.instance.create_run_for_job(
        graph.defs.resolve_implicit_global_asset_job_def(), tags={"dagster/partition": KEYS[0]}
    )
    assert graph.status("not_negative", KEYS[0]) == "PLANNED"
    graph.gate(KEYS[0])


def make_groups(graph: TinyGraph, version: str | None) -> None:
    """Materialise the groups without their checks, as another run does before it judges them."""

    @dg.asset(name="groups")
    def made_again() -> dg.MaterializeResult[Any]:
        return dg.MaterializeResult(data_version=dg.DataVersion(version) if version else None)

    assert dg.materialize([made_again], instance=graph.instance).success


def test_what_another_run_made_again_with_the_same_content_is_let_through(
    graph: TinyGraph,
) -> None:
    make_groups(graph, f"{CONTENT}1a")
    judge_groups(graph)
    refuse_unchecked(graph.instance, GROUPS)
    make_groups(graph, f"{CONTENT}1a")
    refuse_unchecked(graph.instance, GROUPS)


@pytest.mark.parametrize("version", [f"{CONTENT}2b", None, "1a", "Dagster's"])
def test_what_another_run_made_otherwise_waits_for_its_checks(
    graph: TinyGraph, version: str | None
) -> None:
    make_groups(graph, version if version == "Dagster's" else f"{CONTENT}1a")
    judge_groups(graph)
    make_groups(graph, version)
    with pytest.raises(WarehouseError, match="fifteen has not run since the latest"):
        refuse_unchecked(graph.instance, GROUPS)
    judge_groups(graph)
    refuse_unchecked(graph.instance, GROUPS)


def judge_groups(graph: TinyGraph) -> None:
    assert graph.run(selection=dg.AssetSelection.checks_for_assets(groups)).success
