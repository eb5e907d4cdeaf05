"""What stands for a quarter: materialised, checked, published.

Belongs here: reading the event log and the folders. Does not belong here: how it is printed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import dagster as dg
from dagster._core.storage.asset_check_execution_record import (
    AssetCheckExecutionRecordStatus as Status,
)

from nino_assets.governance.gates import red_gates
from nino_assets.orchestration.definitions import defs
from nino_assets.orchestration.release_facts import ReleaseDesk
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.warehouse import Warehouse


@dataclass(frozen=True)
class AssetStatus:
    """One asset in one quarter (or at all, when it has no quarters)."""

    group: str
    asset: str
    materialised: datetime | None
    passed: int
    warned: tuple[str, ...]
    failed: tuple[str, ...]
    not_run: int


def quarter_status(instance: dg.DagsterInstance, quarter: Quarter) -> list[AssetStatus]:
    """Every asset of the graph in its order, as the instance remembers it."""
    graph = defs.resolve_asset_graph()
    return [
        _status(instance, graph, key, quarter.key if graph.get(key).partitions_def else None)
        for key in graph.toposorted_asset_keys
    ]


def release_status(
    instance: dg.DagsterInstance, warehouse: Warehouse, quarter: Quarter
) -> Mapping[str, Sequence[str]]:
    """The gates that would refuse the release now, each with what breaks it; all green: none.

    Raises a NinoError when the quarter was never built.
    """
    return red_gates(ReleaseDesk.from_environment(warehouse, instance).facts(quarter))


def _status(
    instance: dg.DagsterInstance, graph: dg.AssetGraph, key: dg.AssetKey, partition: str | None
) -> AssetStatus:
    records = instance.fetch_materializations(
        dg.AssetRecordsFilter(asset_key=key, asset_partitions=[partition] if partition else None),
        limit=1,
    ).records
    checks = sorted(graph.get_check_keys_for_assets({key}))
    verdicts = _verdicts(instance, checks, partition)
    blocking = {check for check in checks if graph.get_check_spec(check).blocking}
    wrong = [check for check in checks if verdicts.get(check) == Status.FAILED]
    return AssetStatus(
        group=graph.get(key).group_name,
        asset=key.to_user_string(),
        materialised=datetime.fromtimestamp(records[0].timestamp, UTC) if records else None,
        passed=sum(verdicts.get(check) == Status.SUCCEEDED for check in checks),
        warned=tuple(check.name for check in wrong if check not in blocking),
        failed=tuple(check.name for check in wrong if check in blocking),
        not_run=sum(verdicts.get(c) not in (Status.SUCCEEDED, Status.FAILED) for c in checks),
    )


def _verdicts(
    instance: dg.DagsterInstance, checks: Sequence[dg.AssetCheckKey], partition: str | None
) -> dict[dg.AssetCheckKey, Status | None]:
    log = instance.event_log_storage
    if partition is None:
        latest = log.get_latest_asset_check_execution_by_key(checks)
        return {key: record.status for key, record in latest.items()}
    infos = log.get_asset_check_partition_info(checks, partition_keys=[partition])
    return {info.check_key: info.latest_execution_status for info in infos}
