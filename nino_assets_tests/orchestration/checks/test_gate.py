"""The gate: what a blocking check refused, or never ran, is not used by what comes after."""

import dagster as dg
import pytest

from nino_assets.errors import WarehouseError
from nino_assets.orchestration.checks.gate import refuse_unchecked
from nino_assets_tests.support.tiny_graph import GROUPS, KEYS, UP_ALONE, TinyGraph


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
