"""The schedule that builds each quarter when its delivery is due."""

import dagster as dg

from nino_assets.orchestration.jobs import quarter
from nino_assets.statistic.identity import TIME_ZONE
from nino_assets.statistic.quarters import Quarter


@dg.schedule(
    job=quarter,
    cron_schedule="0 9 20 1,4,7,10 *",
    execution_timezone=TIME_ZONE.key,
    description="Builds the quarter that has just ended; its delivery is due by then.",
)
def quarterly(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
    """Request one run, for the quarter before the day's own."""
    ended = Quarter.from_day(context.scheduled_execution_time.date()) - 1
    return dg.RunRequest(run_key=ended.label, partition_key=ended.key)
