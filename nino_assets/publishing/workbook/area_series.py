"""Table 7: every quarter of every area, a row a calendar year.

Quarters are next to each other within a year because registrations are seasonal: down a column,
like is compared with like. The columns stay the same as the series grows, an area is a block of
rows that can be copied whole, and the page stays narrow.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from nino_assets.publishing.cells import PublishedCells
from nino_assets.publishing.edition import Edition
from nino_assets.publishing.workbook.cross_tables import AREA_LEVELS
from nino_assets.publishing.workbook.notes import NoteBook
from nino_assets.publishing.workbook.periods import name_months
from nino_assets.publishing.workbook.symbols import show_count
from nino_assets.publishing.workbook.table_declaration import Grid
from nino_assets.statistic import vocabulary as v
from nino_assets.statistic.published_domain import QUARTER_AREA, YEAR_AREA, Cube, make_slug
from nino_assets.statistic.quarters import Quarter
from nino_assets.writers.spreadsheet import ColumnKind, SheetColumn, Value

YEAR_ENDING_DECEMBER = "Year ending December"
_AREA = ("geography_code", "geography_name", "geography_level")


@dataclass(frozen=True)
class AreaSeries:
    """All nationalities by area, calendar year and quarter.

    The year ending December is in the last column.
    """

    def build_grid(self, cells: PublishedCells, edition: Edition, notes: NoteBook) -> Grid:
        """Build the years of each area; `[x]` without a cell."""
        del notes
        quarterly = _read_counts(cells, QUARTER_AREA)
        yearly = _read_counts(cells, YEAR_AREA)
        years = range(edition.first_quarter.year, edition.quarter.year + 1)
        rows: list[tuple[Value, ...]] = []
        for code, name, level in list_areas(cells):
            for year in years:
                quarters = [Quarter(year, n) for n in (1, 2, 3, 4)]
                counts = [show_count(quarterly.get((code, q.label))) for q in quarters]
                december = show_count(yearly.get((code, quarters[-1].label)))
                rows.append((code, name, AREA_LEVELS[level], year, *counts, december))
        return Grid(
            [
                SheetColumn("Area code", 3.6),
                SheetColumn("Area name", 9.5),
                SheetColumn("Area level", 4.6),
                SheetColumn("Year", 2.0, ColumnKind.YEAR),
                *(SheetColumn(name_months(n), 3.2, ColumnKind.COUNT) for n in (1, 2, 3, 4)),
                SheetColumn(YEAR_ENDING_DECEMBER, 4.0, ColumnKind.COUNT, total=True),
            ],
            rows,
        )


def _read_counts(cells: PublishedCells, cube: Cube) -> dict[tuple[str, str], int]:
    chosen = (
        cells.get_cube(cube)
        .filter(pl.col("nationality_code") == make_slug(v.ALL))
        .select("geography_code", "time_period", "registrations")
    )
    return {(code, period): count for code, period, count in chosen.iter_rows()}


def list_areas(cells: PublishedCells) -> list[tuple[str, str, str]]:
    """List code, name and level of every area of any quarter.

    They are in order of level, then as published.
    """
    members = cells.get_cube(QUARTER_AREA).select(_AREA).unique(maintain_order=True)
    order = {level: place for place, level in enumerate(v.GEOGRAPHY_LEVELS)}
    listed: dict[tuple[str, str], tuple[str, str, str]] = {}
    for code, name, level in members.iter_rows():
        listed[code, level] = (code, name, level)
    local = "local_authority"
    return sorted(listed.values(), key=lambda a: (order[a[2]], a[0] if a[2] == local else ""))
