"""Which correction a quarter stands in: the editions released, and the one that is open.

Edition 1 of a quarter is the first that was released. An opened correction makes the next number;
until that is released too, what is built for the quarter is compared with the edition before it.
Belongs here: finding these facts in the log and among what was released. Does not belong here: what
a correction is (`governance/corrections.py`) and comparing cells (`publishing/changed_cells.py`).
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
    """Where a quarter stands. `number` is that of the edition that is built now.

    `released` are its editions that are out, the oldest first; `corrections` those opened, by the
    number of the corrected edition.
    """

    quarter: Quarter
    released: tuple[ReleasedEdition, ...]
    corrections: dict[int, Correction]

    @property
    def number(self) -> int:
        latest = len(self.released)
        return latest + 1 if not latest or self.open_correction else latest

    @property
    def open_correction(self) -> Correction | None:
        """The correction that was opened and whose edition is not out yet."""
        return self.corrections.get(len(self.released) + 1) if self.released else None

    @property
    def before(self) -> ReleasedEdition | None:
        """The edition that the one built now corrects; None when it corrects none."""
        return self.released[self.number - 2] if self.number > 1 else None


def read_edition_history(folders: Folders, quarter: Quarter) -> EditionHistory:
    """Where a quarter stands. Raises PublicationError or GovernanceError for broken records."""
    editions = PublishedEditions(folders).read_editions()
    entries = read_entries(locate_log(folders.warehouse), Correction)
    return EditionHistory(
        quarter,
        tuple(each for each in editions if each.quarter == quarter),
        find_latest_corrections(entries, quarter),
    )


def list_later_releases(folders: Folders, quarter: Quarter) -> list[Quarter]:
    """Later quarters that are out, ascending: their editions have this quarter's cells too."""
    editions = PublishedEditions(folders).read_editions()
    return sorted({each.quarter for each in editions if each.quarter > quarter})


def find_planned_release(folders: Folders, quarter: Quarter) -> datetime:
    """When the edition that is built now is due: by the release calendar, or by its correction."""
    standing = read_edition_history(folders, quarter)
    correction = standing.corrections.get(standing.number)
    if correction:
        return correction.released_at
    return ReleaseSchedule.from_log(locate_log(folders.warehouse)).find_moment(quarter)


def locate_released_cells(folders: Folders, edition: ReleasedEdition) -> Path:
    """The open data of an edition that is out."""
    return PublishedEditions(folders).locate(edition) / OPEN_DATA / PARQUET_NAME


def build_correction_notes(
    warehouse: Warehouse, quarter: Quarter, built: list[Path]
) -> tuple[CorrectionNote, ...]:
    """What readers are told of each correction up to the edition that is built now.

    `built` are the perturbed cells of that edition. Raises GovernanceError when an edition was
    corrected without an entry in the log.
    """
    standing = read_edition_history(warehouse.folders, quarter)
    notes = []
    for number in range(2, standing.number + 1):
        if number not in standing.corrections:
            raise GovernanceError(
                f"Edition {number} of {quarter.label} has no correction in the log of decisions",
                rule="an edition is corrected only by a correction that was opened",
                next_step="restore the log and its head from a backup",
            )
        correction = standing.corrections[number]
        notes.append(
            CorrectionNote(
                edition=number,
                corrected_on=date.fromisoformat(correction.corrected_on),
                reason=correction.reason,
                changed_cells=_changed(warehouse, standing, number, built),
            )
        )
    return tuple(notes)


def find_changes(
    warehouse: Warehouse, standing: EditionHistory, built: list[Path]
) -> pl.DataFrame | None:
    """What the edition built now changes of the one that it corrects; None when it corrects none.

    Columns `CHANGED_COLUMNS`.
    """
    if standing.before is None:
        return None
    with warehouse.open_session() as con:
        return find_changed_cells(
            con, [locate_released_cells(warehouse.folders, standing.before)], built
        )


def _changed(warehouse: Warehouse, standing: EditionHistory, number: int, built: list[Path]) -> int:
    if number < standing.number:
        edition = standing.released[number - 1]
        folder = PublishedEditions(warehouse.folders).locate(edition) / OPEN_DATA
        return read_changed_cells(folder / CHANGED_CELLS_NAME).height
    changed = find_changes(warehouse, standing, built)
    return 0 if changed is None else changed.height
