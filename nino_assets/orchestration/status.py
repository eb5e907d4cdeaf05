"""What stands for a quarter: materialised, checked, ready for release."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import dagster as dg

from nino_assets.governance.check_result import CheckResult, CheckStatus
from nino_assets.governance.gates import find_red_gates
from nino_assets.orchestration.check_results import read_check_results
from nino_assets.orchestration.definitions import defs
from nino_assets.orchestration.release_facts import ReleaseContext
from nino_assets.orchestration.run_events import find_materialization
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.warehouse import Warehouse


@dataclass(frozen=True)
class AssetStatus:
    """One asset in one quarter; or at all, without quarters."""

    group: str
    asset: str
    materialised: datetime | None
    passed: int
    warned: tuple[str, ...]
    failed: tuple[str, ...]
    not_run: int
    """Checks that have not run on what was materialised last."""


def read_quarter_status(instance: dg.DagsterInstance, quarter: Quarter) -> list[AssetStatus]:
    """Every asset of the graph in its order, with its last results."""
    graph = defs.resolve_asset_graph()
    results = read_check_results(instance, quarter)
    statuses = []
    for key in graph.toposorted_asset_keys:
        asset = key.to_user_string()
        partition = quarter.key if graph.get(key).partitions_def else None
        statuses.append(
            _build_status(
                graph.get(key).group_name,
                asset,
                _find_materialised(instance, key, partition),
                [result for result in results if result.asset == asset],
            )
        )
    return statuses


def read_red_gates(
    instance: dg.DagsterInstance, warehouse: Warehouse, quarter: Quarter
) -> Mapping[str, Sequence[str]]:
    """The gates that would refuse the release, with what breaks each.

    Raises a NinoError when the quarter was never built.
    """
    return find_red_gates(
        ReleaseContext.from_environment(warehouse, instance).collect_facts(quarter)
    )


def _find_materialised(
    instance: dg.DagsterInstance, key: dg.AssetKey, partition: str | None
) -> datetime | None:
    record = find_materialization(instance, key, partition)
    return datetime.fromtimestamp(record.timestamp, UTC) if record else None


def _build_status(
    group: str, asset: str, materialised: datetime | None, results: Sequence[CheckResult]
) -> AssetStatus:
    def select(*statuses: CheckStatus) -> tuple[str, ...]:
        return tuple(result.name for result in results if result.status in statuses)

    return AssetStatus(
        group=group,
        asset=asset,
        materialised=materialised,
        passed=len(select(CheckStatus.PASSED, CheckStatus.EXPLAINED)),
        warned=select(CheckStatus.WARNING),
        failed=select(CheckStatus.FAILED),
        not_run=len(select(CheckStatus.NOT_RUN, CheckStatus.OUT_OF_DATE)),
    )
