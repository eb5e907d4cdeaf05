"""Lays a table out: rows, columns, and one sheet at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from math import isnan, prod

from nino_assets.service.identifiers import MEASURE_LABEL
from nino_assets.service.levels import FIELD_LABELS
from nino_assets.service.table import Table, TableField
from nino_assets.service.table_form import COLUMNS, ROWS, SHEETS, TableForm
from nino_assets.service.table_percentages import compute_percentages
from nino_assets.service.tidy_table import get_label
from nino_assets.statistic.percentages import NO_PERCENTAGE
from nino_assets.statistic.vocabulary import LOW

ROWS_A_PAGE = 100
MOST_SHOWN_CELLS = 10_000


@dataclass(frozen=True)
class GridRow:
    """One row: its headers, its figures, and its percentages, as text.

    Without percentages asked for there are none.
    """

    headers: tuple[str, ...]
    figures: tuple[str, ...]
    percentages: tuple[str, ...] = ()


@dataclass(frozen=True)
class Grid:
    """One page of one sheet of a table.

    `row_fields` name the columns of row headers. `sheets` are the names of all sheets, none where
    the table has one. `marks` are those of any item.
    """

    row_fields: tuple[str, ...]
    columns: tuple[str, ...]
    rows: tuple[GridRow, ...]
    first: int
    last: int
    count: int
    page: int
    pages: int
    sheets: tuple[str, ...]
    sheet: int
    marks: frozenset[str]


def build_grid(table: Table, form: TableForm) -> Grid:
    """Lay out the page and sheet that the form asks for."""
    at = {
        asked.name.field: field
        for asked, field in zip(table.query.fields, table.fields, strict=True)
    }
    sheets, rows, columns = (
        [at[each.field] for each in form.list_placed(place)] for place in (SHEETS, ROWS, COLUMNS)
    )
    shape = [prod(len(field.items) for field in fields) for fields in (sheets, rows, columns)]
    figures = table.figures.reshape(shape)
    shares = compute_percentages(table).reshape(shape) if table.percent_of else None
    names = _list_headers(rows)
    pages = max(1, -(-len(names) // ROWS_A_PAGE))
    page, sheet = min(form.page, pages), min(form.sheet, shape[0])
    first = (page - 1) * ROWS_A_PAGE
    at_page = (sheet - 1, slice(first, first + ROWS_A_PAGE))
    held = figures[at_page].tolist()
    held_shares = shares[at_page].tolist() if shares is not None else [[]] * len(held)
    return Grid(
        row_fields=tuple(FIELD_LABELS[each.field] for each in form.list_placed(ROWS))
        or ("Measure",),
        columns=tuple(", ".join(each) for each in _list_headers(columns))
        if columns
        else (MEASURE_LABEL,),
        rows=tuple(
            GridRow(
                names[first + number] or (MEASURE_LABEL,),
                tuple(map(format_figure, row)),
                tuple(map(format_percentage, share)),
            )
            for number, (row, share) in enumerate(zip(held, held_shares, strict=True))
        ),
        first=first + 1,
        last=first + len(held),
        count=len(names),
        page=page,
        pages=pages,
        sheets=tuple(", ".join(each) for each in _list_headers(sheets)) if sheets else (),
        sheet=sheet,
        marks=frozenset(
            [*table.marks, *(mark for f in table.fields for i in f.items for mark in i.marks)]
        ),
    )


def format_figure(figure: int) -> str:
    """Write a figure as tables show it: `1,234`, `[low]`."""
    return f"{figure:,}" if figure else LOW


def format_percentage(percentage: float) -> str:
    """Write a percentage as tables show it: `12.3`, `[low]` for NaN."""
    return NO_PERCENTAGE if isnan(percentage) else f"{percentage:,.1f}"


def _list_headers(fields: Sequence[TableField]) -> list[tuple[str, ...]]:
    labels = [
        [" ".join([get_label(each), *(f"[{mark}]" for mark in each.marks)]) for each in field.items]
        for field in fields
    ]
    return list(product(*labels))
