"""Quarters as Dagster partitions, and those that each is made from.

Partition keys are first days, `2020-10-01`; people write `2020-Q4` (`quarters.Quarter`).
"""

import warnings
from collections.abc import Mapping

import dagster as dg

from nino_assets.orchestration.dagster_internals import keep_partition_offsets
from nino_assets.statistic.identity import TIME_ZONE
from nino_assets.statistic.quarters import SERIES_START, Quarter

QUARTERS = dg.TimeWindowPartitionsDefinition(
    start=SERIES_START.key,
    cron_schedule="0 0 1 1,4,7,10 *",
    fmt="%Y-%m-%d",
    timezone=TIME_ZONE.key,
)

PARTITION = "dagster/partition"
RANGE_START = "dagster/asset_partition_range_start"
RANGE_END = "dagster/asset_partition_range_end"
"""The tags in which Dagster names the partitions of a run."""

BUILDS = "builds"
"""The pool of what is built: `dagster.yaml` says how many runs of it there are at a time."""

ONE_PASS = dg.BackfillPolicy.single_run()
"""A range of quarters in one run: a register extract is read once."""

ONE_AT_A_TIME = dg.BackfillPolicy.multi_run(max_partitions_per_run=1)
"""A publication is made of one quarter in a run."""

with warnings.catch_warnings():
    # Open-ended mappings are new in Dagster. Its version is pinned and they are tested here.
    warnings.simplefilter("ignore", dg.BetaWarning)
    THREE_BEFORE = dg.TimeWindowPartitionMapping(
        start_offset=-3, allow_nonexistent_upstream_partitions=True
    )
    ALL_BEFORE = dg.TimeWindowPartitionMapping(
        start_offset=-200, allow_nonexistent_upstream_partitions=True
    )
    """The whole series up to each quarter, until 2051."""

keep_partition_offsets()


def read_quarters(context: dg.AssetExecutionContext) -> list[Quarter]:
    """The quarters that a run is for, ascending."""
    return sorted(Quarter.parse(key) for key in context.partition_keys)


def list_run_quarters(tags: Mapping[str, str]) -> list[Quarter]:
    """The quarters that a run's tags name, ascending."""
    if PARTITION in tags:
        return [Quarter.parse(tags[PARTITION])]
    if RANGE_START in tags and RANGE_END in tags:
        first, last = Quarter.parse(tags[RANGE_START]), Quarter.parse(tags[RANGE_END])
        return list(first.list_until(last))
    return []
