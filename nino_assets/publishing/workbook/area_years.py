"""Table 9: years of every area, by European Union or not.

Years end in the month of the latest quarter, so that a row is compared with the row above it.
"""

from __future__ import annotations

from dataclasses import dataclass

from nino_assets.publishing.cells import Cell, PublishedCells
from nino_assets.publishing.edition import Edition
from nino_assets.publishing.workbook.area_series import list_areas
from nino_assets.publishing.workbook.cross_tables import AREA_LEVELS
from nino_assets.publishing.workbook.nationality_columns import ALL_NATIONALITIES
from nino_assets.publishing.workbook.notes import NoteBook
from nino_assets.publishing.workbook.periods import list_same_year_endings, name_last_month
from nino_assets.publishing.workbook.symbols import show_count
from nino_assets.publishing.workbook.table_declaration import Grid
from nino_assets.statistic import vocabulary as v
from nino_assets.statistic.published_domain import YEAR_AREA, make_slug
from nino_assets.writers.spreadsheet import ColumnKind, SheetColumn, Value

_GROUPS = {v.ALL: ALL_NATIONALITIES, v.EU: v.EU, v.NON_EU: v.NON_EU}


@dataclass(frozen=True)
class AreaYears:
    """The European Union and other nationals by area and year ending."""

    def build_grid(self, cells: PublishedCells, edition: Edition, notes: NoteBook) -> Grid:
        """Build the years of each area; `[x]` without a cell."""
        del notes
        years = list_same_year_endings(edition)
        codes = [make_slug(label) for label in _GROUPS]
        rows: list[tuple[Value, ...]] = []
        for code, name, level in list_areas(cells):
            for year in years:
                counts = (
                    show_count(cells.get_count(Cell(YEAR_AREA, year, code, group)))
                    for group in codes
                )
                rows.append((code, name, AREA_LEVELS[level], name_last_month(year), *counts))
        return Grid(
            [
                SheetColumn("Area code", 3.6),
                SheetColumn("Area name", 9.5),
                SheetColumn("Area level", 4.6),
                SheetColumn("Year ending", 4.2),
                *(
                    SheetColumn(label, 4.0, ColumnKind.COUNT, total=label == ALL_NATIONALITIES)
                    for label in _GROUPS.values()
                ),
            ],
            rows,
        )
