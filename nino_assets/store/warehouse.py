"""The warehouse: the tables, the records, and which delivery serves a quarter."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import AbstractContextManager

import duckdb

from nino_assets.statistic.quarters import Quarter
from nino_assets.store.atomic import make_private_folder
from nino_assets.store.declarations import Declarations, StageDeclarations
from nino_assets.store.folders import Folders
from nino_assets.store.records import Records
from nino_assets.store.serving import Serving
from nino_assets.store.session import open_duckdb_session
from nino_assets.store.tables import Tables
from nino_assets.store.vault import Vault


class Warehouse:
    """All that the assets hold, under one data folder."""

    def __init__(
        self, folders: Folders, declarations: Declarations, vault: Vault | None = None
    ) -> None:
        """Open a data folder; without a `vault`, no key is made."""
        self.folders = folders
        self.declarations = declarations
        self.vault = vault or Vault(folders)
        self.tables = Tables(folders, declarations, self.vault)
        self.serving = Serving(folders, declarations)
        self.records = Records(folders, declarations, self.vault, self.serving)

    def limit_to(
        self,
        stage: str,
        *,
        reads: Mapping[str, Collection[Quarter] | None],
        writes: Collection[str],
    ) -> Warehouse:
        """The same warehouse, which refuses what a stage does not declare."""
        limited = StageDeclarations(self.declarations, stage, reads=reads, writes=writes)
        return Warehouse(self.folders, limited, self.vault)

    def open_session(self) -> AbstractContextManager[duckdb.DuckDBPyConnection]:
        """A DuckDB session whose spill lies in the private folder."""
        return open_duckdb_session(make_private_folder(self.folders.restricted / "spill"))
