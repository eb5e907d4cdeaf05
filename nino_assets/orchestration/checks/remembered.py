"""What the event log remembers of checks: the last verdict on a quarter, and those before it.

Belongs here: reading evaluations. Does not belong here: writing them (`record.py`), and which of
them stand in the way of a release (`automation/check_results.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import dagster as dg
from dagster._core.event_api import PartitionKeyFilter
from dagster._core.storage.asset_check_execution_record import (
    AssetCheckExecutionRecord,
)
from dagster._core.storage.asset_check_execution_record import (
    AssetCheckExecutionRecordStatus as Status,
)

from nino_assets.quality.verdict import number
from nino_assets.statistic.quarters import SERIES_START, Quarter

QUARTERS_SHOWN = 8
"""Two years: each quarter beside the same one of the year before."""

_COMPLETED = {Status.SUCCEEDED, Status.FAILED}

Evaluations = Mapping[dg.AssetCheckKey, dg.AssetCheckEvaluation]


def quarters_shown(quarter: Quarter) -> list[Quarter]:
    """The quarters that a history up to `quarter` shows, ascending."""
    return list(max(SERIES_START, quarter - (QUARTERS_SHOWN - 1)).until(quarter))


def latest_evaluation(
    instance: dg.DagsterInstance, check: dg.AssetCheckKey, partition: str | None
) -> dg.AssetCheckEvaluation | None:
    """The last verdict on a partition, or on an asset without any; None when there is none."""
    records = instance.event_log_storage.get_asset_check_execution_history(
        check, limit=1, status=_COMPLETED, partition_filter=PartitionKeyFilter(key=partition)
    )
    return _evaluation(records[0]) if records else None


def latest_evaluations(
    instance: dg.DagsterInstance, checks: Sequence[dg.AssetCheckKey], partition: str | None
) -> Evaluations:
    """The last verdict of each check on a partition, of those that have one."""
    if not checks:
        return {}
    latest = instance.event_log_storage.get_latest_asset_check_execution_by_key(
        checks, partition_filter=PartitionKeyFilter(key=partition)
    )
    found = {}
    for check in checks:
        record = latest.get(check)
        if record is None:
            continue
        # A run that has planned the check and not come to it: the verdict before still stands.
        evaluation = (
            _evaluation(record)
            if record.status in _COMPLETED
            else latest_evaluation(instance, check, partition)
        )
        if evaluation:
            found[check] = evaluation
    return found


def figure(evaluation: dg.AssetCheckEvaluation | None, name: str) -> float | None:
    """A number that an evaluation carries; None where there is none."""
    held = evaluation.metadata.get(name) if evaluation else None
    return number(held.value) if held else None


def text(evaluation: dg.AssetCheckEvaluation | None, name: str) -> str | None:
    """A text that an evaluation carries; None where there is none."""
    held = evaluation.metadata.get(name) if evaluation else None
    return str(held.value) if held else None


def _evaluation(record: AssetCheckExecutionRecord) -> dg.AssetCheckEvaluation | None:
    event = record.event.dagster_event if record.event else None
    return event.asset_check_evaluation_data if event else None
