"""Tables: one Parquet file an asset, or one a quarter."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.dataset as ds

from nino_assets.errors import WarehouseError
from nino_assets.statistic.quarters import SERIES_START, Quarter
from nino_assets.store.atomic import write_text
from nino_assets.store.declarations import Declarations, Stored
from nino_assets.store.encryption import Encryption
from nino_assets.store.folders import Folders
from nino_assets.store.kept_hashes import build_damage_error, refuse_damaged
from nino_assets.store.parquet import (
    RESTRICTED_MODE,
    is_whole,
    read_origin,
    read_parquet,
    write_parquet,
)
from nino_assets.store.vault import Vault


class Tables:
    """The tables of a warehouse, by the name of their asset."""

    def __init__(self, folders: Folders, declarations: Declarations, vault: Vault) -> None:
        self._folders = folders
        self._declarations = declarations
        self._vault = vault

    def find_path(self, asset: str, quarter: Quarter | None = None) -> Path:
        """The file of a table, or of one quarter of it.

        Raises WarehouseError for one that is not declared.
        """
        stored = self._declarations.find_readable(asset, [quarter] if quarter else [])
        return stored.find_table(self._folders, quarter)

    def is_stored(self, asset: str, quarter: Quarter | None = None) -> bool:
        return self.find_path(asset, quarter).is_file()

    def list_quarters(self, asset: str) -> list[Quarter]:
        """The quarters of a table that are stored, ascending.

        A stage may list those of any table.
        """
        stored = self._declarations.find(asset)
        folder = stored.find_table(self._folders, SERIES_START).parent
        return sorted(Quarter.parse(path.stem) for path in folder.glob("[0-9]*.parquet"))

    # Writing ---------------------------------------------------------------------------------

    def write(
        self,
        asset: str,
        reader: pa.RecordBatchReader,
        quarter: Quarter | None = None,
        *,
        origin: str | None = None,
    ) -> int:
        """Replace a table in one step. Returns its rows.

        `origin` says what a clear table was made from, and is kept in it.
        """
        stored = self._declarations.find_writable(asset)
        path = stored.find_table(self._folders, quarter)
        if stored.is_private:
            self._vault.open_folder()
        return write_parquet(path, reader.schema, reader, self._encryption(stored), origin=origin)

    def write_changed(self, asset: str, frame: pl.DataFrame) -> int:
        """Replace a small table, unless it holds the same already.

        Returns its rows. What runs of all quarters share stays as it is while another run reads it.
        """
        if not self._holds(asset, frame):
            self.write(asset, frame.to_arrow().to_reader())
        return frame.height

    def _holds(self, asset: str, frame: pl.DataFrame) -> bool:
        try:
            return self.is_stored(asset) and self.read_frame(asset).equals(frame)
        except (WarehouseError, OSError, pa.ArrowException, pl.exceptions.PolarsError):
            # What cannot be read is written again.
            return False

    def write_page(self, asset: str, quarter: Quarter, page: str) -> Path:
        """Write an HTML page next to a quarter's table, with its rights."""
        stored = self._declarations.find_writable(asset)
        path = stored.find_table(self._folders, quarter).with_suffix(".html")
        if stored.is_private:
            self._vault.open_folder()
            write_text(path, page, mode=RESTRICTED_MODE)
        else:
            write_text(path, page)
        return path

    # Reading ---------------------------------------------------------------------------------

    def read(self, asset: str, quarters: Sequence[Quarter] | None = None) -> ds.Dataset:
        """A table, or some quarters of it.

        Raises WarehouseError when a file is not there, or is not as it was written.
        """
        stored = self._declarations.find_readable(asset, quarters or [])
        wanted: Sequence[Quarter | None] = [None] if quarters is None else quarters
        paths = [stored.find_table(self._folders, quarter) for quarter in wanted]
        return read_files(self._folders, asset, paths, self._encryption(stored))

    def list_files(self, asset: str, quarters: Sequence[Quarter]) -> list[Path]:
        """The files of some quarters of a clear table.

        Raises WarehouseError when one is not there, or is not as it was written.
        """
        paths = [self.find_path(asset, quarter) for quarter in quarters]
        _refuse_missing(self._folders, asset, paths)
        refuse_damaged(self._folders, asset, paths)
        return paths

    def create_view(
        self,
        con: duckdb.DuckDBPyConnection,
        name: str,
        asset: str,
        quarters: Sequence[Quarter] | None = None,
    ) -> None:
        """Create the view `name` of a table, or of some quarters.

        DuckDB reads clear files itself, three times as fast as through Arrow. Raises WarehouseError
        when a file is not there.
        """
        table = self.read(asset, quarters)
        if self._declarations.find(asset).is_private:
            con.register(name, table)
        else:
            con.read_parquet(table.files).create_view(name)

    def read_frame(self, asset: str, quarter: Quarter | None = None) -> pl.DataFrame:
        """A small table, or one quarter of it, in memory."""
        table = self.read(asset, [quarter] if quarter else None)
        return pl.DataFrame(pl.from_arrow(table.to_table()))

    # Of a large table that seldom changes, it is kept what it was made from: the contents, by their
    # sha256, and the code.

    def read_origin(self, asset: str, quarter: Quarter | None = None) -> str | None:
        """What a clear table says it was made from, if anything."""
        return read_origin(self.find_path(asset, quarter))

    def is_whole(self, asset: str) -> bool:
        """Whether a clear table is there, each page as it was written."""
        return is_whole(self.find_path(asset))

    def _encryption(self, stored: Stored) -> Encryption | None:
        return self._vault.encryption if stored.is_private else None


def read_files(
    folders: Folders,
    asset: str,
    paths: Sequence[Path],
    encryption: Encryption | None,
    repetitive: Sequence[str] = (),
) -> ds.Dataset:
    """Files of an asset as a dataset.

    Raises WarehouseError for one that is not there, or is not as it was written.
    """
    _refuse_missing(folders, asset, paths)
    refuse_damaged(folders, asset, paths)
    try:
        return read_parquet(paths, encryption, repetitive)
    except (OSError, pa.ArrowException):
        # Of an earlier version, which kept no sha256.
        for path in paths:
            try:
                read_parquet([path], encryption, repetitive)
            except (OSError, pa.ArrowException):
                raise build_damage_error(folders, asset, path) from None
        raise


def _refuse_missing(folders: Folders, asset: str, paths: Sequence[Path]) -> None:
    """Raise WarehouseError when a file of an asset is not there."""
    missing = [path for path in paths if not path.is_file()]
    if missing:
        raise WarehouseError(
            f"{folders.describe(missing[0])} is not in the warehouse",
            rule="an asset is read only after it was materialised",
            next_step=f"materialise {asset} first (nino-assets build, or the web UI)",
        )
