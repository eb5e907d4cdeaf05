"""The edition: the few facts about a release that every published file states in the same words.

Belongs here: names, dates and standing of one quarter's release.
Does not belong here: figures (`cells.py`) and release rules (`governance/`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from nino_assets.publishing.correction_notes import CorrectionNote
from nino_assets.statistic.quarters import Quarter


@dataclass(frozen=True)
class Edition:
    """One quarter's release: what it covers, when it is published, whether it is synthetic.

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
        return title_of(self.quarter)

    @property
    def coverage(self) -> str:
        """`January 2002 to December 2020`."""
        first_month = f"{self.first_quarter.first_day:%B} {self.first_quarter.year}"
        return f"{first_month} to {self.quarter.last_month} {self.quarter.year}"

    @property
    def workbook_name(self) -> str:
        month = f"{self.quarter.last_month.lower()}-{self.quarter.year}"
        return f"nino-registrations-to-{month}-tables.ods"


def title_of(quarter: Quarter) -> str:
    """What the release of a quarter is called, before it has an edition too."""
    return (
        "National Insurance numbers allocated to adult overseas nationals "
        f"to {quarter.last_month} {quarter.year}"
    )


PRODUCER = "Department for Work and Pensions"
CONTACT_EMAIL = "stats-consultation@dwp.gov.uk"
SYNTHETIC_BANNER = (
    "Synthetic data. These figures were made by a computer to test the production of the "
    "statistics. They describe no real people and must not be quoted."
)
