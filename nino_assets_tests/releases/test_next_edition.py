"""What is due is built, has its day and its moment, and is not out yet."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from nino_assets.governance.announcements import Promises, make_date_change
from nino_assets.governance.sealed_log import append_entry, log_file
from nino_assets.releases.next_edition import due_now, due_of
from nino_assets.releases.published import Published, manifest_sha256
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
    publication = folders.publication(quarter)
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
    assert [each.quarter for each in due_now(folders, now)] == due


def test_an_agreed_date_is_when_it_is_due(folders: Folders) -> None:
    words = {"by": "An Analyst", "agreed_by": "The Head", "reason": "Late"}
    change = make_date_change(
        Promises(), QUARTER, to=date(2021, 3, 4), now=DUE.replace(day=1), **words
    )
    append_entry(log_file(folders.warehouse), change)
    assert due_now(folders, DUE) == []
    assert [e.quarter for e in due_now(folders, datetime(2021, 3, 4, 9, 30, tzinfo=UTC))] == [
        QUARTER
    ]


def test_what_is_out_is_not_due_and_keeps_its_moment(folders: Folders) -> None:
    due = due_of(folders, QUARTER)
    assert (due.number, due.planned, due.out) == (1, DUE, None)
    edition = due.edition(synthetic=False)
    assert edition.manifest_sha256 == manifest_sha256(folders.publication(QUARTER))
    Published(folders).release(edition, folders.publication(QUARTER), lambda _: {})
    assert due_now(folders, DUE) == []
    assert due_of(folders, QUARTER).out == edition
    assert due_of(folders, QUARTER).edition(synthetic=True) == edition


def test_other_content_without_a_correction_is_no_new_edition(folders: Folders) -> None:
    edition = due_of(folders, QUARTER).edition(synthetic=False)
    Published(folders).release(edition, folders.publication(QUARTER), lambda _: {})
    build(folders, QUARTER, "other figures")
    due = due_of(folders, QUARTER)
    assert (due.number, due.out) == (1, None)
