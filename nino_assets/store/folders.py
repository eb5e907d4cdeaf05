"""Where everything lies under the data folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from nino_assets.statistic.quarters import Quarter
from nino_assets.statistic.reference_folder import find_data_folder


@dataclass(frozen=True)
class Folders:
    """The data folder and the places in it."""

    root: Path

    @classmethod
    def from_environment(cls) -> Folders:
        return cls(find_data_folder())

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
