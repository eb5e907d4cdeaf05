"""Revision notes: what readers learn about a methodological revision.

The words are the same in the bulletin, the workbook and the text editions. A revision corrects no
error.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from nino_assets.statistic.quarters import Quarter
from nino_assets.statistic.written_dates import format_date


@dataclass(frozen=True)
class RevisionNote:
    """One methodological revision of the series.

    `since` is the quarter whose release showed it first. `reason` is one or more whole sentences,
    written and reviewed by the team. `revised_cells` is the number of cells of earlier periods that
    are not as in the edition before, in the edition that shows them first, and None in later ones.
    """

    since: Quarter
    announced_on: date
    reason: str
    revised_cells: int | None = None

    @property
    def heading(self) -> str:
        """`Methodological revision, announced on 3 June 2021`."""
        return f"Methodological revision, announced on {format_date(self.announced_on)}"

    @property
    def extent(self) -> str:
        """From when it holds, and where both series are, as a sentence."""
        month = f"{self.since.last_month} {self.since.year}"
        if self.revised_cells is None:
            return f"It was first shown in the release to {month}, with both series."
        return (
            "The open data list each figure of earlier periods as it was and as it is: "
            f"{self.revised_cells:,} in all."
        )

    @property
    def words(self) -> str:
        """The whole note in one paragraph."""
        return f"{self.heading}. {self.reason} {self.extent}"
