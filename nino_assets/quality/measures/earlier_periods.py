"""Compares the earlier periods of an edition with the edition before.

A cell that is not the same is excused where a correction lists it, or where an announced revision
gave its area or its group of nationalities other people. A member that kept its people under
another code or name keeps its figures, and needs no announcement.
"""

from __future__ import annotations

import filecmp
from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb
import polars as pl

from nino_assets.methods.comparison.changed_members import MemberChanges
from nino_assets.publishing.changed_cells import (
    CHANGED_COLUMNS,
    FIGURES,
    LABELS,
    extends_edition,
    read_changed_cells,
)
from nino_assets.publishing.open_data.metadata import PARQUET_NAME
from nino_assets.releases.edition_members import DIMENSIONS, find_member_changes
from nino_assets.releases.series_revisions import (
    REVISED_CELLS_NAME,
    find_previous_edition,
    read_revision,
)
from nino_assets.statistic.published_domain import CELL_COLUMNS
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.warehouse import Warehouse

_NAMES = {"geography": "geography_name", "nationality": "nationality"}


def count_history_changed(
    warehouse: Warehouse, quarter: Quarter, folder: Path, lists: Sequence[Path]
) -> int | None:
    """Count earlier cells that differ now and that nothing excuses.

    `folder` holds the open data of this edition, `lists` are the changed cells of its corrections.
    None without an edition before. A cell whose count, name or status differs is a row that this
    edition does not hold.
    """
    previous = find_previous_edition(warehouse.folders, quarter)
    if previous is None:
        return None
    before, cells = previous
    now = folder / PARQUET_NAME
    if extends_edition(now, cells):
        return 0
    changes = find_member_changes(warehouse.folders, before, quarter)
    if changes and not any(changes.values()):
        changes = None
    announced = read_revision(warehouse.folders, quarter) is not None
    read = [read_changed_cells(path) for path in lists]
    # A list of another form accounts for nothing; `changes_unlisted` says that it is wrong.
    listed = pl.concat(
        [make_empty_list(), *(f for f in read if f.columns == list(CHANGED_COLUMNS))]
    )
    listed = listed.with_columns(pl.col(FIGURES[0] + "_before").cast(pl.Int64, strict=False))
    columns = ", ".join(CELL_COLUMNS)
    as_listed = ", ".join((*LABELS, *(f"{name}_before" for name in FIGURES)))
    with warehouse.open_session() as con:
        con.from_parquet(str(cells)).create_view("previous_edition")
        con.from_parquet(str(now)).create_view("this_edition")
        con.register("listed", listed.to_arrow())
        expected = _rename_members(con, changes, announced) if changes else "previous_edition"
        found = con.execute(f"""
            SELECT count(*) FROM (
                SELECT {columns} FROM {expected}
                EXCEPT SELECT {columns} FROM this_edition
                EXCEPT SELECT {as_listed} FROM listed
            )""").fetchall()
    return int(found[0][0])


def _rename_members(
    con: duckdb.DuckDBPyConnection, changes: Mapping[str, MemberChanges], announced: bool
) -> str:
    """The previous edition with today's codes.

    Where a revision was announced, without the cells that moved.
    """
    joins, conditions, columns = [], [], list(CELL_COLUMNS)
    for dimension in DIMENSIONS:
        name, keys = _NAMES[dimension], f"cells.{dimension}_level, cells.{dimension}_code"
        con.register(f"renamed_{dimension}", changes[dimension].renamed.to_arrow())
        con.register(f"moved_{dimension}", changes[dimension].moved.to_arrow())
        joins.append(
            f"LEFT JOIN renamed_{dimension} ON (renamed_{dimension}.level, "
            f"renamed_{dimension}.code) = ({keys})"
        )
        conditions.append(f"({keys}) NOT IN (SELECT (level, code) FROM moved_{dimension})")
        for column, change in ((f"{dimension}_code", "code_now"), (name, "name_now")):
            columns[columns.index(column)] = (
                f"coalesce(renamed_{dimension}.{change}, cells.{column}) AS {column}"
            )
    kept = " AND ".join(conditions) if announced else "true"
    con.execute(f"""
        CREATE VIEW renamed_edition AS SELECT {", ".join(columns)}
        FROM previous_edition AS cells {" ".join(joins)} WHERE {kept}""")
    return "renamed_edition"


def count_revision_unlisted(warehouse: Warehouse, quarter: Quarter, folder: Path) -> int:
    """Count rows of the revision's list that are missing, wrong or surplus."""
    path = folder / REVISED_CELLS_NAME
    held = read_changed_cells(path) if path.is_file() else None
    previous = find_previous_edition(warehouse.folders, quarter)
    if previous is None or read_revision(warehouse.folders, quarter) is None:
        return 0 if held is None else 1
    before, cells = previous
    return count_list_faults(held, find_differences(cells, folder / PARQUET_NAME, until=before))


def count_list_faults(held: pl.DataFrame | None, expected: pl.DataFrame) -> int:
    """Count the rows of a list that are not as expected."""
    if held is None or held.columns != list(CHANGED_COLUMNS):
        return 1 + expected.height
    missing = expected.join(held, on=CHANGED_COLUMNS, how="anti", nulls_equal=True).height
    surplus = held.join(expected, on=CHANGED_COLUMNS, how="anti", nulls_equal=True).height
    return missing + surplus + abs(held.height - held.unique().height)


def find_differences(before: Path, now: Path, *, until: Quarter | None = None) -> pl.DataFrame:
    """Find the cells of two editions that differ, by joining them whole.

    Both are Parquet files; with `until`, cells of later periods are left out.
    """
    if filecmp.cmp(before, now, shallow=False):
        return make_empty_list()
    kept = pl.lit(True) if until is None else pl.col("time_period") <= until.label
    sides = []
    for path, other in ((before, now), (now, before)):
        rows, others = (
            pl.scan_parquet(each).select(CELL_COLUMNS).filter(kept) for each in (path, other)
        )
        sides.append(rows.join(others, on=CELL_COLUMNS, how="anti", nulls_equal=True).collect())
    gone, come = sides
    both = gone.rename({name: f"{name}_before" for name in FIGURES}).join(
        come, on=LABELS, how="full", coalesce=True, nulls_equal=True
    )
    return both.select(CHANGED_COLUMNS).cast(pl.String).fill_null("")


def make_empty_list() -> pl.DataFrame:
    """A list of changed cells without a row."""
    return pl.DataFrame(schema=dict.fromkeys(CHANGED_COLUMNS, pl.String))
