"""What declares a table: its title, notes, paper and layout."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from nino_assets.publishing.cells import PublishedCells
from nino_assets.publishing.edition import Edition
from nino_assets.publishing.workbook.expected_tables import ExpectedTable
from nino_assets.publishing.workbook.notes import NoteBook
from nino_assets.publishing.workbook.periods import list_same_year_endings, list_year_endings
from nino_assets.statistic.quarters import Quarter
from nino_assets.writers.spreadsheet import PaperSize, SheetColumn, Value


@dataclass(frozen=True)
class Grid:
    """A table's columns and rows."""

    columns: Sequence[SheetColumn]
    rows: Sequence[Sequence[Value]]


class TableLayout(Protocol):
    """How published cells become a grid, always with the same columns."""

    def build_grid(self, cells: PublishedCells, edition: Edition, notes: NoteBook) -> Grid:
        """Build the grid of one edition."""
        ...


@dataclass(frozen=True)
class TableDeclaration:
    """One table. Its number is its place in `tables.TABLES`.

    `title` may name a period of `periods.period_words` in braces. `about` is one sentence a line,
    each short enough for a line above the table. `notes` are keys of `notes.NoteBook`; notes on the
    random adjustment, `[low]` and breaks in the `period` are added by themselves. `build_expected`
    says which published cells the written sheet must show; None when it holds no figures.
    """

    range_name: str
    title: str
    about: Sequence[str]
    notes: Sequence[str]
    period: Literal[
        "series", "year", "two_years", "quarter", "two_quarters", "years", "same_years", "none"
    ]
    layout: TableLayout
    page: PaperSize
    build_expected: ExpectedTable | None

    def list_periods(self, edition: Edition) -> list[tuple[Quarter, Quarter]]:
        """List the periods of its figures, as first and last quarter.

        There is none when it holds no figures.
        """
        last = edition.quarter
        this_year, year_before = (last - 3, last), (last - 7, last - 4)
        return {
            "series": [(q, q) for q in edition.first_quarter.list_until(last)],
            "quarter": [(last, last)],
            "two_quarters": [(last - 4, last - 4), (last, last)],
            "years": [(q - 3, q) for q in list_year_endings(edition)],
            "same_years": [(q - 3, q) for q in list_same_year_endings(edition)],
            "year": [this_year],
            "two_years": [year_before, this_year],
            "none": [],
        }[self.period]
