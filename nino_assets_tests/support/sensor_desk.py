"""The landing sensor over one data folder, as the daemon asks it."""

from __future__ import annotations

import dagster as dg

from nino_assets.orchestration.definitions import defs
from nino_assets.orchestration.sensors import landing
from nino_assets.store.folders import Folders
from nino_assets.store.warehouse import Warehouse

Asked = list[tuple[str, str, str]]


class Desk:
    """The sensor over one data folder and one instance: it keeps its cursor and its keys."""

    def __init__(self, warehouse: Warehouse, instance: dg.DagsterInstance) -> None:
        self.warehouse, self.instance = warehouse, instance
        self.cursor: str | None = None
        self.keys: set[str] = set()
        self.reason = ""
        self.told: list[str] = []

    @property
    def folders(self) -> Folders:
        return self.warehouse.folders

    def tick(self) -> Asked:
        """Quarter, job and key of each run that is new: Dagster asks once for a key."""
        context = dg.build_sensor_context(
            instance=self.instance, definitions=defs, cursor=self.cursor
        )
        data = landing.evaluate_tick(context)
        self.cursor, self.reason = data.cursor, data.skip_message or ""
        requests = [
            (str(r.partition_key), str(r.job_name), str(r.run_key)) for r in data.run_requests or []
        ]
        new = [request for request in requests if request[2] not in self.keys]
        self.keys |= {key for _, _, key in new}
        return new
