"""The warehouse: which file each asset lives in, and what may be read.

Record-level assets lie under the delivery they come from, one encrypted file a quarter:
`restricted/<asset>/<delivery>/<quarter>.parquet`. A pointer, `restricted/serving/<quarter>.json`,
says which delivery serves a quarter; it moves only when that delivery is wholly taken in.
Belongs here: places and pointers. Does not belong here: SQL and Dagster.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from functools import cached_property
from pathlib import Path

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.dataset as ds

from nino_assets.deliveries.manifest import Delivery
from nino_assets.errors import WarehouseError
from nino_assets.methods.disclosure.perturbation_table.validation import (
    PerturbationTable,
    check_perturbation_table,
)
from nino_assets.statistic.quarters import Quarter
from nino_assets.store import keys
from nino_assets.store.atomic import private_folder, write_text
from nino_assets.store.encryption import Encryption
from nino_assets.store.folders import Folders
from nino_assets.store.parquet import (
    REPETITIVE_COLUMNS,
    is_whole,
    origin_of,
    read_parquet,
    write_by_quarter,
    write_parquet,
)
from nino_assets.store.seal import seal_storage_key
from nino_assets.store.session import duckdb_session

RESTRICTED_TABLES = (
    "perturbation_table",
    "keyed_counts",
    "risk_and_utility",
    "operational_information",
    "comparator_statistics",
    "coherence_report",
    "pre_release_access_list",
)
RECORD_ASSETS = ("raw_scan", "cleaned_records", "rejected_records", "geocoded_records")


class Warehouse:
    """What the assets hold, under one data folder."""

    def __init__(self, folders: Folders) -> None:
        self.folders = folders

    def session(self) -> AbstractContextManager[duckdb.DuckDBPyConnection]:
        """A DuckDB session whose spill lies in the restricted folder."""
        return duckdb_session(private_folder(self.folders.restricted / "spill"))

    @cached_property
    def encryption(self) -> Encryption:
        """The encryption of what the warehouse holds. Raises SecretKeyError for another's key."""
        key = keys.storage_key(self.folders)
        private_folder(self.folders.restricted)
        seal_storage_key(self.folders, key)
        return Encryption(key)

    # Unpartitioned and quarterly tables ------------------------------------------------------

    def table_file(self, asset: str, quarter: Quarter | None = None) -> Path:
        """The file of a reference asset, or of one quarter of a cube asset."""
        if asset in RESTRICTED_TABLES:
            folder = self.folders.restricted
        else:
            folder = self.folders.warehouse if quarter else self.folders.warehouse / "reference"
        return (
            folder / asset / f"{quarter.label}.parquet" if quarter else folder / f"{asset}.parquet"
        )

    def write_table(
        self,
        asset: str,
        reader: pa.RecordBatchReader,
        quarter: Quarter | None = None,
        *,
        origin: str | None = None,
    ) -> int:
        """Replace a table in one step; `origin` is kept in it. Returns its rows."""
        path = self.table_file(asset, quarter)
        if asset in RESTRICTED_TABLES:
            private_folder(self.folders.restricted)
        return write_parquet(path, reader.schema, reader, self._encryption_of(asset), origin=origin)

    # The postcode directory is large and seldom changes: what it, and what is made of it alone,
    # were made from is kept in them.

    def holds(self, asset: str, origin: str) -> bool:
        """Whether a clear reference table is whole, and was made from `origin`.

        `origin` names contents, by their sha256, and the code that made a table of them.
        """
        return self.made_from(asset, origin) and self.is_whole(asset)

    def made_from(self, asset: str, origin: str) -> bool:
        """Whether a clear reference table says that it was made from `origin`."""
        return origin_of(self.table_file(asset)) == origin

    def is_whole(self, asset: str) -> bool:
        """Whether a clear reference table is there, each page as it was written."""
        return is_whole(self.table_file(asset))

    def delivered_directory(self) -> str:
        """The sha256 of the delivered files from which the directory in use was made.

        Raises WarehouseError as `directory_origin` does.
        """
        return self.directory_origin().split()[0]

    def directory_origin(self) -> str:
        """The delivered files (by their sha256) and the code that the directory was made from.

        Raises WarehouseError when it was made before that was kept.
        """
        origin = origin_of(self.table_file("postcode_directory"))
        if origin is None:
            raise WarehouseError(
                "postcode_directory does not say which delivered files it was made from",
                rule="a publication names all that it was made from",
                next_step="materialise postcode_directory again",
            )
        return origin

    def table(self, asset: str, quarters: Sequence[Quarter] | None = None) -> ds.Dataset:
        """A table, or the given quarters of it. Raises WarehouseError when one is not there."""
        paths = (
            [self.table_file(asset, q) for q in quarters]
            if quarters is not None
            else [self.table_file(asset)]
        )
        missing = [path for path in paths if not path.is_file()]
        if missing:
            raise WarehouseError(
                f"{self.folders.named(missing[0])} is not in the warehouse",
                rule="an asset is read only after it was materialised",
                next_step=f"materialise {asset} first (nino-assets build, or the web UI)",
            )
        return read_parquet(paths, self._encryption_of(asset))

    def open_table(
        self,
        con: duckdb.DuckDBPyConnection,
        name: str,
        asset: str,
        quarters: Sequence[Quarter] | None = None,
    ) -> None:
        """Make a table, or the given quarters of it, the view `name` of a session.

        DuckDB reads clear files itself, three times as fast as through Arrow. Raises WarehouseError
        when a file is not there.
        """
        table = self.table(asset, quarters)
        if self._encryption_of(asset):
            con.register(name, table)
        else:
            con.read_parquet(table.files).create_view(name)

    def frame(self, asset: str, quarter: Quarter | None = None) -> pl.DataFrame:
        """A small table in memory: a reference table, or one quarter of a cube asset."""
        table = self.table(asset, [quarter] if quarter else None)
        return pl.DataFrame(pl.from_arrow(table.to_table()))

    def quarters_held(self, asset: str) -> list[Quarter]:
        """The quarters of a cube asset that the warehouse holds, ascending."""
        folder = self.table_file(asset, Quarter(2002, 1)).parent
        return sorted(Quarter.parse(path.stem) for path in folder.glob("[0-9]*.parquet"))

    def first_quarter(self, last: Quarter) -> Quarter:
        """The first quarter of the series that ends with `last`.

        Raises WarehouseError when the series has a gap: a quarter between them was never built.
        """
        held = [quarter for quarter in self.quarters_held("keyed_counts") if quarter <= last]
        first = min([*held, last])
        missing = [quarter for quarter in first.until(last)[:-1] if quarter not in held]
        if missing:
            raise WarehouseError(
                f"The series has a gap: {missing[0].label} is not in the warehouse",
                rule="a series runs without a gap from its first quarter to the release quarter",
                next_step="build it: nino-assets build "
                f"--quarter {last.label} --from {missing[0].label}",
            )
        return first

    def _encryption_of(self, asset: str) -> Encryption | None:
        return self.encryption if asset in RESTRICTED_TABLES else None

    # Records ---------------------------------------------------------------------------------

    def record_file(self, asset: str, delivery: Delivery, label: str) -> Path:
        return self.folders.restricted / asset / delivery.id / f"{label}.parquet"

    def write_records(
        self,
        asset: str,
        delivery: Delivery,
        schema: pa.Schema,
        batches: Iterable[pa.RecordBatch],
        *,
        encryption: Encryption | None = None,
    ) -> dict[str, int]:
        """Replace a delivery's record files from one stream with a `quarter` column.

        A register extract is always written whole. Returns the rows of each quarter label.
        """
        private_folder(self.folders.restricted)
        covered = delivery.first_quarter.until(delivery.quarter)
        return write_by_quarter(
            batches,
            schema,
            lambda label: self.record_file(asset, delivery, label),
            [quarter.label for quarter in covered],
            encryption or self.encryption,
        )

    def records(
        self, asset: str, delivery: Delivery, quarters: Sequence[Quarter] | None = None
    ) -> ds.Dataset:
        """The records of some quarters of a delivery, or all of it."""
        if quarters is None:
            quarters = delivery.first_quarter.until(delivery.quarter)
        paths = [self.record_file(asset, delivery, quarter.label) for quarter in quarters]
        missing = [path for path in paths if not path.is_file()]
        if missing:
            raise WarehouseError(
                f"{self.folders.named(missing[0])} is not in the warehouse",
                rule="an asset is read only after it was materialised",
                next_step=f"materialise {asset} first (nino-assets build, or the web UI)",
            )
        return read_parquet(paths, self.encryption, REPETITIVE_COLUMNS)

    # Which delivery serves a quarter -----------------------------------------------------------

    def point_to(self, delivery: Delivery, quarters: Sequence[Quarter]) -> None:
        """Let a delivery that is wholly taken in serve these quarters."""
        content = json.dumps(delivery.as_json(), indent=1) + "\n"
        for quarter in quarters:
            write_text(self._pointer(quarter), content, mode=0o600)

    def delivery_of(self, quarter: Quarter) -> Delivery:
        """The delivery that serves a quarter. Raises WarehouseError when none was taken in."""
        path = self._pointer(quarter)
        if not path.is_file():
            raise WarehouseError(
                f"No delivery was taken in for {quarter.label}",
                rule="records are read only after raw_scan was materialised",
                next_step="materialise raw_scan first (nino-assets build, or the web UI)",
            )
        return Delivery.from_json(json.loads(path.read_text(encoding="utf-8")))

    def by_delivery(self, quarters: Sequence[Quarter]) -> dict[Delivery, list[Quarter]]:
        """The quarters, grouped by the delivery that serves them."""
        groups: dict[Delivery, list[Quarter]] = {}
        for quarter in quarters:
            groups.setdefault(self.delivery_of(quarter), []).append(quarter)
        return groups

    def _pointer(self, quarter: Quarter) -> Path:
        return self.folders.restricted / "serving" / f"{quarter.label}.json"

    def forget_superseded(self) -> None:
        """Delete the records of deliveries that no longer serve any quarter."""
        pointers = (self.folders.restricted / "serving").glob("[0-9]*.json")
        used = {Delivery.from_json(json.loads(p.read_text(encoding="utf-8"))).id for p in pointers}
        for asset in RECORD_ASSETS:
            for folder in (self.folders.restricted / asset).glob("*-*"):
                if folder.name not in used:
                    shutil.rmtree(folder, ignore_errors=True)

    # The p-table -------------------------------------------------------------------------------

    def checked_perturbation_table(self) -> PerturbationTable:
        """The p-table in use, checked again as it is read."""
        return check_perturbation_table(self.frame("perturbation_table"))
