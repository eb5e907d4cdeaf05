"""Every cell that a correction changed, as the corrected edition lists them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb
import polars as pl

from nino_assets.statistic.published_domain import CELL_COLUMNS

CHANGED_CELLS_NAME = "changed-cells.csv"
"""In `open-data/` of a corrected edition, and of no other."""

FIGURES = ("registrations", "observation_status")
LABELS = tuple(column for column in CELL_COLUMNS if column not in FIGURES)
CHANGED_COLUMNS = (*LABELS, *(f"{name}_before" for name in FIGURES), *FIGURES)


def extends_edition(now: Path, before: Path) -> bool:
    """Tell whether an edition repeats an earlier one and adds to it.

    Each of its cubes then begins with all rows of the earlier one: no cell was changed or removed.
    If not, the editions have to be joined to find the changes. Both are Parquet files in
    `CELL_COLUMNS`. Columns are read and compared one by one.
    """
    runs, earlier = (_find_runs(_read_column(path, "cube")) for path in (now, before))
    if runs is None or earlier is None:
        return False
    pairs = []
    for cube, (start, length) in earlier.items():
        place, room = runs.get(cube, (0, 0))
        if length > room:
            return False
        pairs.append((place, start, length))
    for name in CELL_COLUMNS:
        here, there = _read_column(now, name), _read_column(before, name)
        if here.dtype != there.dtype or not all(
            here.slice(place, length).equals(there.slice(start, length))
            for place, start, length in pairs
        ):
            return False
    return True


def _read_column(path: Path, name: str) -> pl.Series:
    return pl.read_parquet(path, columns=[name])[name]


def _find_runs(cubes: pl.Series) -> dict[str, tuple[int, int]] | None:
    """Return first row and number of rows of each cube.

    None when a cube is scattered.
    """
    found = pl.DataFrame({"run": cubes.rle()}).unnest("run")
    starts = found["len"].cum_sum() - found["len"]
    runs = dict(zip(found["value"], zip(starts, found["len"], strict=True), strict=True))
    return runs if len(runs) == found.height else None


def find_changed_cells(
    con: duckdb.DuckDBPyConnection, before: Sequence[Path], after: Sequence[Path]
) -> pl.DataFrame:
    """Return the cells that differ between two editions.

    The editions are Parquet files in `CELL_COLUMNS`.

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
    """Write the cells as CSV: UTF-8, CRLF, quotes where needed.

    A figure that an edition does not have is blank.
    """
    changed.write_csv(path, line_terminator="\r\n")


def read_changed_cells(path: Path) -> pl.DataFrame:
    """Read a written file, all columns as text.

    A figure that an edition does not have is blank.
    """
    return pl.read_csv(path, infer_schema=False).fill_null("")
