"""The calendar in words, and as iCalendar read back by a small reader of our own."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from nino_assets.governance.release_schedule import Announcement, DateChange, ReleaseSchedule
from nino_assets.publishing.release_calendar import (
    find_next_release,
    plan_releases,
    read_next_moment,
    write_calendar_ics,
    write_calendar_text,
)
from nino_assets.statistic.quarters import Quarter

ANNOUNCED = Announcement(
    quarter="2020-Q4",
    by="An Analyst",
    at="2021-01-20T10:00:00+00:00",
    release_on="2021-02-25",
    note="Areas as of 2021; one more table",
)
MOVED = DateChange(
    quarter="2020-Q4",
    by="An Analyst",
    at="2021-01-27T10:00:00+00:00",
    instead_of="2021-02-25",
    release_on="2021-03-04",
    agreed_by="The Head",
    reason="The scan came late",
)
PROMISES = ReleaseSchedule([ANNOUNCED], [MOVED])


def events(ics: str) -> list[dict[str, str]]:
    """Name → value of each event: unfolded and unescaped, as RFC 5545 says."""
    found: list[dict[str, str]] = []
    for line in ics.replace("\r\n ", "").split("\r\n"):
        name, _, value = line.partition(":")
        if line == "BEGIN:VEVENT":
            found.append({})
        elif found:
            found[-1][name] = value.replace("\\,", ",").replace("\\;", ";").replace("\\\\", "\\")
    return found


def test_known_dates_in_words() -> None:
    for quarter, said in (
        (Quarter(2018, 1), "2018-Q1  Thursday 24 May 2018, 9:30am"),
        (Quarter(2020, 1), "2020-Q1  Thursday 21 May 2020, 9:30am"),
        (Quarter(2020, 2), "2020-Q2  Thursday 27 August 2020, 9:30am"),
        (Quarter(2023, 1), "2023-Q1  Thursday 25 May 2023, 9:30am"),
    ):
        text = write_calendar_text(plan_releases(ReleaseSchedule(), quarter, quarter))
        assert text.startswith(said)
        assert "provisional (to be pre-announced by " in text


def test_what_was_promised_and_changed_stands_in_the_text() -> None:
    text = write_calendar_text(plan_releases(PROMISES, Quarter(2020, 4), Quarter(2021, 1)))
    assert text.splitlines() == [
        "2020-Q4  Thursday 4 March 2021, 9:30am  confirmed (pre-announced)",
        "         Moved from 25 February 2021 to 4 March 2021: The scan came late",
        "         Changes: Areas as of 2021; one more table",
        "2021-Q1  Thursday 27 May 2021, 9:30am  provisional (to be pre-announced by 29 April 2021)",
    ]


def test_a_calendar_reads_it() -> None:
    ics = write_calendar_ics(plan_releases(PROMISES, Quarter(2020, 4), Quarter(2021, 2)))
    first, second, third = events(ics)
    assert first["DTSTART"] == "20210304T093000Z"
    assert second["DTSTART"] == "20210527T083000Z"  # summer in London
    assert (first["STATUS"], second["STATUS"]) == ("CONFIRMED", "TENTATIVE")
    assert (first["SEQUENCE"], second["SEQUENCE"]) == ("1", "0")
    assert first["DTSTAMP"] == "20210127T100000Z"
    assert first["DESCRIPTION"].endswith("Changes: Areas as of 2021; one more table")
    assert "to December 2020" in first["SUMMARY"]
    assert len({event["UID"] for event in (first, second, third)}) == 3
    assert ics.startswith("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:")
    assert ics.endswith("END:VCALENDAR\r\n")


def test_lines_are_folded_by_octets_and_nothing_is_lost() -> None:
    note = "Größere Änderungen; " * 12
    promises = ReleaseSchedule([replace(ANNOUNCED, note=note.strip())])
    ics = write_calendar_ics(plan_releases(promises, Quarter(2020, 4), Quarter(2020, 4)))
    assert max(len(line.encode()) for line in ics.split("\r\n")) == 75
    assert events(ics)[0]["DESCRIPTION"] == f"Changes: {note.strip()}"


def test_the_same_calendar_is_the_same_bytes() -> None:
    def made() -> str:
        return write_calendar_ics(plan_releases(PROMISES, Quarter(2020, 1), Quarter(2021, 4)))

    assert made() == made()
    assert datetime.now(UTC).strftime("%Y%m%d") not in made()


def test_the_next_release_is_the_first_still_to_come() -> None:
    for now, due in (
        (datetime(2021, 2, 25, 9, 29, tzinfo=UTC), Quarter(2020, 4)),
        (datetime(2021, 2, 25, 9, 30, tzinfo=UTC), Quarter(2021, 1)),
        (datetime(2021, 1, 1, tzinfo=UTC), Quarter(2020, 4)),
        (datetime(2021, 12, 31, tzinfo=UTC), Quarter(2021, 4)),
    ):
        assert find_next_release(ReleaseSchedule(), now) == due
    assert find_next_release(PROMISES, datetime(2021, 2, 26, tzinfo=UTC)) == Quarter(2020, 4)


def test_the_next_release_is_read_back() -> None:
    planned = plan_releases(PROMISES, Quarter(2020, 4), Quarter(2021, 3))
    for order in (planned, planned[::-1]):
        found = read_next_moment(write_calendar_ics(order).encode())
        assert found == datetime(2021, 3, 4, 9, 30, tzinfo=UTC)
    for nothing in (b"", b"\xff", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"):
        assert read_next_moment(nothing) is None
