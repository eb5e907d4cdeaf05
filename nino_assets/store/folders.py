"""Where everything lies under the data folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from nino_assets.errors import WarehouseError
from nino_assets.statistic.quarters import Quarter
from nino_assets.statistic.reference_folder import find_data_folder

_SPECIAL = frozenset("*?[]{}%#")
"""What means something to a pattern of file names, or to an address."""


@dataclass(frozen=True)
class Folders:
    """The data folder and the places in it."""

    root: Path

    @classmethod
    def from_environment(cls) -> Folders:
        """The data folder of this process.

        Raises WarehouseError for a path that would be taken for another.
        """
        root = find_data_folder()
        special = sorted(set(str(root)) & _SPECIAL)
        if special:
            raise WarehouseError(
                f"The path of the data folder holds {' '.join(special)}",
                rule="DuckDB reads it as a pattern and SQLite as an address, so that files of "
                "another folder might be read",
                next_step="name a folder without such characters in NINO_DATA_DIR",
            )
        return cls(root)

    @property
    def landing(self) -> Path:
        return self.root / "landing"

    @property
    def postcode_landing(self) -> Path:
        return self.landing / "nspl"

    @property
    def boundary_landing(self) -> Path:
        return self.landing / "boundaries"

    @property
    def warehouse(self) -> Path:
        return self.root / "warehouse"

    @property
    def restricted(self) -> Path:
        """Owner-only: records, counts before perturbation, the p-table."""
        return self.warehouse / "restricted"

    @property
    def keys(self) -> Path:
        return self.root / "keys"

    @property
    def dagster(self) -> Path:
        return self.root / "dagster"

    def find_delivery(self, quarter: Quarter) -> Path:
        return self.landing / quarter.label

    @property
    def publications(self) -> Path:
        return self.root / "publications"

    def find_publication(self, quarter: Quarter) -> Path:
        return self.publications / quarter.label

    @property
    def published(self) -> Path:
        """What readers get, after release: `published.py` says how it is laid out."""
        return self.root / "published"

    def describe(self, path: Path) -> str:
        """A path as messages name it: relative to the data folder."""
        return str(path.relative_to(self.root)) if path.is_relative_to(self.root) else str(path)
