"""The release schedule: pre-announcements and changed dates, from the log of decisions.

Source of the rules: quality report, 1.3.1 (a release is pre-announced at least four weeks before; a
changed date needs the head of profession's agreement and a published reason; substantive changes of
content go into the pre-announcement). The date that the calendar gives is in `calendar.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import ClassVar

from nino_assets.errors import GovernanceError
from nino_assets.governance.calendar import compute_release_date, is_working_day
from nino_assets.governance.decision_log import read_entries
from nino_assets.governance.log_entry import (
    LONGEST_NAME,
    Entry,
    check_plain_line,
    make_entry_fields,
)
from nino_assets.statistic.identity import RELEASE_TIME, TIME_ZONE
from nino_assets.statistic.quarters import Quarter
from nino_assets.statistic.written_dates import format_date

NOTICE_DAYS = 28


@dataclass(frozen=True, kw_only=True)
class Announcement(Entry):
    """The release of a quarter was pre-announced on the release calendar.

    `release_on` is the date that was in force then (ISO); `note` says what changes in content.
    """

    kind: ClassVar[str] = "pre-announcement"

    release_on: str
    note: str


@dataclass(frozen=True, kw_only=True)
class DateChange(Entry):
    """A release date was changed.

    `agreed_by` is the head of profession; `reason` is published.
    """

    kind: ClassVar[str] = "date change"

    instead_of: str
    release_on: str
    agreed_by: str
    reason: str


@dataclass(frozen=True)
class ReleaseSchedule:
    """All pre-announcements and changed dates in one log, oldest first."""

    announcements: Sequence[Announcement] = ()
    changes: Sequence[DateChange] = ()

    @classmethod
    def from_log(cls, log: Path) -> ReleaseSchedule:
        """Read the schedule. Raises GovernanceError for a damaged log."""
        return cls(read_entries(log, Announcement), read_entries(log, DateChange))

    def list_changes(self, quarter: Quarter) -> list[DateChange]:
        """The changes of a quarter's release date, oldest first."""
        return [change for change in self.changes if change.quarter == quarter.label]

    def list_announcements(self, quarter: Quarter) -> list[Announcement]:
        """The pre-announcements of a quarter's release, oldest first."""
        return [each for each in self.announcements if each.quarter == quarter.label]

    def find_date(self, quarter: Quarter) -> date:
        """The release date in force: the last one agreed, or the calendar's."""
        agreed = self.list_changes(quarter)
        return (
            date.fromisoformat(agreed[-1].release_on) if agreed else compute_release_date(quarter)
        )

    def find_moment(self, quarter: Quarter) -> datetime:
        """The release date in force, at the time of release in London."""
        return datetime.combine(self.find_date(quarter), RELEASE_TIME, TIME_ZONE)

    def find_announcement_date(self, quarter: Quarter) -> date | None:
        """The day of the first pre-announcement in London, or None."""
        made = self.list_announcements(quarter)
        first = datetime.fromisoformat(made[0].at) if made else None
        return first.astimezone(TIME_ZONE).date() if first else None

    def find_notice_start(self, quarter: Quarter) -> date | None:
        """The day from which readers knew of the date in force.

        It is the London day of the first pre-announcement, or of the last change that brought the
        release forward to this date or an earlier one; None without a pre-announcement.
        """
        announced, now_due = self.find_announcement_date(quarter), self.find_date(quarter)
        if announced is None:
            return None
        start = announced
        for change in self.list_changes(quarter):
            before, after = map(date.fromisoformat, (change.instead_of, change.release_on))
            if after <= now_due < before:
                start = datetime.fromisoformat(change.at).astimezone(TIME_ZONE).date()
        return max(start, announced)

    def find_notice_faults(self, quarter: Quarter) -> list[str]:
        """What is wrong with the notice that readers had, a sentence each."""
        announced = self.find_notice_start(quarter)
        if announced is None:
            return [f"the release of {quarter.label} was never pre-announced"]
        days = (self.find_date(quarter) - announced).days
        if days < NOTICE_DAYS:
            return [f"it was pre-announced {days} days before, not {NOTICE_DAYS}"]
        return []


def make_announcement(
    schedule: ReleaseSchedule, quarter: Quarter, *, by: str, note: str, now: datetime
) -> Announcement:
    """Return the pre-announcement of a release, ready to be recorded.

    `note` says what changes in content; blank when nothing does. A pre-announcement that leaves too
    little notice is accepted, and the gate of the release then says so. Raises GovernanceError when
    the time of release has passed, or a text is not one plain line.
    """
    if now >= schedule.find_moment(quarter):
        raise GovernanceError(
            f"The release of {quarter.label} was due on {format_date(schedule.find_date(quarter))}",
            rule=f"a release is pre-announced at least {NOTICE_DAYS} days before its date",
            next_step="check the quarter and the clock; if the date was missed, agree another one: "
            "nino-assets calendar change",
        )
    return Announcement(
        **make_entry_fields(quarter, by, now),
        release_on=schedule.find_date(quarter).isoformat(),
        note=check_plain_line("note", note) if note.strip() else "",
    )


def make_date_change(  # noqa: PLR0913 - one argument a field
    schedule: ReleaseSchedule,
    quarter: Quarter,
    *,
    to: date,
    by: str,
    agreed_by: str,
    reason: str,
    now: datetime,
) -> DateChange:
    """Return the change of a release date, ready to be recorded.

    Raises GovernanceError for a date that is not a working day in England, has passed, is the date
    in force, or does not lie between the releases of the quarters before and after.
    """
    earliest, latest = schedule.find_date(quarter - 1), schedule.find_date(quarter + 1)
    faults = [
        (not is_working_day(to), "is not a working day in England"),
        (datetime.combine(to, RELEASE_TIME, TIME_ZONE) <= now, "has passed"),
        (to == schedule.find_date(quarter), "is the date in force"),
        (
            not max(earliest, quarter.last_day) < to < latest,
            f"does not lie between the releases of {quarter - 1} and {quarter + 1}",
        ),
    ]
    for found, words in faults:
        if found:
            raise GovernanceError(
                f"{format_date(to)} cannot be the release date of {quarter.label}: it {words}",
                rule="a new date is a working day in the future, in the order of the quarters",
                next_step="agree another date with the head of profession",
            )
    return DateChange(
        **make_entry_fields(quarter, by, now),
        instead_of=schedule.find_date(quarter).isoformat(),
        release_on=to.isoformat(),
        agreed_by=check_plain_line("name of the head of profession", agreed_by, LONGEST_NAME),
        reason=check_plain_line("reason, which is published,", reason),
    )
