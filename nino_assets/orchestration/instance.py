"""Opens the Dagster instance: the packaged `dagster.yaml`, placed in the data folder.

Relative places in `dagster.yaml` follow the folder in which a process starts, so that a second,
empty instance would appear wherever someone starts one. Here they are settled for every command.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import dagster as dg
import yaml

from nino_assets.errors import WarehouseError
from nino_assets.foreign_text import shorten_text
from nino_assets.orchestration.dagster_internals import keep_event_log_open
from nino_assets.orchestration.partitions import BUILDS
from nino_assets.packaged import find_packaged
from nino_assets.store.atomic import share_file, write_text
from nino_assets.store.closing import close_data_folder
from nino_assets.store.folders import Folders
from nino_assets.store.locks import lock_file

HOME_VARIABLE = "DAGSTER_HOME"
_BASE = "base_dir"


def prepare_dagster_home(folders: Folders) -> Path:
    """Write the instance's settings and return their folder.

    The data folder is closed to other accounts first. A folder that DAGSTER_HOME names is left as
    it is. Raises WarehouseError when there is none.
    """
    close_data_folder(folders)
    configured = os.environ.get(HOME_VARIABLE)
    if configured:
        home = Path(configured)
        if not home.is_absolute() or not home.is_dir():
            raise WarehouseError(
                f"{HOME_VARIABLE} is {shorten_text(configured)}: no folder is there, "
                "or its path does not begin with /",
                rule=f"{HOME_VARIABLE} is the whole path of a folder that exists",
                next_step=f"make that folder, or unset {HOME_VARIABLE} to use the data folder",
            )
        return home
    settings = yaml.safe_load(find_packaged("dagster.yaml").read_text(encoding="utf-8"))
    placed = _place(settings, folders)
    write_text(folders.dagster / "dagster.yaml", yaml.safe_dump(placed, sort_keys=False))
    return folders.dagster


def open_instance(folders: Folders) -> dg.DagsterInstance:
    """Open the instance that the web UI and the command line share.

    One process at a time: two that make Dagster's tables at once spoil them for good.
    """
    home = prepare_dagster_home(folders)
    with lock_file(home / "opening.lock"):
        instance = dg.DagsterInstance.from_config(str(home))
        keep_event_log_open(instance)
        # Each storage makes its tables when it is first asked.
        instance.get_runs_count()
        instance.all_instigator_state()
        # Dagster takes the limit of a pool from its settings only after it has let some runs pass.
        instance.event_log_storage.initialize_concurrency_limit_to_default(BUILDS)
        for database in home.rglob("*.db"):
            share_file(database)
    return instance


def open_instance_to_read(folders: Folders) -> dg.DagsterInstance:
    """Open the instance; one in memory where there is none yet."""
    if HOME_VARIABLE in os.environ or folders.dagster.exists():
        return open_instance(folders)
    return dg.DagsterInstance.ephemeral()


def _place(settings: Any, folders: Folders) -> Any:
    """Place every `base_dir`, which starts with `data/`, in the data folder."""
    if not isinstance(settings, dict):
        return settings
    return {
        key: str(folders.root / Path(value).relative_to("data"))
        if key == _BASE
        else _place(value, folders)
        for key, value in settings.items()
    }
