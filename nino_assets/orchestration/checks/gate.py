"""The gate: nothing is built on an upstream quarter whose blocking checks did not pass.

Dagster's blocking checks stop what is downstream in their own run only; a later run would build on
the failed quarter. Every read of an upstream asset passes here first.
Belongs here: that one question to the event log. Does not belong here: reading the asset.
"""

from collections.abc import Sequence

import dagster as dg
from dagster._core.event_api import PartitionKeyFilter
from dagster._core.storage.asset_check_execution_record import (
    AssetCheckExecutionRecordStatus as Status,
)
from dagster._core.storage.asset_check_execution_record import (
    AssetCheckPartitionInfo,
)

from nino_assets.errors import WarehouseError
from nino_assets.quality.suite import Suite
from nino_assets.statistic.quarters import Quarter

_COMPLETED = {Status.SUCCEEDED, Status.FAILED}
_NAMED_AT_MOST = 8

Partition = str | None


def refuse_unchecked(
    instance: dg.DagsterInstance, suite: Suite, quarters: Sequence[Quarter] = ()
) -> None:
    """Raise WarehouseError unless every blocking check of an upstream asset passed.

    For each quarter (for the asset itself when it has none) the latest completed result counts, and
    only when it is about the latest materialisation: a pass from before the asset was materialised
    again does not count, nor does a check that never ran.
    `suite` is as declared, and not as the job that runs knows it: a job that selects the downstream
    asset alone knows no check of this one.
    """
    asset_key = dg.AssetKey(suite.asset)
    checks = sorted(dg.AssetCheckKey(asset_key, e.name) for e in suite.expectations if e.blocks)
    partition_keys = [quarter.key for quarter in quarters]
    partitions: Sequence[Partition] = partition_keys if suite.partitioned else [None]
    if not checks or not partitions:
        return
    infos = {
        (info.check_key, info.partition_key): info
        for info in instance.event_log_storage.get_asset_check_partition_info(
            checks, partition_keys=partition_keys if suite.partitioned else None
        )
    }
    refused: dict[str, list[Partition]] = {}
    for check in checks:
        for partition in partitions:
            reason = _refusal(instance, infos.get((check, partition)))
            if reason:
                refused.setdefault(f"{check.name} {reason}", []).append(partition)
    if refused:
        raise _refuse(asset_key, refused)


def _refusal(instance: dg.DagsterInstance, info: AssetCheckPartitionInfo | None) -> str | None:
    """Why a check does not let a partition through; None when it does."""
    if info is None:
        return "never ran"
    status: Status | None = info.latest_execution_status
    target = info.latest_target_materialization_storage_id
    if status not in _COMPLETED:
        status, target = _latest_completed(instance, info)
    if status == Status.FAILED:
        return "failed"
    if status != Status.SUCCEEDED or target != info.latest_materialization_storage_id:
        return "has not run since the latest materialisation"
    return None


def _latest_completed(
    instance: dg.DagsterInstance, info: AssetCheckPartitionInfo
) -> tuple[Status | None, int | None]:
    """The last verdict before a run that only planned the check: what it says still stands."""
    records = instance.event_log_storage.get_asset_check_execution_history(
        info.check_key,
        limit=1,
        status=_COMPLETED,
        partition_filter=PartitionKeyFilter(key=info.partition_key),
    )
    if not records or records[0].event is None:
        return None, None
    evaluation = records[0].event.get_dagster_event().asset_check_evaluation_data
    target = evaluation.target_materialization_data
    return records[0].status, target.storage_id if target else None


def _refuse(asset_key: dg.AssetKey, refused: dict[str, list[Partition]]) -> WarehouseError:
    asset = asset_key.to_user_string()
    reasons = [f"{check}{_where(partitions)}" for check, partitions in refused.items()]
    return WarehouseError(
        f"{asset} may not be used: {'; '.join(reasons)}",
        rule="an asset is built on only after its blocking checks passed on its latest state",
        next_step=f"open the checks of {asset} in the web UI, mend what they show and materialise "
        f"{asset} again with its checks; if they only have not run, execute them",
    )


def _where(partitions: Sequence[Partition]) -> str:
    labels = [Quarter.parse(partition).label for partition in partitions if partition]
    if not labels:
        return ""
    more = len(labels) - _NAMED_AT_MOST
    return f" in {', '.join(labels[:_NAMED_AT_MOST])}" + (f" and {more} more" if more > 0 else "")
