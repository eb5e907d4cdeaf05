"""Reads the latest materialisation of each partition by a run."""

from __future__ import annotations

from collections.abc import Sequence

import dagster as dg

from nino_assets.orchestration.dagster_internals import Partition, Target
from nino_assets.orchestration.run_events import find_materialization, is_of_run

_MOST_PARAMETERS = 900
"""Older versions of SQLite take no more in a statement."""


def read_latest_materializations(
    instance: dg.DagsterInstance, asset: dg.AssetKey, partitions: Sequence[str]
) -> dict[Partition, Target]:
    """Read the latest materialisation by a run, for each partition.

    Without `partitions` it is that of the asset.
    """
    if not partitions:
        newest = find_materialization(instance, asset, None)
        return {None: _make_target(newest)} if newest else {}
    latest = instance.event_log_storage.get_latest_storage_id_by_partition(
        asset, dg.DagsterEventType.ASSET_MATERIALIZATION, set(partitions)
    )
    targets: dict[Partition, Target] = {}
    ids = list(latest.values())
    for start in range(0, len(ids), _MOST_PARAMETERS):
        chunk = ids[start : start + _MOST_PARAMETERS]
        found = instance.fetch_materializations(
            dg.AssetRecordsFilter(asset_key=asset, storage_ids=chunk), limit=len(chunk)
        )
        for newest in found.records:
            of_run = is_of_run(newest.run_id)
            record = (
                newest if of_run else find_materialization(instance, asset, newest.partition_key)
            )
            if record:
                targets[record.partition_key] = _make_target(record)
    return targets


def _make_target(record: dg.EventLogRecord) -> Target:
    return Target(storage_id=record.storage_id, run_id=record.run_id, timestamp=record.timestamp)
