"""Unscheduled corrections: why a released edition is put right, and when the next one comes out.

Source of the rules: quality report and DWP revisions policy (no scheduled revisions; an unscheduled
one for a substantial error only, with a note where the statistics are published). A correction
that was opened lets the next edition of its quarter differ from the last; without one, every
difference from what was released is an error (`checks/history.py`). Belongs here: that entry of the
log of decisions. Does not belong here: which edition is in force (`storage/corrections.py`), what
readers are told (`publishing/corrections.py`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from nino_assets.errors import GovernanceError
from nino_assets.governance.decision_log import Entry, check_plain_line, make_entry_fields
from nino_assets.statistic.identity import RELEASE_TIME, TIME_ZONE
from nino_assets.statistic.quarters import Quarter


@dataclass(frozen=True, kw_only=True)
class Correction(Entry):
    """A correction that was opened: `edition` is the number of the edition that will be right.

    `corrected_on` is the day of its release as `2021-03-04`. `reason` is what readers are told.
    """

    kind: ClassVar[str] = "correction"

    edition: int
    corrected_on: str
    reason: str

    @property
    def released_at(self) -> datetime:
        """The moment from which the corrected edition may be out."""
        day = date.fromisoformat(self.corrected_on)
        return datetime.combine(day, RELEASE_TIME, TIME_ZONE)


def make_correction(  # noqa: PLR0913 - one argument a field
    quarter: Quarter, *, edition: int, corrected_on: date, reason: str, by: str, now: datetime
) -> Correction:
    """A correction as it is opened now. Raises GovernanceError for what cannot be taken."""
    if corrected_on < now.astimezone(TIME_ZONE).date():
        raise GovernanceError(
            "The day of the correction has passed",
            rule="a corrected edition is released after it was opened, built, checked and signed",
            next_step="give a later day with --on, or none for today",
        )
    return Correction(
        **make_entry_fields(quarter, by, now),
        edition=edition,
        corrected_on=corrected_on.isoformat(),
        reason=_sentence(check_plain_line("reason", reason)),
    )


def find_latest_corrections(
    entries: Iterable[Correction], quarter: Quarter
) -> dict[int, Correction]:
    """The correction of each corrected edition of a quarter: what was opened last counts."""
    return {each.edition: each for each in entries if each.quarter == quarter.label}


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."
