"""Tells events that a run wrote from events that somebody reported.

Dagster's interfaces take materialisations and results of checks from anyone. They belong to no run,
and nothing here counts them.
"""

from __future__ import annotations

from collections.abc import Iterator

import dagster as dg

_NO_RUN = ""
"""The run of an event that no run wrote."""
_KINDS = {
    dg.DagsterEventType.ASSET_MATERIALIZATION: "materialisation",
    dg.DagsterEventType.ASSET_OBSERVATION: "observation",
    dg.DagsterEventType.ASSET_CHECK_EVALUATION: "result",
}
_PAGE = 100


def is_of_run(run_id: str | None) -> bool:
    """Whether an event with this run is a run's own."""
    return run_id not in (None, _NO_RUN)


def find_materialization(
    instance: dg.DagsterInstance, asset: dg.AssetKey, partition: str | None
) -> dg.EventLogRecord | None:
    """The last materialisation by a run, of a partition or asset."""
    chosen = dg.AssetRecordsFilter(asset_key=asset, asset_partitions=partition and [partition])
    cursor, more, size = None, True, 1
    while more:
        page = instance.fetch_materializations(chosen, limit=size, cursor=cursor)
        for record in page.records:
            if is_of_run(record.run_id):
                return record
        cursor, more, size = page.cursor, page.has_more, _PAGE
    return None


def list_reported_events(instance: dg.DagsterInstance) -> Iterator[str]:
    """Describe each event that no run wrote."""
    cursor, more = None, True
    while more:
        page = instance.get_records_for_run(_NO_RUN, cursor=cursor, of_type=set(_KINDS))
        for record in page.records:
            event = record.event_log_entry.get_dagster_event()
            yield f"{_KINDS[event.event_type]} of {_describe_subject(event)}"
        cursor, more = page.cursor, page.has_more


def _describe_subject(event: dg.DagsterEvent) -> str:
    name = event.asset_key.to_user_string() if event.asset_key else ""
    partition = event.partition
    if event.event_type is dg.DagsterEventType.ASSET_CHECK_EVALUATION:
        evaluation = event.asset_check_evaluation_data
        name = f"{evaluation.asset_key.to_user_string()}.{evaluation.check_name}"
        partition = evaluation.partition
    return f"{name} in {partition}" if partition else name
