"""Methodological revisions of the series, and what they changed.

A revision shows first in the edition of its quarter. What it changed lies with the open data of
that edition: each cell as it was and as it is, and what each member became.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import polars as pl

from nino_assets.governance.decision_log import locate_log, read_entries
from nino_assets.governance.revisions import Revision, find_announcement_faults, find_revision
from nino_assets.publishing.changed_cells import find_changed_cells, write_changed_cells
from nino_assets.publishing.open_data.metadata import PARQUET_NAME
from nino_assets.publishing.revision_notes import RevisionNote
from nino_assets.releases.edition_history import (
    OPEN_DATA,
    locate_released_cells,
    read_edition_history,
)
from nino_assets.releases.edition_members import (
    SUCCESSION_COLUMNS,
    find_member_changes,
    list_edition_successions,
)
from nino_assets.releases.published import PublishedEditions
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.folders import Folders
from nino_assets.store.warehouse import Warehouse

REVISED_CELLS_NAME = "revised-cells.csv"
SUCCESSION_NAME = "succession.csv"
"""In `open-data/` of each edition since the first revision."""


def read_revision(folders: Folders, quarter: Quarter) -> Revision | None:
    """The revision that a quarter's release shows first.

    Raises GovernanceError for a damaged log.
    """
    return find_revision(read_entries(locate_log(folders.warehouse), Revision), quarter)


def find_revision_faults(folders: Folders, quarter: Quarter, planned: datetime) -> list[str]:
    """What is wrong with how changed lists were announced, a sentence each.

    Members that hold other people than before are announced, and neither new names nor new members.
    `planned` is when the quarter is released. A correction uses the lists of the edition that it
    corrects, and so needs no announcement.
    """
    previous = find_previous_edition(folders, quarter)
    changes = find_member_changes(folders, previous[0], quarter) if previous else None
    if previous is None or not changes or all(each.moved.is_empty() for each in changes.values()):
        return []
    if read_edition_history(folders, quarter).number > 1:
        return []
    faults = find_announcement_faults(read_revision(folders, quarter), planned.date())
    return [f"areas or nationalities are not those of {previous[0].label}: {f}" for f in faults]


def find_previous_edition(folders: Folders, quarter: Quarter) -> tuple[Quarter, Path] | None:
    """The newest earlier edition with its cells, as released or else built."""
    publications = folders.find_publication(quarter).parent
    built = {
        Quarter.parse(path.parents[1].name): path
        for path in publications.glob(f"[0-9][0-9][0-9][0-9]-Q[1-4]/{OPEN_DATA}/{PARQUET_NAME}")
    }
    editions = PublishedEditions(folders).read_editions()
    released = {each.quarter: locate_released_cells(folders, each) for each in editions}
    found = {q: path for q, path in (built | released).items() if q < quarter}
    return max(found.items()) if found else None


def find_revised_cells(
    warehouse: Warehouse, quarter: Quarter, cell_files: Sequence[Path]
) -> pl.DataFrame | None:
    """The cells of earlier periods that a quarter's edition revises.

    `cell_files` are those of the edition's series, by quarter. Columns `CHANGED_COLUMNS`; None
    when no revision is announced for the quarter, or there is no edition before.
    """
    previous = find_previous_edition(warehouse.folders, quarter)
    if previous is None or read_revision(warehouse.folders, quarter) is None:
        return None
    before, cells = previous
    earlier = [path for path in cell_files if Quarter.parse(path.stem) <= before]
    with warehouse.open_session() as con:
        return find_changed_cells(con, [cells], earlier)


def build_successions(folders: Folders, quarter: Quarter) -> pl.DataFrame:
    """What succeeded what, in every edition up to a quarter's, in `SUCCESSION_COLUMNS`.

    The rows of the edition before are kept, and those of this edition's own revision added.
    """
    previous = find_previous_edition(folders, quarter)
    listed = pl.DataFrame(schema=dict.fromkeys(SUCCESSION_COLUMNS, pl.String))
    if previous is None:
        return listed
    before, cells = previous
    earlier = cells.parent / SUCCESSION_NAME
    if earlier.is_file():
        listed = pl.read_csv(earlier, infer_schema=False).fill_null("")
    changes = find_member_changes(folders, before, quarter)
    if not changes or not any(changes.values()):
        return listed
    added = list_edition_successions(folders, before, quarter)
    return pl.concat([listed, added.cast(pl.String).fill_null("")])


def write_revision_files(
    warehouse: Warehouse, quarter: Quarter, cell_files: Sequence[Path], folder: Path
) -> None:
    """Write what a revision changed, and what succeeded what."""
    revised = find_revised_cells(warehouse, quarter, cell_files)
    if revised is not None:
        write_changed_cells(revised, folder / REVISED_CELLS_NAME)
    successions = build_successions(warehouse.folders, quarter)
    if not successions.is_empty():
        write_changed_cells(successions, folder / SUCCESSION_NAME)


def build_revision_notes(
    warehouse: Warehouse, quarter: Quarter, cell_files: Sequence[Path]
) -> tuple[RevisionNote, ...]:
    """Build what readers are told of each revision up to a quarter."""
    entries = read_entries(locate_log(warehouse.folders.warehouse), Revision)
    shown = {Quarter.parse(entry.quarter): entry for entry in entries}
    notes = []
    for since, entry in sorted(shown.items()):
        if since <= quarter:
            revised = (
                find_revised_cells(warehouse, quarter, cell_files) if since == quarter else None
            )
            notes.append(
                RevisionNote(
                    since=since,
                    announced_on=entry.announced_on,
                    reason=entry.reason,
                    revised_cells=None if revised is None else revised.height,
                )
            )
    return tuple(notes)
