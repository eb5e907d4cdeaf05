"""Writes the release calendar as text and as iCalendar (RFC 5545)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from icalendar import Calendar, Event

from nino_assets.governance.release_schedule import (
    NOTICE_DAYS,
    Announcement,
    DateChange,
    ReleaseSchedule,
)
from nino_assets.governance.revisions import Revision, find_revision
from nino_assets.statistic.identity import PRODUCER, format_title
from nino_assets.statistic.quarters import Quarter
from nino_assets.statistic.written_dates import format_date, format_time, format_weekday

CALENDAR_NAME = "release-calendar.ics"


@dataclass(frozen=True, kw_only=True)
class PlannedRelease:
    """One release as the calendar lists it."""

    quarter: Quarter
    moment: datetime
    announcements: Sequence[Announcement] = ()
    changes: Sequence[DateChange] = ()
    revision: Revision | None = None

    @property
    def title(self) -> str:
        return format_title(self.quarter)

    @property
    def status(self) -> str:
        """`confirmed` once the release is pre-announced, `provisional` until then."""
        return "confirmed" if self.announcements else "provisional"

    @property
    def remarks(self) -> list[str]:
        """Changed dates with their reasons, revisions, and announced changes of content."""
        revised = [f"Methodological revision: {self.revision.reason}"] if self.revision else []
        moved = [
            f"Moved from {_format_iso(change.instead_of)} to {_format_iso(change.release_on)}: "
            f"{change.reason}"
            for change in self.changes
        ]
        return [*moved, *revised] + [
            f"Changes: {each.note}" for each in self.announcements if each.note
        ]


def plan_releases(
    promises: ReleaseSchedule,
    first: Quarter,
    last: Quarter,
    *,
    revisions: Sequence[Revision] = (),
) -> list[PlannedRelease]:
    """Return the releases of a range of quarters, in order."""
    return [
        PlannedRelease(
            quarter=quarter,
            moment=promises.find_moment(quarter),
            announcements=promises.list_announcements(quarter),
            changes=promises.list_changes(quarter),
            revision=find_revision(revisions, quarter),
        )
        for quarter in first.list_until(last)
    ]


def find_next_release(promises: ReleaseSchedule, now: datetime) -> Quarter:
    """Return the first quarter whose release is still to come."""
    quarter = Quarter.from_day(now.date()) - 3
    while promises.find_moment(quarter) <= now:
        quarter += 1
    return quarter


def write_calendar_text(releases: Sequence[PlannedRelease]) -> str:
    """Write one line for each release, with its remarks below it."""
    lines = []
    for release in releases:
        latest = release.moment.date() - timedelta(days=NOTICE_DAYS)
        announce = (
            "pre-announced"
            if release.announcements
            else f"to be pre-announced by {format_date(latest)}"
        )
        lines.append(
            f"{release.quarter.label}  {format_weekday(release.moment)}, "
            f"{format_time(release.moment)}  {release.status} ({announce})"
        )
        lines += [f"         {remark}" for remark in release.remarks]
    return "\n".join(lines) + "\n"


def write_calendar_ics(releases: Sequence[PlannedRelease]) -> str:
    """Write an iCalendar object with one event for each release.

    Times are in UTC. An event is stamped with the moment of its last announcement or change, and
    one without either with its own moment, so that the same releases give the same bytes.
    """
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", f"-//{PRODUCER}//NINo statistics//EN")
    for release in releases:
        decisions = (*release.announcements, *release.changes, release.revision)
        recorded = [each.at for each in decisions if each]
        stamp = datetime.fromisoformat(max(recorded)) if recorded else release.moment
        event = Event()
        event.add("uid", f"nino-statistics-{release.quarter.label.lower()}")
        event.add("dtstamp", stamp.astimezone(UTC))
        event.add("dtstart", release.moment.astimezone(UTC))
        event.add("sequence", len(release.changes))
        event.add("status", "CONFIRMED" if release.announcements else "TENTATIVE")
        event.add("summary", release.title)
        if release.remarks:
            event.add("description", " ".join(release.remarks))
        calendar.add_component(event)
    written: bytes = calendar.to_ical()
    return written.decode()


def read_next_moment(written: bytes) -> datetime | None:
    """Read when the first release of an iCalendar object is, in UTC.

    None where it has no release, or is no iCalendar object.
    """
    try:
        events = Calendar.from_ical(written).walk("VEVENT")
        moments = [event.decoded("dtstart") for event in events]
    except (KeyError, ValueError):
        return None
    return min((each for each in moments if isinstance(each, datetime)), default=None)


def _format_iso(day: str) -> str:
    return format_date(date.fromisoformat(day))
