"""Prepares the pages that every release writes anew.

These are the landing page, the feed, the catalogue and the calendar.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from nino_assets.governance.decision_log import locate_log, read_entries
from nino_assets.governance.release_schedule import ReleaseSchedule
from nino_assets.governance.revisions import Revision
from nino_assets.governance.team import read_team
from nino_assets.publishing.changed_cells import CHANGED_CELLS_NAME, read_changed_cells
from nino_assets.publishing.correction_notes import CorrectionNote
from nino_assets.publishing.landing.edition_files import read_listed_edition
from nino_assets.publishing.landing.landing_facts import (
    AccessEntry,
    LandingFacts,
    ListedEdition,
    NextRelease,
    sort_newest_first,
)
from nino_assets.publishing.landing.landing_files import write_landing_files
from nino_assets.publishing.pre_release_access.published_access_list import read_posts
from nino_assets.publishing.release_calendar import plan_releases, write_calendar_ics
from nino_assets.releases.decision_records import find_proof, name_record, write_record
from nino_assets.releases.published import Pages, PublishedEditions, ReleasedEdition
from nino_assets.statistic.identity import TIME_ZONE
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.warehouse import Warehouse

_YEAR = 4
Editions = Sequence[ReleasedEdition]


def prepare_landing_pages(warehouse: Warehouse, quarter: Quarter) -> Callable[[Editions], Pages]:
    """Return a function that writes the pages for all editions.

    It is called with the editions in the order of release; the last of them is being released now,
    from the publication folder of `quarter`.
    """
    published = PublishedEditions(warehouse.folders)
    log = locate_log(warehouse.folders.warehouse)
    schedule, revisions = ReleaseSchedule.from_log(log), read_entries(log, Revision)
    built = warehouse.folders.find_publication(quarter)

    def write_pages(editions: Editions) -> Pages:
        folders = {each: published.locate(each) for each in editions[:-1]}
        records = {name_record(each): _read_record(published.root, each) for each in folders}
        team = read_team()
        facts = _collect_facts(
            schedule, revisions, {**folders, editions[-1]: built}, proof=find_proof(team)
        )
        return {
            **write_landing_files(facts),
            **{name: record for name, record in records.items() if record},
            name_record(editions[-1]): write_record(log, team, editions[-1]),
        }

    return write_pages


def _read_record(root: Path, edition: ReleasedEdition) -> bytes:
    """The record of an edition, empty for one of an earlier version."""
    path = root / name_record(edition)
    return path.read_bytes() if path.is_file() else b""


def _collect_facts(
    schedule: ReleaseSchedule,
    revisions: Sequence[Revision],
    folders: dict[ReleasedEdition, Path],
    *,
    proof: str,
) -> LandingFacts:
    releases = sort_newest_first([_list_edition(schedule, folders, each) for each in folders])
    coming = releases[0].quarter + 1
    moved = schedule.list_changes(coming)
    planned = plan_releases(schedule, coming, coming + (_YEAR - 1), revisions=revisions)
    latest = max(folders, key=lambda edition: (edition.quarter, edition.number))
    posts = read_posts(folders[latest]) or []
    return LandingFacts(
        releases=releases,
        next_release=NextRelease(
            quarter=coming,
            at=schedule.find_moment(coming),
            reason=moved[-1].reason if moved else "",
        ),
        access=tuple(AccessEntry(job_title=t, organisation=o) for t, o in posts),
        calendar=write_calendar_ics(planned),
        proof=proof,
    )


def _list_edition(
    schedule: ReleaseSchedule, folders: dict[ReleasedEdition, Path], edition: ReleasedEdition
) -> ListedEdition:
    of_quarter = {each.number: each for each in folders if each.quarter == edition.quarter}
    return read_listed_edition(
        folders[edition],
        edition.folder,
        quarter=edition.quarter,
        number=edition.number,
        released_at=edition.released_at.astimezone(TIME_ZONE),
        published_on=of_quarter[1].released_at.astimezone(TIME_ZONE).date(),
        next_release_on=schedule.find_date(edition.quarter + 1),
        synthetic=edition.synthetic,
        corrections=tuple(
            _build_note(folders[each], each)
            for number, each in sorted(of_quarter.items())
            if 1 < number <= edition.number
        ),
    )


def _build_note(folder: Path, edition: ReleasedEdition) -> CorrectionNote:
    changed = read_changed_cells(folder / "open-data" / CHANGED_CELLS_NAME)
    return CorrectionNote(
        edition=edition.number,
        corrected_on=edition.released_at.astimezone(TIME_ZONE).date(),
        reason=edition.reason,
        changed_cells=changed.height,
    )
