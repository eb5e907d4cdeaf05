"""The one Definitions object that Dagster loads: every asset, check, job, schedule and sensor."""

import dagster as dg

from nino_assets.orchestration import jobs, schedules, sensors
from nino_assets.orchestration.assets.catalogue import STAGES, open_warehouse
from nino_assets.orchestration.checks.registry import ALL_CHECKS
from nino_assets.store.folders import Folders

defs = dg.Definitions(
    assets=[stage.definition for stage in STAGES],
    asset_checks=ALL_CHECKS,
    jobs=jobs.JOBS,
    schedules=[schedules.quarterly],
    sensors=[sensors.landing, sensors.at_release_time],
    resources={
        "warehouse": dg.ResourceDefinition(lambda _: open_warehouse(Folders.from_environment()))
    },
    executor=jobs.EXECUTOR,
)
