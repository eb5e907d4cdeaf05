"""The Definitions that Dagster loads: assets, checks, jobs, schedules and sensors."""

import warnings
from typing import Any

import dagster as dg

from nino_assets.orchestration import jobs, run_ends, schedules, sensors
from nino_assets.orchestration.all_checks import ALL_CHECKS
from nino_assets.orchestration.assets.catalogue import STAGES, open_warehouse
from nino_assets.orchestration.dagster_internals import keep_event_log_open
from nino_assets.store.closing import close_data_folder
from nino_assets.store.folders import Folders
from nino_assets.store.warehouse import Warehouse

# Job `quarter` is meant to hold both kinds of asset: records take a range of quarters at once, and
# publications are made a quarter at a time. Dagster warns of it whenever it resolves the job.
warnings.filterwarnings("ignore", message="Asset job quarter materializes assets with varying")


class _NothingHandedOn(dg.IOManager):
    """Hands nothing from step to step: assets lie in the warehouse."""

    def handle_output(self, context: dg.OutputContext, obj: Any) -> None:
        raise NotImplementedError

    def load_input(self, context: dg.InputContext) -> Any:
        raise NotImplementedError


# Dagster's default has a folder to configure; with the one in memory, it starts no run with several
# processes.
@dg.io_manager(config_schema={})
def hand_nothing_on(context: dg.InitResourceContext) -> dg.IOManager:
    """Make the IO manager that no asset needs."""
    return _NothingHandedOn()


def prepare_warehouse(context: dg.InitResourceContext) -> Warehouse:
    """Open the warehouse of a step, and keep its event log open."""
    if context.instance:
        keep_event_log_open(context.instance)
    folders = Folders.from_environment()
    close_data_folder(folders)
    return open_warehouse(folders)


defs = dg.Definitions(
    assets=[stage.definition for stage in STAGES],
    asset_checks=ALL_CHECKS,
    jobs=jobs.JOBS,
    schedules=[schedules.quarterly],
    sensors=[sensors.landing, sensors.at_release_time, *run_ends.SENSORS],
    resources={
        "warehouse": dg.ResourceDefinition(prepare_warehouse, config_schema={}),
        "io_manager": hand_nothing_on,
    },
    executor=jobs.EXECUTOR,
)
