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
_DATA_VERSION = "dagster/data_version"
CONTENT = "sha256:"
"""Begins a data version that is a mark of the content; Dagster's own are marks of the run."""


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


def has_same_content(
    instance: dg.DagsterInstance, asset: dg.AssetKey, judged: int | None, newest: int | None
) -> bool:
    """Whether two materialisations, by their storage ids, made one content.

    Runs side by side make what they share one after the other, and what one has judged is what the
    other has made again.
    """
    if judged is None or newest is None or judged == newest:
        return judged == newest
    chosen = dg.AssetRecordsFilter(asset_key=asset, storage_ids=[judged, newest])
    found = [_read_content(each) for each in instance.fetch_materializations(chosen, 2).records]
    return len(found) == 2 and found[0] is not None and found[0] == found[1]


def _read_content(record: dg.EventLogRecord) -> str | None:
    """The mark of what a materialisation made, if any."""
    made = record.asset_materialization
    mark = (made.tags or {}).get(_DATA_VERSION) if made else None
    return mark if mark and mark.startswith(CONTENT) else None


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
