"""Every cell that a correction changed: the file that goes with the corrected edition.

Belongs here: comparing two editions cell by cell, and that file. Does not belong here: which
editions are compared (`storage/corrections.py`) and whether they may differ (`checks/history.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb
import polars as pl

from nino_assets.published_domain import CELL_COLUMNS

CHANGED_CELLS_NAME = "changed-cells.csv"
"""In `open-data/` of a corrected edition, and of no other."""

FIGURES = ("registrations", "observation_status")
LABELS = tuple(column for column in CELL_COLUMNS if column not in FIGURES)
CHANGED_COLUMNS = (*LABELS, *(f"{name}_before" for name in FIGURES), *FIGURES)


def changed_cells(
    con: duckdb.DuckDBPyConnection, before: Sequence[Path], after: Sequence[Path]
) -> pl.DataFrame:
    """The cells of two editions, Parquet files in `CELL_COLUMNS`, that differ.

    Columns `CHANGED_COLUMNS`, sorted: the cell, its figures before and its figures now, which are
    null where one of the editions has no such cell. A cell with another label is another cell.
    """
    columns = ", ".join(CELL_COLUMNS)
    for name, files in (("before", before), ("after", after)):
        con.read_parquet([str(file) for file in files]).create_view(f"edition_{name}")
    figures = ", ".join(
        f"{side}.{name} AS {name}{suffix}"
        for side, suffix in (("gone", "_before"), ("come", ""))
        for name in FIGURES
    )
    labels = ", ".join(LABELS)
    frame: pl.DataFrame = con.sql(f"""
        WITH gone AS (
            SELECT {columns} FROM edition_before EXCEPT SELECT {columns} FROM edition_after
        ), come AS (
            SELECT {columns} FROM edition_after EXCEPT SELECT {columns} FROM edition_before
        )
        SELECT {labels}, {figures} FROM gone FULL JOIN come USING ({labels}) ORDER BY ALL""").pl()
    con.execute("DROP VIEW edition_before; DROP VIEW edition_after")
    return frame.select(CHANGED_COLUMNS)


def write_changed_cells(changed: pl.DataFrame, path: Path) -> None:
    """Write the cells as CSV in the form of the data beside it: UTF-8, CRLF, quotes where needed.

    A figure that an edition does not have is blank.
    """
    changed.write_csv(path, line_terminator="\r\n")


def read_changed_cells(path: Path) -> pl.DataFrame:
    """The cells of a written file, `CHANGED_COLUMNS` as text; blank where there is no figure."""
    return pl.read_csv(path, infer_schema=False).fill_null("")
