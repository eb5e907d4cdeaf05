"""The editions of a quarter: those released, and the corrections opened.

Edition 1 of a quarter is the first that was released. An opened correction makes the next number;
until that edition is released too, what is built for the quarter is compared with the last one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import polars as pl

from nino_assets.errors import GovernanceError
from nino_assets.governance.corrections import Correction, find_latest_corrections
from nino_assets.governance.decision_log import locate_log, read_entries
from nino_assets.governance.release_schedule import ReleaseSchedule
from nino_assets.publishing.changed_cells import (
    CHANGED_CELLS_NAME,
    find_changed_cells,
    read_changed_cells,
)
from nino_assets.publishing.correction_notes import CorrectionNote
from nino_assets.publishing.open_data.metadata import PARQUET_NAME
from nino_assets.releases.published import PublishedEditions, ReleasedEdition
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.folders import Folders
from nino_assets.store.warehouse import Warehouse

OPEN_DATA = "open-data"


@dataclass(frozen=True)
class EditionHistory:
    """The released editions of a quarter, oldest first, and its corrections.

    `corrections` are by the number of the corrected edition.
    """

    quarter: Quarter
    released: tuple[ReleasedEdition, ...]
    corrections: dict[int, Correction]

    @property
    def number(self) -> int:
        """The number of the edition that is built now."""
        latest = len(self.released)
        return latest + 1 if not latest or self.open_correction else latest

    @property
    def open_correction(self) -> Correction | None:
        """The correction whose edition is not released yet."""
        return self.corrections.get(len(self.released) + 1) if self.released else None

    @property
    def previous(self) -> ReleasedEdition | None:
        """The edition that is corrected now; None when there is none."""
        return self.released[self.number - 2] if self.number > 1 else None


def read_edition_history(folders: Folders, quarter: Quarter) -> EditionHistory:
    """Read the released editions and the corrections of a quarter.

    Raises GovernanceError for a damaged log, PublicationError for a damaged `data/published`.
    """
    editions = PublishedEditions(folders).read_editions()
    entries = read_entries(locate_log(folders.warehouse), Correction)
    return EditionHistory(
        quarter,
        tuple(each for each in editions if each.quarter == quarter),
        find_latest_corrections(entries, quarter),
    )


def list_later_releases(folders: Folders, quarter: Quarter) -> list[Quarter]:
    """Later quarters that are released, which have this quarter's cells too."""
    editions = PublishedEditions(folders).read_editions()
    return sorted({each.quarter for each in editions if each.quarter > quarter})


def find_planned_release(folders: Folders, quarter: Quarter) -> datetime:
    """When the edition that is built now is due.

    The release schedule says so, or the correction of a corrected edition.
    """
    history = read_edition_history(folders, quarter)
    correction = history.corrections.get(history.number)
    if correction:
        return correction.released_at
    return ReleaseSchedule.from_log(locate_log(folders.warehouse)).find_moment(quarter)


def locate_released_cells(folders: Folders, edition: ReleasedEdition) -> Path:
    """The cells of a released edition, as open data."""
    return PublishedEditions(folders).locate(edition) / OPEN_DATA / PARQUET_NAME


def build_correction_notes(
    warehouse: Warehouse, quarter: Quarter, built: list[Path]
) -> tuple[CorrectionNote, ...]:
    """Build what readers are told of each correction so far.

    `built` are the cells of the edition built now. Raises GovernanceError when an edition was
    corrected without an entry in the log.
    """
    history = read_edition_history(warehouse.folders, quarter)
    notes = []
    for number in range(2, history.number + 1):
        if number not in history.corrections:
            raise GovernanceError(
                f"Edition {number} of {quarter.label} has no correction in the log of decisions",
                rule="a correction is opened before its edition is released",
                next_step="restore the log and its head from a backup",
            )
        correction = history.corrections[number]
        notes.append(
            CorrectionNote(
                edition=number,
                corrected_on=date.fromisoformat(correction.corrected_on),
                reason=correction.reason,
                changed_cells=_count_changed_cells(warehouse, history, number, built),
            )
        )
    return tuple(notes)


def find_changes(
    warehouse: Warehouse, history: EditionHistory, built: list[Path]
) -> pl.DataFrame | None:
    """The cells that differ from the edition that is corrected now.

    Columns `CHANGED_COLUMNS`; None when no edition is corrected.
    """
    if history.previous is None:
        return None
    with warehouse.open_session() as con:
        return find_changed_cells(
            con, [locate_released_cells(warehouse.folders, history.previous)], built
        )


def _count_changed_cells(
    warehouse: Warehouse, history: EditionHistory, number: int, built: list[Path]
) -> int:
    if number < history.number:
        edition = history.released[number - 1]
        folder = PublishedEditions(warehouse.folders).locate(edition) / OPEN_DATA
        return read_changed_cells(folder / CHANGED_CELLS_NAME).height
    changed = find_changes(warehouse, history, built)
    return 0 if changed is None else changed.height
