"""Releases are promised four weeks ahead, and a promise changes only with agreement and reason."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from nino_assets.errors import GovernanceError
from nino_assets.governance.decision_log import append_entry, locate_log
from nino_assets.governance.release_schedule import (
    Announcement,
    DateChange,
    ReleaseSchedule,
    make_announcement,
    make_date_change,
)
from nino_assets.statistic.quarters import Quarter

QUARTER = Quarter(2020, 4)  # 25 February 2021
IN_TIME = datetime(2021, 1, 28, 12, tzinfo=UTC)


def announced(at: datetime = IN_TIME, *changes: DateChange, note: str = "") -> ReleaseSchedule:
    made = make_announcement(ReleaseSchedule(), QUARTER, by="An Analyst", note=note, now=at)
    return ReleaseSchedule([made], changes)


def moved(to: date, now: datetime = IN_TIME, promises: ReleaseSchedule | None = None) -> DateChange:
    return make_date_change(
        promises or ReleaseSchedule(),
        QUARTER,
        to=to,
        by="An Analyst",
        agreed_by="The Head",
        reason="The scan came late",
        now=now,
    )


@pytest.mark.parametrize(
    ("at", "faults"),
    [
        (datetime(2021, 1, 28, 23, 59, tzinfo=UTC), []),
        (datetime(2021, 1, 29, 0, 0, tzinfo=UTC), ["it was pre-announced 27 days before, not 28"]),
        (datetime(2020, 6, 1, tzinfo=UTC), []),
    ],
)
def test_notice_is_28_days(at: datetime, faults: list[str]) -> None:
    assert announced(at).find_notice_faults(QUARTER) == faults


def test_without_an_announcement_there_was_no_notice() -> None:
    assert ReleaseSchedule().find_notice_faults(QUARTER) == [
        "the release of 2020-Q4 was never pre-announced"
    ]
    assert announced().find_notice_faults(QUARTER + 1)


def test_days_are_those_of_london() -> None:
    """An announcement at half past eleven at night in UTC is one of the next day in summer."""
    made = make_announcement(
        ReleaseSchedule(),
        Quarter(2020, 2),
        by="An Analyst",
        note="",
        now=datetime(2020, 7, 29, 23, 30, tzinfo=UTC),
    )
    promises = ReleaseSchedule([made])
    assert promises.find_announcement_date(Quarter(2020, 2)) == date(2020, 7, 30)
    assert promises.find_notice_faults(Quarter(2020, 2)) == []


def test_a_release_that_was_brought_forward_needs_the_same_notice() -> None:
    forward = moved(date(2021, 2, 24))
    assert announced(IN_TIME, forward).find_notice_faults(QUARTER) == [
        "it was pre-announced 27 days before, not 28"
    ]
    assert announced(IN_TIME, moved(date(2021, 3, 4))).find_notice_faults(QUARTER) == []


def test_the_last_agreed_date_is_in_force_at_half_past_nine() -> None:
    first = moved(date(2021, 3, 4))
    second = moved(date(2021, 3, 11), promises=ReleaseSchedule((), [first]))
    promises = ReleaseSchedule((), [first, second])
    assert second.instead_of == "2021-03-04"
    assert promises.find_date(QUARTER) == date(2021, 3, 11)
    assert promises.find_moment(QUARTER) == datetime(2021, 3, 11, 9, 30, tzinfo=UTC)
    assert promises.find_date(QUARTER + 1) == date(2021, 5, 27)


@pytest.mark.parametrize(
    ("to", "said"),
    [
        (date(2021, 2, 27), "not a working day"),  # a Saturday
        (date(2021, 4, 5), "not a working day"),  # Easter Monday
        (date(2021, 1, 27), "has passed"),
        (date(2021, 2, 25), "is the date in force"),
        (date(2021, 5, 27), "between the releases of 2020-Q3 and 2021-Q1"),
    ],
)
def test_a_date_outside_the_calendar_is_refused(to: date, said: str) -> None:
    with pytest.raises(GovernanceError, match=said) as refused:
        moved(to)
    assert "head of profession" in refused.value.next_step


def test_no_release_before_the_quarter_has_ended() -> None:
    with pytest.raises(GovernanceError, match="between the releases"):
        moved(date(2020, 12, 30), now=datetime(2020, 12, 1, tzinfo=UTC))


@pytest.mark.parametrize("field", ["by", "agreed_by", "reason"])
def test_a_change_without_agreement_or_reason_is_refused(field: str) -> None:
    fields = {"by": "An Analyst", "agreed_by": "The Head", "reason": "Late"} | {field: " "}
    with pytest.raises(GovernanceError, match="is empty"):
        make_date_change(ReleaseSchedule(), QUARTER, to=date(2021, 3, 4), now=IN_TIME, **fields)


def test_what_is_past_is_not_announced() -> None:
    with pytest.raises(GovernanceError, match="was due on 25 February 2021"):
        announced(datetime(2021, 2, 25, 9, 30, tzinfo=UTC))
    with pytest.raises(GovernanceError, match="name of the person who decides"):
        make_announcement(ReleaseSchedule(), QUARTER, by="", note="", now=IN_TIME)


def test_promises_are_read_from_the_log(tmp_path: Path) -> None:
    log = locate_log(tmp_path)
    assert ReleaseSchedule.from_log(log) == ReleaseSchedule([], [])
    promises = announced(note="One more table")
    append_entry(log, promises.announcements[0])
    append_entry(log, moved(date(2021, 3, 4)))
    read = ReleaseSchedule.from_log(log)
    assert [type(each) for each in (*read.announcements, *read.changes)] == [
        Announcement,
        DateChange,
    ]
    assert read.announcements == list(promises.announcements)
    assert read.find_date(QUARTER) == date(2021, 3, 4)


def test_a_release_brought_forward_has_the_notice_of_the_change() -> None:
    """Pre-announced in June, and brought forward to the next day."""
    change = moved(date(2021, 2, 18), now=datetime(2021, 2, 17, 12, tzinfo=UTC))
    schedule = announced(datetime(2020, 6, 1, tzinfo=UTC), change)
    assert schedule.find_notice_faults(QUARTER) == ["it was pre-announced 1 days before, not 28"]


def test_a_release_put_off_and_back_again_has_the_notice_of_the_way_back() -> None:
    first = moved(date(2021, 3, 11), now=datetime(2021, 2, 1, tzinfo=UTC))
    back = moved(
        date(2021, 2, 25),
        now=datetime(2021, 2, 20, tzinfo=UTC),
        promises=ReleaseSchedule((), [first]),
    )
    schedule = announced(datetime(2020, 6, 1, tzinfo=UTC), first, back)
    assert schedule.find_notice_faults(QUARTER) == ["it was pre-announced 5 days before, not 28"]


def test_a_release_brought_forward_in_time_and_then_put_off_keeps_its_notice() -> None:
    forward = moved(date(2021, 2, 18), now=datetime(2021, 1, 4, tzinfo=UTC))
    off = moved(
        date(2021, 3, 4),
        now=datetime(2021, 2, 17, tzinfo=UTC),
        promises=ReleaseSchedule((), [forward]),
    )
    schedule = announced(datetime(2020, 6, 1, tzinfo=UTC), forward, off)
    assert schedule.find_notice_faults(QUARTER) == []
