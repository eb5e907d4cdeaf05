"""Tables 1, 2, 5, 6, 8 and 11: something by nationality group."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from nino_assets.publishing.cells import Cell, PublishedCells
from nino_assets.publishing.edition import Edition
from nino_assets.publishing.workbook.nationality_columns import (
    build_group_columns,
    list_nationality_groups,
)
from nino_assets.publishing.workbook.notes import NoteBook
from nino_assets.publishing.workbook.periods import (
    list_year_endings,
    name_last_month,
    name_quarter,
)
from nino_assets.publishing.workbook.symbols import show_count
from nino_assets.publishing.workbook.table_declaration import Grid
from nino_assets.statistic import vocabulary as v
from nino_assets.statistic.published_domain import (
    QUARTER_AREA,
    QUARTER_NATIONALITY,
    YEAR_AGE_SEX,
    YEAR_LAG,
    YEAR_NATIONALITY,
    Cube,
)
from nino_assets.writers.spreadsheet import SheetColumn, TotalRow, Value

AREA_LEVELS = {
    "uk": "United Kingdom",
    "country": "Country",
    "region": "Region",
    "local_authority": "Local authority",
    "overseas": "Overseas",
}
"""Levels of area as readers know them."""
ALL_AGES, ALL_SEXES, ALL_TIMES = "All ages", "All", "All"


@dataclass(frozen=True)
class CrossRow:
    """A row's labels and its cell of all nationalities."""

    labels: tuple[str, ...]
    cell: Cell
    total: bool = False


RowSource = Callable[[PublishedCells, Edition, NoteBook], Iterator[CrossRow]]


@dataclass(frozen=True)
class ByNationalityGroup:
    """Rows of any kind, one column of counts a nationality group."""

    labels: Sequence[SheetColumn]
    rows: RowSource

    def build_grid(self, cells: PublishedCells, edition: Edition, notes: NoteBook) -> Grid:
        """Build the rows; `[x]` where the edition has no cell."""
        codes = [group.code for group in list_nationality_groups(edition.quarter)]
        return Grid(
            [*self.labels, *build_group_columns(edition.quarter)],
            [_build_row(row, cells, codes) for row in self.rows(cells, edition, notes)],
        )


def build_quarter_rows(_: PublishedCells, edition: Edition, notes: NoteBook) -> Iterator[CrossRow]:
    """Build a row for every quarter of the series, oldest first.

    A quarter that is part of a break is marked.
    """
    for quarter in edition.first_quarter.list_until(edition.quarter):
        marks = notes.mark(notes.find_breaks([(quarter, quarter)]))
        label = f"{name_quarter(quarter)} {marks}".rstrip()
        yield CrossRow((label,), Cell(QUARTER_NATIONALITY, quarter))


def build_year_rows(_: PublishedCells, edition: Edition, notes: NoteBook) -> Iterator[CrossRow]:
    """Build a row for every year ending of the series, oldest first.

    A year that holds a break is marked.
    """
    for quarter in list_year_endings(edition):
        marks = notes.mark(notes.find_breaks([(quarter - 3, quarter)]))
        label = f"{name_last_month(quarter)} {marks}".rstrip()
        yield CrossRow((label,), Cell(YEAR_NATIONALITY, quarter))


def build_area_rows(
    cube: Cube, cells: PublishedCells, edition: Edition, _: NoteBook
) -> Iterator[CrossRow]:
    """Build a row for every area, for a cube's latest period."""
    for code, name, level in iterate_areas(cells, edition):
        cell = Cell(cube, edition.quarter, geography=code)
        yield CrossRow((code, name, AREA_LEVELS[level]), cell, total=level == "uk")


def build_age_sex_rows(_: PublishedCells, edition: Edition, __: NoteBook) -> Iterator[CrossRow]:
    """Build rows by age and sex, for the latest year.

    All ages come first, then each band; within each, all, then each sex.
    """
    for age in (v.ALL, *v.AGE_BANDS):
        for sex in (v.ALL, *v.SEXES):
            labels = (ALL_AGES if age == v.ALL else age, ALL_SEXES if sex == v.ALL else sex)
            cell = Cell(YEAR_AGE_SEX, edition.quarter, age=age, sex=sex)
            yield CrossRow(labels, cell, total=sex == v.ALL)


def build_arrival_rows(_: PublishedCells, edition: Edition, __: NoteBook) -> Iterator[CrossRow]:
    """Build rows by time since arrival, for the latest year."""
    for lag in (v.ALL, *v.ARRIVAL_LAGS):
        cell = Cell(YEAR_LAG, edition.quarter, lag=lag)
        yield CrossRow((ALL_TIMES if lag == v.ALL else lag,), cell, total=lag == v.ALL)


def iterate_areas(cells: PublishedCells, edition: Edition) -> Iterator[tuple[str, str, str]]:
    """Return code, name and level of each area in use.

    Wales, Scotland and Northern Ireland come twice, as a country and as a region.
    """
    return (
        cells.get_period(QUARTER_AREA, edition.quarter)
        .select("geography_code", "geography_name", "geography_level")
        .unique(maintain_order=True)
        .iter_rows()
    )


def _build_row(row: CrossRow, cells: PublishedCells, codes: Sequence[str]) -> Sequence[Value]:
    counts = (show_count(cells.get_count(_replace_group(row.cell, code))) for code in codes)
    values = (*row.labels, *counts)
    return TotalRow(values) if row.total else values


def _replace_group(cell: Cell, code: str) -> Cell:
    return Cell(cell.cube, cell.quarter, cell.geography, code, cell.age, cell.sex, cell.lag)
