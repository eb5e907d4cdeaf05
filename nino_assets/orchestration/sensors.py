"""Sensors: a delivery starts a build, the time of release a release."""

import dagster as dg

from nino_assets.deliveries.landed import list_delivered_quarters
from nino_assets.deliveries.manifest import MANIFEST
from nino_assets.governance.clock import Clock
from nino_assets.governance.decision_log import locate_log
from nino_assets.orchestration.jobs import quarter, release_quarter
from nino_assets.orchestration.partitions import QUARTERS
from nino_assets.releases.next_edition import list_due_editions
from nino_assets.statistic.identity import RELEASE_TIME
from nino_assets.statistic.written_dates import format_time
from nino_assets.store.folders import Folders


@dg.sensor(
    job=quarter,
    minimum_interval_seconds=60,
    description="Builds a quarter when its delivery, with its manifest, has landed.",
)
def landing(context: dg.SensorEvaluationContext) -> dg.SensorResult:
    """Request a run for each manifest, and again when it is replaced.

    A quarter that has not ended has no partition yet: its delivery waits until then.
    """
    folders = Folders.from_environment()
    ended = set(QUARTERS.get_partition_keys())
    requests = []
    for delivered in list_delivered_quarters(folders):
        manifest = folders.find_delivery(delivered) / MANIFEST
        if manifest.is_file() and delivered.key in ended:
            landed = f"{delivered.label}:{manifest.stat().st_mtime_ns}"
            requests.append(dg.RunRequest(run_key=landed, partition_key=delivered.key))
    return dg.SensorResult(run_requests=requests)


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
