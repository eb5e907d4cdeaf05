"""The landing sensor: a complete delivery starts its quarter's run."""

import dagster as dg

from nino_assets.assets.partitions import QUARTERS
from nino_assets.automation.jobs import quarter
from nino_assets.storage.deliveries import MANIFEST, delivered_quarters
from nino_assets.storage.folders import Folders


@dg.sensor(
    job=quarter,
    minimum_interval_seconds=60,
    description="Starts a quarter's run when its delivery, with its manifest, has landed.",
)
def landing(context: dg.SensorEvaluationContext) -> dg.SensorResult:
    """One run for each manifest, and one more whenever a manifest is replaced.

    A quarter that has not ended has no partition yet: its delivery waits until then.
    """
    folders = Folders.from_environment()
    ended = set(QUARTERS.get_partition_keys())
    requests = []
    for delivered in delivered_quarters(folders):
        manifest = folders.delivery(delivered) / MANIFEST
        if manifest.is_file() and delivered.key in ended:
            landed = f"{delivered.label}:{manifest.stat().st_mtime_ns}"
            requests.append(dg.RunRequest(run_key=landed, partition_key=delivered.key))
    return dg.SensorResult(run_requests=requests)
