"""The edition: facts about a release that every published file states."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from nino_assets.publishing.correction_notes import CorrectionNote
from nino_assets.statistic.identity import format_title
from nino_assets.statistic.quarters import Quarter
from nino_assets.statistic.written_dates import format_month


@dataclass(frozen=True)
class Edition:
    """One quarter's release: its coverage, dates and whether it is synthetic.

    `corrections` are the corrections since it was first published, the earliest first.
    """

    quarter: Quarter
    first_quarter: Quarter
    published_on: date
    next_release_on: date
    synthetic: bool
    corrections: tuple[CorrectionNote, ...] = ()

    @property
    def title(self) -> str:
        return format_title(self.quarter)

    @property
    def coverage(self) -> str:
        """`January 2002 to December 2020`."""
        first, last = self.first_quarter.first_day, self.quarter.last_day
        return f"{format_month(first)} to {format_month(last)}"
