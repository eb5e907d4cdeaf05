"""A table as one row a cell, for its files."""

from __future__ import annotations

import numpy as np
import polars as pl

from nino_assets.service.edition_cells import EditionCells
from nino_assets.service.members import PERIOD, read_quarter
from nino_assets.service.table import SUM, Table, TableItem
from nino_assets.statistic.vocabulary import LOW

_TOTAL = "total"


def build_tidy(table: Table) -> pl.DataFrame:
    """Build one row a cell, in the order of the table's figures.

    A column of codes and one of labels for each field, `period_start` (ISO), `registrations`,
    and `status`: `[low]` for nil or negligible, `s` for a sum of separately adjusted counts.
    """
    shape = [len(field.items) for field in table.fields]
    columns: dict[str, pl.Series] = {}
    sums = np.full(shape, SUM in table.marks)
    for number, (field, asked) in enumerate(zip(table.fields, table.query.fields, strict=True)):
        name = asked.name.field
        places = np.broadcast_to(
            np.arange(shape[number]).reshape([-1 if n == number else 1 for n in range(len(shape))]),
            shape,
        ).ravel()
        texts = {
            f"{name}_code": [get_code(each) for each in field.items],
            name: [get_label(each) for each in field.items],
        }
        if name == PERIOD:
            texts["period_start"] = [_find_start(each, table.edition) for each in field.items]
        columns |= {key: pl.Series(key, held)[places] for key, held in texts.items()}
        marked = np.array([SUM in each.marks for each in field.items])
        sums = sums | marked[places].reshape(shape)
    figures = table.figures.ravel()
    low = pl.Series("status", np.where(figures == 0, 1, 0) + np.where(sums.ravel(), 2, 0))
    words = pl.Series("status", ["", LOW, SUM, f"{LOW} {SUM}"])
    return pl.DataFrame(
        [*columns.values(), pl.Series("registrations", figures), words[low].alias("status")]
    )


def get_code(item: TableItem) -> str:
    """The code of an item: the end of its identifier, or `total`."""
    return "+".join(each.rpartition(":")[2] for each in item.values) or _TOTAL


def get_label(item: TableItem) -> str:
    """The label of an item; a group's members joined."""
    return " + ".join(item.labels)


def _find_start(item: TableItem, edition: EditionCells) -> str:
    """The first day of the item's first period."""
    members = [edition.value_by_uri[each][3] for each in item.values]
    starts = [
        (read_quarter(each) - (0 if each.startswith("quarter:") else 3)).first_day
        for each in members
    ]
    return min(starts).isoformat() if starts else ""
