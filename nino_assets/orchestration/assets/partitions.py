"""The quarters as Dagster partitions, and which of them a run is for.

Partition keys are first days, `2020-10-01`; people write `2020-Q4` (`quarters.Quarter`).
"""

import dagster as dg

from nino_assets.statistic.identity import TIME_ZONE
from nino_assets.statistic.quarters import SERIES_START, Quarter

QUARTERS = dg.TimeWindowPartitionsDefinition(
    start=SERIES_START.key,
    cron_schedule="0 0 1 1,4,7,10 *",
    fmt="%Y-%m-%d",
    timezone=TIME_ZONE.key,
)

ONE_PASS = dg.BackfillPolicy.single_run()
"""A range of quarters in one run: a register extract is read once."""

ONE_AT_A_TIME = dg.BackfillPolicy.multi_run(max_partitions_per_run=1)
"""A publication is made of one quarter in a run."""

THREE_BEFORE = dg.TimeWindowPartitionMapping(
    start_offset=-3, allow_nonexistent_upstream_partitions=True
)
"""The four quarters of the year ending with each."""

ALL_BEFORE = dg.TimeWindowPartitionMapping(
    start_offset=-200, allow_nonexistent_upstream_partitions=True
)
"""The whole series up to each quarter, until 2051: Dagster takes each of these steps, slowly."""


def quarters_of(context: dg.AssetExecutionContext | dg.AssetCheckExecutionContext) -> list[Quarter]:
    """The quarters that this run is for, ascending."""
    return sorted(Quarter.parse(key) for key in context.partition_keys)
