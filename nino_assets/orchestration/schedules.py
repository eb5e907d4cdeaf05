"""The schedule that builds each quarter when its delivery is due."""

import time
from collections.abc import Sequence
from datetime import date

import dagster as dg

from nino_assets.errors import NinoError
from nino_assets.orchestration.assets.catalogue import open_warehouse
from nino_assets.orchestration.jobs import quarter
from nino_assets.orchestration.notices import send_notice
from nino_assets.releases.wanted_builds import find_wanted_build
from nino_assets.statistic.identity import TIME_ZONE
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.folders import Folders


@dg.schedule(
    job=quarter,
    cron_schedule="0 9 20 1,4,7,10 *",
    execution_timezone=TIME_ZONE.key,
    description="Builds the quarter that has just ended; its delivery is due by then.",
)
def quarterly(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
    """Request one run, for the quarter before the day's own.

    Without a delivery that can be built none is requested; the team is told why.
    """
    ended = Quarter.from_day(context.scheduled_execution_time.date()) - 1
    warehouse = open_warehouse(Folders.from_environment())
    wanted = find_wanted_build(warehouse, ended, today=date.today(), now=time.time(), newest=True)
    if wanted is None:
        return dg.SkipReason(f"{ended.label} is built from the delivery that is there.")
    if wanted.publication_only:
        return dg.SkipReason(
            f"The records of {ended.label} are built from the delivery that is there, and lists "
            "came later: the sensor landing makes the publication again, or launch the job "
            "publication."
        )
    if wanted.obstacles:
        text = describe_obstacles(wanted.obstacles)
        send_notice(f"{ended.label} is due and was not built", text)
        return dg.SkipReason(text)
    return dg.RunRequest(run_key=ended.label, partition_key=ended.key)


def describe_obstacles(obstacles: Sequence[NinoError]) -> str:
    """What hinders a build, each with its rule and next step."""
    return "\n".join(str(obstacle) for obstacle in obstacles)
