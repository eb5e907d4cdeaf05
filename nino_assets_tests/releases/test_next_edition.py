"""What is due is built, has its day and its moment, and is not out yet."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from nino_assets.governance.decision_log import append_entry, locate_log
from nino_assets.governance.release_schedule import ReleaseSchedule, make_date_change
from nino_assets.releases.next_edition import find_next_edition, list_due_editions
from nino_assets.releases.published import PublishedEditions, hash_manifest
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.folders import Folders
from nino_assets.store.publication_manifest import refresh_manifest

QUARTER = Quarter(2020, 4)
DUE = datetime(2021, 2, 25, 9, 30, tzinfo=UTC)


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    folders = Folders(tmp_path)
    for quarter in (QUARTER - 1, QUARTER):
        build(folders, quarter)
    return folders


def build(folders: Folders, quarter: Quarter, figures: str = "figures") -> None:
    publication = folders.find_publication(quarter)
    publication.mkdir(parents=True, exist_ok=True)
    (publication / "bulletin.html").write_text(f"{quarter} {figures}")
    lock = folders.warehouse / "locks" / "m.lock"
    refresh_manifest(publication, code_version="", inputs={}, lock=lock)


@pytest.mark.parametrize(
    ("now", "due"),
    [
        (DUE, [QUARTER]),
        (datetime(2021, 2, 25, 23, 59, tzinfo=UTC), [QUARTER]),
        (datetime(2021, 2, 25, 9, 29, 59, tzinfo=UTC), []),
        (datetime(2021, 2, 26, 9, 30, tzinfo=UTC), []),
        (datetime(2020, 11, 26, 9, 30, tzinfo=UTC), [QUARTER - 1]),
        (datetime(2021, 5, 27, 9, 30, tzinfo=UTC), []),  # not built
    ],
)
def test_a_quarter_is_due_on_its_day_from_half_past_nine(
    folders: Folders, now: datetime, due: list[Quarter]
) -> None:
    assert [each.quarter for each in list_due_editions(folders, now)] == due


def test_an_agreed_date_is_when_it_is_due(folders: Folders) -> None:
    words = {"by": "An Analyst", "agreed_by": "The Head", "reason": "Late"}
    change = make_date_change(
        ReleaseSchedule(), QUARTER, to=date(2021, 3, 4), now=DUE.replace(day=1), **words
    )
    append_entry(locate_log(folders.warehouse), change)
    assert list_due_editions(folders, DUE) == []
    assert [
        e.quarter for e in list_due_editions(folders, datetime(2021, 3, 4, 9, 30, tzinfo=UTC))
    ] == [QUARTER]


def test_what_is_out_is_not_due_and_keeps_its_moment(folders: Folders) -> None:
    due = find_next_edition(folders, QUARTER)
    assert (due.number, due.planned, due.released) == (1, DUE, None)
    edition = due.make_released_edition(synthetic=False)
    assert edition.manifest_sha256 == hash_manifest(folders.find_publication(QUARTER))
    PublishedEditions(folders).release(edition, folders.find_publication(QUARTER), lambda _: {})
    assert list_due_editions(folders, DUE) == []
    assert find_next_edition(folders, QUARTER).released == edition
    assert find_next_edition(folders, QUARTER).make_released_edition(synthetic=True) == edition


def test_other_content_without_a_correction_is_no_new_edition(folders: Folders) -> None:
    edition = find_next_edition(folders, QUARTER).make_released_edition(synthetic=False)
    PublishedEditions(folders).release(edition, folders.find_publication(QUARTER), lambda _: {})
    build(folders, QUARTER, "other figures")
    due = find_next_edition(folders, QUARTER)
    assert (due.number, due.released) == (1, None)
