"""A table as one row a cell, for its files."""

from __future__ import annotations

from itertools import product

import numpy as np
import polars as pl
from numpy.typing import NDArray

from nino_assets.service.edition_cells import EditionCells
from nino_assets.service.members import PERIOD, read_quarter
from nino_assets.service.table import REVISED, SUM, Table, TableItem
from nino_assets.service.table_percentages import compute_percentages
from nino_assets.statistic.vocabulary import LOW

_TOTAL = "total"


def build_tidy(table: Table) -> pl.DataFrame:
    """Build one row a cell, in the order of the table's figures.

    A column of codes and one of labels for each field, `period_type` (`quarter` or `year_ending`)
    and `period_start` (ISO), `registrations`, `percentage` where percentages are asked for, and
    `status`: `[low]` for nil or negligible, `s` for a sum of separately adjusted counts, `r` for a
    period that is revised.
    """
    shape = [len(field.items) for field in table.fields]
    columns: dict[str, pl.Series] = {}
    marked = {mark: np.full(shape, mark in table.marks) for mark in (SUM, REVISED)}
    for number, (field, asked) in enumerate(zip(table.fields, table.query.fields, strict=True)):
        name = asked.name.field
        places = np.broadcast_to(
            np.arange(shape[number]).reshape([-1 if n == number else 1 for n in range(len(shape))]),
            shape,
        )
        texts = {
            f"{name}_code": [get_code(each) for each in field.items],
            name: [get_label(each) for each in field.items],
        }
        if name == PERIOD:
            members = [_list_periods(each, table.edition) for each in field.items]
            texts["period_type"] = [each[0].partition(":")[0] for each in members]
            texts["period_start"] = [_find_start(each) for each in members]
        columns |= {key: pl.Series(key, held)[places.ravel()] for key, held in texts.items()}
        for mark in marked:
            marked[mark] |= np.array([mark in each.marks for each in field.items])[places]
    columns["registrations"] = pl.Series("registrations", table.figures.ravel())
    if table.percent_of:
        shares = pl.Series("percentage", compute_percentages(table).ravel())
        columns["percentage"] = shares.fill_nan(None)
    columns["status"] = _write_status(
        {LOW: table.figures == 0} | {mark: marked[mark] for mark in (SUM, REVISED)}
    )
    return pl.DataFrame(list(columns.values()))


def _write_status(marked: dict[str, NDArray[np.bool_]]) -> pl.Series:
    """The marks of each cell, joined by spaces."""
    words = [
        " ".join(mark for mark, has in zip(marked, held, strict=True) if has)
        for held in product((False, True), repeat=len(marked))
    ]
    places = np.zeros(next(iter(marked.values())).size, dtype=np.int64)
    for cells in marked.values():
        places = 2 * places + cells.ravel()
    return pl.Series("status", words)[places].alias("status")


def get_code(item: TableItem) -> str:
    """The code of an item: the end of its identifier, or `total`."""
    return "+".join(each.rpartition(":")[2] for each in item.values) or _TOTAL


def get_label(item: TableItem) -> str:
    """The label of an item; a group's members joined."""
    return " + ".join(item.labels)


def _list_periods(item: TableItem, edition: EditionCells) -> list[str]:
    """The periods of an item, in order."""
    return sorted(edition.value_by_uri[each][3] for each in item.values)


def _find_start(periods: list[str]) -> str:
    """The first day of the first period."""
    first = periods[0]
    quarter = read_quarter(first) - (0 if first.startswith("quarter:") else 3)
    return quarter.first_day.isoformat()
