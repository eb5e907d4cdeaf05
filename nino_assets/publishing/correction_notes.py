"""Correction notes: what readers learn about a corrected edition.

The words are the same in the bulletin, the workbook and the text editions.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from nino_assets.statistic.written_dates import format_date


@dataclass(frozen=True)
class CorrectionNote:
    """One correction of an edition.

    `edition` is the number of the corrected edition: the first publication is 1, its first
    correction 2. `reason` is one or more whole sentences, written and reviewed by the team.
    `changed_cells` is the number of published cells that are not as before.
    """

    edition: int
    corrected_on: date
    reason: str
    changed_cells: int

    @property
    def heading(self) -> str:
        """`Edition 2, corrected on 3 June 2021`."""
        return f"Edition {self.edition}, corrected on {format_date(self.corrected_on)}"

    @property
    def extent(self) -> str:
        """How much changed, as a sentence."""
        match self.changed_cells:
            case 0:
                return "No published figure changed."
            case 1:
                return "1 published figure changed."
            case count:
                return f"{count:,} published figures changed."

    @property
    def words(self) -> str:
        """The whole note in one paragraph."""
        return f"{self.heading}. {self.reason} {self.extent}"
