"""Sensors: a delivery starts a build, the time of release a release."""

import time
from datetime import date

import dagster as dg

from nino_assets.governance.clock import Clock
from nino_assets.governance.decision_log import locate_log
from nino_assets.orchestration.assets.catalogue import open_warehouse
from nino_assets.orchestration.jobs import publication, quarter, release_quarter
from nino_assets.orchestration.notices import send_notice
from nino_assets.orchestration.schedules import describe_obstacles
from nino_assets.releases.next_edition import list_due_editions
from nino_assets.releases.wanted_builds import list_wanted_builds
from nino_assets.statistic.identity import RELEASE_TIME
from nino_assets.statistic.written_dates import format_time
from nino_assets.store.folders import Folders

NOTHING_NEW = "What has landed is built."


@dg.sensor(
    jobs=[quarter, publication],
    minimum_interval_seconds=60,
    description="Builds a quarter when its delivery is complete, and again when it was corrected.",
)
def landing(context: dg.SensorEvaluationContext) -> dg.SensorResult:
    """Request a run for each delivery that differs from what stands.

    Once for each state of its inputs. What hinders a build is the reason to skip; the team is told
    when that changes. Lists that come late make the publication anew, and not the records. A
    quarter that has not ended has no partition yet: its delivery waits until then.
    """
    wanted = list_wanted_builds(
        open_warehouse(Folders.from_environment()), today=date.today(), now=time.time()
    )
    hindered = [build for build in wanted if build.obstacles]
    requests = [
        dg.RunRequest(
            run_key=f"{build.quarter.label}:{build.key}",
            partition_key=build.quarter.key,
            job_name=(publication if build.publication_only else quarter).name,
        )
        for build in wanted
        if not build.obstacles
    ]
    reasons = "\n".join(
        f"{build.quarter.label}: {describe_obstacles(build.obstacles)}" for build in hindered
    )
    # Nobody is told of files that are still being copied: they are built by themselves.
    told = "\n".join(
        f"{build.quarter.label}: {describe_obstacles(build.obstacles)}"
        for build in hindered
        if not build.is_arriving
    )
    if told and told != context.cursor:
        send_notice("A delivery cannot be built", told)
    return dg.SensorResult(
        run_requests=requests,
        skip_reason=None if requests else reasons or NOTHING_NEW,
        cursor=told,
    )


@dg.sensor(
    job=release_quarter,
    minimum_interval_seconds=15,
    description=f"Releases each quarter at {format_time(RELEASE_TIME)} in London on its day.",
)
def at_release_time(context: dg.SensorEvaluationContext) -> dg.SensorResult:
    """Request a run for each edition that is due.

    A run that a gate refused is requested again when the files or the log of decisions change.
    """
    folders = Folders.from_environment()
    decisions = locate_log(folders.warehouse)
    length = decisions.stat().st_size if decisions.is_file() else 0
    return dg.SensorResult(
        run_requests=[
            dg.RunRequest(
                run_key=f"{due.quarter.label}:{due.manifest_sha256}:{length}",
                partition_key=due.quarter.key,
            )
            for due in list_due_editions(folders, Clock.from_environment().read())
        ]
    )
