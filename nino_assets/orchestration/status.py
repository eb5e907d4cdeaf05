"""Reads how a quarter stands: materialised, checked, answered, ready for release."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import dagster as dg

from nino_assets.errors import NinoError
from nino_assets.governance.check_result import CheckResult, CheckStatus
from nino_assets.governance.decision_log import locate_log, read_entries
from nino_assets.governance.gates import GATES, find_red_gates
from nino_assets.governance.review_log import Answer, find_answer
from nino_assets.orchestration.check_results import read_check_results, read_chosen_histories
from nino_assets.orchestration.definitions import defs
from nino_assets.orchestration.release_facts import ReleaseContext
from nino_assets.orchestration.run_events import find_materialization
from nino_assets.publishing.qa_report.quarter_state import AssetState, GateState, QuarterState
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.warehouse import Warehouse

_SHOWN = (CheckStatus.FAILED, CheckStatus.WARNING, CheckStatus.EXPLAINED)


def read_quarter_state(
    instance: dg.DagsterInstance, warehouse: Warehouse, quarter: Quarter
) -> QuarterState:
    """Read the last results, the answers and the release gates."""
    results = read_check_results(instance, quarter)
    shown = [each for each in results if each.status in _SHOWN]
    given: list[Answer] = []
    gates: tuple[GateState, ...] = ()
    not_ready = ""
    try:
        given = read_entries(locate_log(warehouse.folders.warehouse), Answer)
        gates = _read_gates(instance, warehouse, quarter)
    except NinoError as error:
        not_ready = error.what
    answers = {each.key: find_answer(each, quarter, given) for each in shown if each.is_warning}
    return QuarterState(
        quarter=quarter,
        assets=tuple(_list_assets(instance, quarter, results)),
        histories=read_chosen_histories(instance, quarter, shown),
        answers={key: answer for key, answer in answers.items() if answer},
        gates=gates,
        not_ready=not_ready,
    )


def _list_assets(
    instance: dg.DagsterInstance, quarter: Quarter, results: Sequence[CheckResult]
) -> Iterator[AssetState]:
    """Every asset of the graph in its order."""
    graph = defs.resolve_asset_graph()
    for key in graph.toposorted_asset_keys:
        asset = key.to_user_string()
        partition = quarter.key if graph.get(key).partitions_def else None
        record = find_materialization(instance, key, partition)
        yield AssetState(
            asset=asset,
            materialised=datetime.fromtimestamp(record.timestamp, UTC) if record else None,
            results=tuple(each for each in results if each.asset == asset),
        )


def _read_gates(
    instance: dg.DagsterInstance, warehouse: Warehouse, quarter: Quarter
) -> tuple[GateState, ...]:
    """Every gate, with what breaks it.

    Raises a NinoError when the quarter was never built."""
    facts = ReleaseContext.from_environment(warehouse, instance).collect_facts(quarter)
    red = find_red_gates(facts)
    return tuple(
        GateState(
            name=gate.name,
            sentence=gate.sentence,
            next_step=gate.next_step,
            faults=tuple(red.get(gate.name, ())),
        )
        for gate in GATES
    )
