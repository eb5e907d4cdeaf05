"""Records: encrypted files, one for each quarter of a delivery.

They lie in `restricted/<asset>/<delivery>/<quarter>.parquet`; which delivery serves a quarter is
said by a pointer (`serving.py`).
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.dataset as ds

from nino_assets.statistic.quarters import Quarter
from nino_assets.store.declarations import Declarations, Kept
from nino_assets.store.delivery import Delivery
from nino_assets.store.folders import Folders
from nino_assets.store.locks import lock_unheld_delivery
from nino_assets.store.parquet import REPETITIVE_COLUMNS, write_by_quarter
from nino_assets.store.serving import Serving
from nino_assets.store.tables import read_files
from nino_assets.store.vault import Vault


class Records:
    """The record-level assets of a warehouse, by their name and delivery."""

    def __init__(
        self, folders: Folders, declarations: Declarations, vault: Vault, serving: Serving
    ) -> None:
        self._folders = folders
        self._declarations = declarations
        self._vault = vault
        self._serving = serving

    def find_path(self, asset: str, delivery: Delivery, quarter: Quarter) -> Path:
        """The file of one quarter of a delivery. Raises WarehouseError if undeclared."""
        stored = self._declarations.find_readable(asset, delivery.quarters)
        return stored.find_records(self._folders, delivery.id) / f"{quarter.label}.parquet"

    def write(
        self,
        asset: str,
        delivery: Delivery,
        schema: pa.Schema,
        batches: Iterable[pa.RecordBatch],
    ) -> dict[str, int]:
        """Replace a delivery's record files from one stream with a `quarter` column.

        A register extract is always written whole. Returns the rows of each quarter label.
        """
        stored = self._declarations.find_writable(asset)
        folder = stored.find_records(self._folders, delivery.id)
        self._vault.open_folder()
        return write_by_quarter(
            batches,
            schema,
            lambda label: folder / f"{label}.parquet",
            [quarter.label for quarter in delivery.quarters],
            self._vault.encryption,
        )

    def read(
        self, asset: str, delivery: Delivery, quarters: Sequence[Quarter] | None = None
    ) -> ds.Dataset:
        """The records of some quarters of a delivery, or all of it.

        Raises WarehouseError when a file is not there, or is not as it was written.
        """
        wanted = delivery.quarters if quarters is None else quarters
        paths = [self.find_path(asset, delivery, quarter) for quarter in wanted]
        return read_files(self._folders, asset, paths, self._vault.encryption, REPETITIVE_COLUMNS)

    def delete_superseded(self) -> None:
        """Delete the records of deliveries that no longer serve any quarter.

        Every stage may: what no pointer names can be read by none.
        """
        for stored in self._declarations:
            if stored.kept is Kept.BY_DELIVERY:
                for folder in stored.find_records(self._folders).glob("*-*"):
                    self._delete_unless_wanted(folder)

    def _delete_unless_wanted(self, folder: Path) -> None:
        """Delete the records of a delivery that serves nothing.

        One that is being taken in has no pointer yet. So the pointers are read while nobody can
        take it in.
        """
        if folder.name in self._serving.list_serving():
            return
        with lock_unheld_delivery(self._folders, folder.name) as is_unheld:
            if is_unheld and folder.name not in self._serving.list_serving():
                shutil.rmtree(folder, ignore_errors=True)
