"""The release calendar as people and their calendars read it: text, and iCalendar (RFC 5545).

Belongs here: how it is written. Does not belong here: the dates (`governance/`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from nino_assets.governance.announcements import NOTICE_DAYS, Announcement, DateChange, Promises
from nino_assets.publishing.edition import PRODUCER, title_of
from nino_assets.statistic.quarters import Quarter

_LONGEST_LINE = 75
"""Octets of an iCalendar line; a longer one is folded."""


@dataclass(frozen=True, kw_only=True)
class PlannedRelease:
    """One release as the calendar has it."""

    quarter: Quarter
    moment: datetime
    announcements: Sequence[Announcement] = ()
    changes: Sequence[DateChange] = ()

    @property
    def title(self) -> str:
        return title_of(self.quarter)

    @property
    def standing(self) -> str:
        """Whether the date is promised; a release is `provisional` until it is pre-announced."""
        return "confirmed" if self.announcements else "provisional"

    @property
    def remarks(self) -> list[str]:
        """Changed dates with their published reasons, and announced changes of content."""
        moved = [
            f"Moved from {_day(change.instead_of)} to {_day(change.release_on)}: {change.reason}"
            for change in self.changes
        ]
        return moved + [f"Changes: {each.note}" for each in self.announcements if each.note]


def planned_releases(promises: Promises, first: Quarter, last: Quarter) -> list[PlannedRelease]:
    """The releases of a range of quarters, in order."""
    return [
        PlannedRelease(
            quarter=quarter,
            moment=promises.moment_of(quarter),
            announcements=promises.announcements_of(quarter),
            changes=promises.changes_of(quarter),
        )
        for quarter in first.until(last)
    ]


def next_due(promises: Promises, now: datetime) -> Quarter:
    """The first quarter whose release is still to come."""
    quarter = Quarter.containing(now.date()) - 3
    while promises.moment_of(quarter) <= now:
        quarter += 1
    return quarter


def calendar_text(releases: Sequence[PlannedRelease]) -> str:
    """A line a release, and under it what has been said about it."""
    lines = []
    for release in releases:
        latest = release.moment.date() - timedelta(days=NOTICE_DAYS)
        announce = (
            "pre-announced"
            if release.announcements
            else f"to be pre-announced by {latest.day} {latest:%B %Y}"
        )
        lines.append(
            f"{release.quarter.label}  {release.moment:%A} {release.moment.day} "
            f"{release.moment:%B %Y}, {_half_past(release.moment)}  "
            f"{release.standing} ({announce})"
        )
        lines += [f"         {remark}" for remark in release.remarks]
    return "\n".join(lines) + "\n"


def calendar_ics(releases: Sequence[PlannedRelease]) -> str:
    """An iCalendar object, the same bytes for the same releases. Times are in UTC.

    An event is stamped with the moment of the last announcement or change; one about which nothing
    was said yet, with its own.
    """
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:-//{_text(PRODUCER)}//NINo statistics//EN"]
    for release in releases:
        said = [each.at for each in (*release.announcements, *release.changes)]
        stamp = datetime.fromisoformat(max(said)) if said else release.moment
        remarks = " ".join(release.remarks)
        lines += [
            "BEGIN:VEVENT",
            f"UID:nino-statistics-{release.quarter.label.lower()}",
            f"DTSTAMP:{_utc(stamp)}",
            f"DTSTART:{_utc(release.moment)}",
            f"SEQUENCE:{len(release.changes)}",
            f"STATUS:{'CONFIRMED' if release.announcements else 'TENTATIVE'}",
            f"SUMMARY:{_text(release.title)}",
            *([f"DESCRIPTION:{_text(remarks)}"] if remarks else []),
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _day(iso: str) -> str:
    day = datetime.fromisoformat(iso)
    return f"{day.day} {day:%B %Y}"


def _half_past(moment: datetime) -> str:
    return f"{moment.hour}:{moment:%M}am"


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(text: str) -> str:
    for sign in ("\\", ";", ","):
        text = text.replace(sign, f"\\{sign}")
    return text


def _folded(line: str) -> str:
    """The line in pieces of at most 75 octets, each but the first after a space."""
    pieces, piece = [], ""
    for character in line:
        if len((piece + character).encode()) > _LONGEST_LINE:
            pieces.append(piece)
            piece = " "
        piece += character
    return "\r\n".join([*pieces, piece])
