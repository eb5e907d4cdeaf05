"""Unscheduled corrections, as entries of the log of decisions.

Source of the rules: quality report and DWP revisions policy (no scheduled revisions; an unscheduled
one for a substantial error only, with a note where the statistics are published). An open
correction lets the next edition of its quarter differ from the last; without one, every difference
from what was released is an error.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from nino_assets.errors import GovernanceError
from nino_assets.governance.log_entry import (
    Entry,
    check_plain_line,
    end_sentence,
    make_entry_fields,
)
from nino_assets.statistic.identity import RELEASE_TIME, TIME_ZONE
from nino_assets.statistic.quarters import Quarter


@dataclass(frozen=True, kw_only=True)
class Correction(Entry):
    """A correction that was opened.

    `edition` is the number of the corrected edition, `corrected_on` the day of its release as
    `2021-03-04`, `reason` what readers are told.
    """

    kind: ClassVar[str] = "correction"

    edition: int
    corrected_on: str
    reason: str

    @property
    def released_at(self) -> datetime:
        """The time from which the corrected edition may be released."""
        day = date.fromisoformat(self.corrected_on)
        return datetime.combine(day, RELEASE_TIME, TIME_ZONE)


def make_correction(  # noqa: PLR0913 - one argument a field
    quarter: Quarter, *, edition: int, corrected_on: date, reason: str, by: str, now: datetime
) -> Correction:
    """Return a correction, ready to be recorded.

    Raises GovernanceError when its day has passed, or a text is not one plain line.
    """
    if corrected_on < now.astimezone(TIME_ZONE).date():
        raise GovernanceError(
            "The day of the correction has passed",
            rule="a correction is opened, built, checked and signed before it is released",
            next_step="give today or a later day with --on, or leave it out for today",
        )
    return Correction(
        **make_entry_fields(quarter, by, now),
        edition=edition,
        corrected_on=corrected_on.isoformat(),
        reason=end_sentence(check_plain_line("reason", reason)),
    )


def find_latest_corrections(
    entries: Iterable[Correction], quarter: Quarter
) -> dict[int, Correction]:
    """The correction of each corrected edition of a quarter, by its number.

    Of several for one edition, the one that was opened last counts.
    """
    return {each.edition: each for each in entries if each.quarter == quarter.label}
