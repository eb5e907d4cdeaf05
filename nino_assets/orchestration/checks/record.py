"""What checks leave in Dagster's event log, quarter by quarter.

A run over a range of quarters gives one result for all of them, without a quarter. The verdict on
each quarter is an evaluation event of the run with the quarter as its partition; so each quarter
stands passed or failed by itself in the UI, and for the gate (`gate.py`).
Belongs here: those events, and which materialisation a verdict is about. Does not belong here: what
a verdict says (`factory.py`).
"""

import time
from collections.abc import Sequence

import dagster as dg
from dagster._core.definitions.asset_checks.asset_check_evaluation import (
    AssetCheckEvaluationTargetMaterializationData,
)
from dagster._core.events import DagsterEvent, DagsterEventType
from dagster._core.events.log import EventLogEntry

Target = AssetCheckEvaluationTargetMaterializationData

MOST_AT_ONCE = 900
"""SQLite takes no more parameters in a statement."""


def latest_materializations(
    instance: dg.DagsterInstance, asset: dg.AssetKey, partitions: Sequence[str]
) -> dict[str | None, Target]:
    """The latest materialisation of each partition that has one; of the asset, without any."""
    if not partitions:
        newest = instance.fetch_materializations(asset, limit=1).records
        return {None: _target(newest[0])} if newest else {}
    latest = instance.event_log_storage.get_latest_storage_id_by_partition(
        asset, dg.DagsterEventType.ASSET_MATERIALIZATION, set(partitions)
    )
    targets: dict[str | None, Target] = {}
    ids = list(latest.values())
    for start in range(0, len(ids), MOST_AT_ONCE):
        chunk = ids[start : start + MOST_AT_ONCE]
        found = instance.fetch_materializations(
            dg.AssetRecordsFilter(asset_key=asset, storage_ids=chunk), limit=len(chunk)
        )
        targets |= {record.partition_key: _target(record) for record in found.records}
    return targets


def _target(record: dg.EventLogRecord) -> Target:
    return Target(storage_id=record.storage_id, run_id=record.run_id, timestamp=record.timestamp)


def record_evaluations(
    context: dg.OpExecutionContext,
    evaluations: Sequence[dg.AssetCheckEvaluation],
) -> None:
    """Write evaluations as events of this run, all at once.

    Not as run-less events: Dagster keeps only one of those a check and partition, ever.
    """
    step = str(context.op_handle)
    events = [_event(context.run, step, evaluation) for evaluation in evaluations]
    context.instance.event_log_storage.store_event_batch(events)


def _event(run: dg.DagsterRun, step: str, evaluation: dg.AssetCheckEvaluation) -> EventLogEntry:
    verdict = "passed" if evaluation.passed else "did not pass"
    message = f"Check '{evaluation.check_name}' {verdict} for {evaluation.partition}."
    return EventLogEntry(  # type: ignore[no-untyped-call]
        user_message=message,
        level="INFO",
        job_name=run.job_name,
        run_id=run.run_id,
        error_info=None,
        timestamp=time.time(),
        step_key=step,
        dagster_event=DagsterEvent(
            event_type_value=DagsterEventType.ASSET_CHECK_EVALUATION.value,
            event_specific_data=evaluation,
            job_name=run.job_name,
            step_key=step,
            message=message,
        ),
    )
