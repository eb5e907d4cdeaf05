"""The edition: facts about a release that every published file states."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from nino_assets.publishing.correction_notes import CorrectionNote
from nino_assets.publishing.revision_notes import RevisionNote
from nino_assets.statistic.identity import format_title
from nino_assets.statistic.quarters import Quarter
from nino_assets.statistic.written_dates import format_month


@dataclass(frozen=True)
class Edition:
    """One quarter's release: its coverage, dates and whether it is synthetic.

    `corrections` are the corrections since it was first published, the earliest first;
    `revisions` the methodological revisions of the series up to it. `geography` is the date of its
    areas as `2021-11` or `2025`, blank where the postcode directory does not say it.
    """

    quarter: Quarter
    first_quarter: Quarter
    published_on: date
    next_release_on: date
    synthetic: bool
    corrections: tuple[CorrectionNote, ...] = ()
    revisions: tuple[RevisionNote, ...] = ()
    geography: str = ""

    @property
    def title(self) -> str:
        return format_title(self.quarter)

    @property
    def geography_date(self) -> str:
        """The date of the areas, as `November 2021` or `2025`."""
        year, _, month = self.geography.partition("-")
        return format_month(date(int(year), int(month), 1)) if month else year

    @property
    def coverage(self) -> str:
        """`January 2002 to December 2020`."""
        first, last = self.first_quarter.first_day, self.quarter.last_day
        return f"{format_month(first)} to {format_month(last)}"
