"""The pointers that say which delivery serves a quarter.

A pointer is `restricted/serving/<quarter>.json`. It moves when a delivery is wholly taken in; until
then, every later stage reads the records of the delivery before.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from nino_assets.errors import WarehouseError
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.atomic import write_text
from nino_assets.store.declarations import Declarations
from nino_assets.store.delivery import Delivery
from nino_assets.store.folders import Folders
from nino_assets.store.parquet import RESTRICTED_MODE


class Serving:
    """The pointers of a warehouse."""

    def __init__(self, folders: Folders, declarations: Declarations) -> None:
        self._folder = folders.restricted / "serving"
        self._declarations = declarations

    def point_to(self, delivery: Delivery, quarters: Sequence[Quarter]) -> None:
        """Let a delivery that is wholly taken in serve these quarters."""
        content = json.dumps(delivery.to_json(), indent=1) + "\n"
        for quarter in quarters:
            write_text(self._find_pointer(quarter), content, mode=RESTRICTED_MODE)

    def find_delivery(self, quarter: Quarter) -> Delivery:
        """The delivery that serves a quarter.

        Raises WarehouseError when none was taken in.
        """
        self._declarations.refuse_delivery(quarter)
        path = self._find_pointer(quarter)
        if not path.is_file():
            raise WarehouseError(
                f"No delivery was taken in for {quarter.label}",
                rule="records are read only after raw_scan was materialised",
                next_step="materialise raw_scan first (nino-assets build, or the web UI)",
            )
        return _read_pointer(path)

    def read_time(self, quarter: Quarter) -> float:
        """When a pointer was last written, in seconds since 1970."""
        return self._find_pointer(quarter).stat().st_mtime

    def group_quarters(self, quarters: Sequence[Quarter]) -> dict[Delivery, list[Quarter]]:
        """The quarters, grouped by the delivery that serves them."""
        groups: dict[Delivery, list[Quarter]] = {}
        for quarter in quarters:
            groups.setdefault(self.find_delivery(quarter), []).append(quarter)
        return groups

    def list_serving(self) -> set[str]:
        """The ids of all deliveries that serve a quarter."""
        return {_read_pointer(path).id for path in self._folder.glob("[0-9]*.json")}

    def _find_pointer(self, quarter: Quarter) -> Path:
        return self._folder / f"{quarter.label}.json"


def _read_pointer(path: Path) -> Delivery:
    return Delivery.from_json(json.loads(path.read_text(encoding="utf-8")))
