"""The headline of an area or nationality, in the bulletin's own words."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from nino_assets.publishing.bulletin.quoted_figures import Pair, QuotedFigures
from nino_assets.publishing.cells import Cell, PublishedCells
from nino_assets.service.members import AREA
from nino_assets.statistic.published_domain import YEAR_AREA, YEAR_NATIONALITY
from nino_assets.statistic.quarters import Quarter


def write_headline(field: str, code: str, last: Quarter, years: Sequence[int]) -> tuple[str, str]:
    """Write a rounded count, and what it is with its change.

    `years` are the figures of the year ending with `last` and, if the series has it, of the year
    before. `[b]` stands where the comparison crosses a break in the series.
    """
    cell = (
        Cell(YEAR_AREA, last, geography=code)
        if field == AREA
        else Cell(YEAR_NATIONALITY, last, nationality=code)
    )
    pair = Pair(cell, cell.move_to(last - 4))
    figures = QuotedFigures(_collect_cells(pair, years), last)
    words = f"registrations in the {last.year_ending}"
    if len(years) > 1:
        change = figures.describe_change(pair, f"the {pair.then.quarter.year_ending}")
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
