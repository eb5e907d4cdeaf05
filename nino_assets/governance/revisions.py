"""Methodological revisions, as entries of the log of decisions.

Source of the rules: DWP's policy on revisions (no scheduled ones; a methodological one, such as a
new geography, list, grouping or method, is announced in advance) and quality report, 1.3.1 (changes
of content go into the pre-announcement, at least four weeks before). A revision is no correction:
nothing was wrong.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import ClassVar

from nino_assets.errors import GovernanceError
from nino_assets.governance.log_entry import (
    Entry,
    check_plain_line,
    end_sentence,
    make_entry_fields,
)
from nino_assets.governance.release_schedule import NOTICE_DAYS
from nino_assets.statistic.identity import TIME_ZONE
from nino_assets.statistic.quarters import Quarter
from nino_assets.statistic.written_dates import format_date


@dataclass(frozen=True, kw_only=True)
class Revision(Entry):
    """A methodological revision that was announced.

    It is in force from the release of its quarter on. `reason` is what readers are told.
    """

    kind: ClassVar[str] = "revision"

    reason: str

    @property
    def announced_on(self) -> date:
        """The London day of its announcement."""
        return datetime.fromisoformat(self.at).astimezone(TIME_ZONE).date()


def make_revision(
    quarter: Quarter, *, reason: str, by: str, now: datetime, release_on: date
) -> Revision:
    """Return a revision, ready to be recorded.

    `release_on` is the planned day of the release that shows it first. Raises GovernanceError when
    that is too soon, or a text is not one plain line.
    """
    today = now.astimezone(TIME_ZONE).date()
    if (release_on - today).days < NOTICE_DAYS:
        earliest = format_date(today + timedelta(days=NOTICE_DAYS))
        raise GovernanceError(
            f"{quarter.label} is to be released on {format_date(release_on)}, and it is "
            f"{format_date(today)}",
            rule=f"a methodological revision is announced at least {NOTICE_DAYS} days ahead",
            next_step="announce it for the quarter after, and release this one on the lists of the "
            f"edition before; or agree a date from {earliest} on: nino-assets calendar change",
        )
    return Revision(
        **make_entry_fields(quarter, by, now),
        reason=end_sentence(check_plain_line("reason", reason)),
    )


def find_revision(entries: Iterable[Revision], quarter: Quarter) -> Revision | None:
    """The revision that a quarter's release shows first.

    The last one recorded counts.
    """
    return next((each for each in reversed([*entries]) if each.quarter == quarter.label), None)


def find_announcement_faults(revision: Revision | None, release_on: date) -> list[str]:
    """What is wrong with the announcement of changed lists, a sentence each."""
    if revision is None:
        return ["no methodological revision is announced for it"]
    days = (release_on - revision.announced_on).days
    if days < NOTICE_DAYS:
        return [f"the revision was announced {days} days before, not {NOTICE_DAYS}"]
    return []
