"""The headline of an area or nationality, in the bulletin's own words."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from nino_assets.publishing.bulletin.commentary.bulletin_context import name_period
from nino_assets.publishing.bulletin.quoted_figures import Pair, QuotedFigures
from nino_assets.publishing.cells import Cell, PublishedCells
from nino_assets.service.members import AREA
from nino_assets.statistic.published_domain import (
    QUARTER_AREA,
    QUARTER_NATIONALITY,
    YEAR_AREA,
    YEAR_NATIONALITY,
)
from nino_assets.statistic.quarters import Quarter


def write_headline(
    field: str, code: str, last: Quarter, counts: Sequence[int], *, by_year: bool
) -> tuple[str, str]:
    """Write a rounded count, and what it is with its change.

    `counts` are of the year ending with `last`, or of that quarter alone, and if the series has it
    of a year before. `[b]` stands where the comparison crosses a break in the series.
    """
    by_area = field == AREA
    if by_year:
        cube = YEAR_AREA if by_area else YEAR_NATIONALITY
    else:
        cube = QUARTER_AREA if by_area else QUARTER_NATIONALITY
    cell = Cell(cube, last, geography=code) if by_area else Cell(cube, last, nationality=code)
    pair = Pair(cell, cell.move_to(last - 4))
    figures = QuotedFigures(_collect_cells(pair, counts), last)
    words = f"registrations in {name_period(cube, last)}"
    if len(counts) > 1:
        change = figures.describe_change(pair, name_period(cube, last - 4))
        words = f"{words}, {change.plain}"
    return figures.quote_count(cell).text, words


def _collect_cells(cells: Sequence[Cell], counts: Sequence[int]) -> PublishedCells:
    """The cells that have a count, as the bulletin reads them."""
    columns = ("geography_code", "nationality_code", "age", "sex", "arrival_lag")
    return PublishedCells(
        pl.DataFrame(
            [
                {
                    "cube": cell.cube.name,
                    "time_period": cell.quarter.label,
                    **dict(zip(columns, cell.members, strict=True)),
                    "registrations": count,
                }
                for cell, count in zip(cells, counts, strict=False)
            ]
        )
    )
