"""Checks that released cells stay, or that a correction lists the change."""

from __future__ import annotations

import filecmp
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from nino_assets.publishing.changed_cells import (
    CHANGED_CELLS_NAME,
    CHANGED_COLUMNS,
    FIGURES,
    LABELS,
    extends_edition,
    read_changed_cells,
)
from nino_assets.publishing.open_data.metadata import PARQUET_NAME
from nino_assets.quality.next_steps import materialise_again
from nino_assets.quality.rules import expect_none
from nino_assets.releases.edition_history import (
    OPEN_DATA,
    EditionHistory,
    locate_released_cells,
    read_edition_history,
)
from nino_assets.releases.published import PublishedEditions
from nino_assets.statistic.published_domain import CELL_COLUMNS
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.warehouse import Warehouse

_FIND_OUT = "Find out why an earlier quarter was built anew; history changes only by a correction."


def measure_history(warehouse: Warehouse, quarter: Quarter) -> dict[str, int | None]:
    """Count cells that are not as released; None without an edition."""
    folder = warehouse.folders.find_publication(quarter) / OPEN_DATA
    history = read_edition_history(warehouse.folders, quarter)
    lists = _find_lists(warehouse, history, folder)
    compared = None if history.open_correction else _find_released(warehouse, history)
    return {
        "history_changed": _count_changed(
            warehouse, _find_previous(warehouse, quarter), folder, lists
        ),
        "released_changed": None
        if compared is None
        else _find_differences(compared, folder).height,
        "changes_unlisted": _count_unlisted(warehouse, history, folder),
    }


def _find_previous(warehouse: Warehouse, quarter: Quarter) -> Path | None:
    """Find the newest edition before: as released, or else as built."""
    published = PublishedEditions(warehouse.folders)
    publications = warehouse.folders.find_publication(quarter).parent
    built = {
        Quarter.parse(path.parents[1].name): path
        for path in publications.glob(f"[0-9][0-9][0-9][0-9]-Q[1-4]/{OPEN_DATA}/{PARQUET_NAME}")
    }
    released = {edition.quarter: edition for edition in published.read_editions()}
    before = max((q for q in built.keys() | released.keys() if q < quarter), default=None)
    if before is None:
        return None
    if before in released:
        return locate_released_cells(warehouse.folders, released[before])
    return built[before]


def _find_released(warehouse: Warehouse, history: EditionHistory) -> Path | None:
    """The cells of this quarter as readers have them."""
    return (
        locate_released_cells(warehouse.folders, history.released[-1]) if history.released else None
    )


def _find_lists(warehouse: Warehouse, history: EditionHistory, folder: Path) -> list[Path]:
    """Find the lists of changed cells of every correction so far."""
    published = PublishedEditions(warehouse.folders)
    out = [published.locate(each) / OPEN_DATA for each in history.released[: history.number - 1]]
    held = [place / CHANGED_CELLS_NAME for place in (*out, folder)]
    return [path for path in held if path.is_file()]


def _count_changed(
    warehouse: Warehouse, previous: Path | None, folder: Path, lists: Sequence[Path]
) -> int | None:
    """Count earlier cells that differ now and that no list has.

    A cell whose count, name or status differs is a row that this edition does not hold.
    """
    if previous is None:
        return None
    if extends_edition(folder / PARQUET_NAME, previous):
        return 0
    columns = ", ".join(CELL_COLUMNS)
    before = ", ".join((*LABELS, *(f"{name}_before" for name in FIGURES)))
    read = [read_changed_cells(path) for path in lists]
    # A list of another form accounts for nothing; `changes_unlisted` says that it is wrong.
    listed = pl.concat(
        [_make_empty_list(), *(f for f in read if f.columns == list(CHANGED_COLUMNS))]
    )
    listed = listed.with_columns(pl.col(FIGURES[0] + "_before").cast(pl.Int64, strict=False))
    with warehouse.open_session() as con:
        con.from_parquet(str(previous)).create_view("previous_edition")
        con.from_parquet(str(folder / PARQUET_NAME)).create_view("this_edition")
        con.register("listed", listed.to_arrow())
        found = con.execute(f"""
            SELECT count(*) FROM (
                SELECT {columns} FROM previous_edition
                EXCEPT SELECT {columns} FROM this_edition
                EXCEPT SELECT {before} FROM listed
            )""").fetchall()
    return int(found[0][0])


def _count_unlisted(warehouse: Warehouse, history: EditionHistory, folder: Path) -> int:
    """Count rows of the changes' list that are missing, wrong or surplus."""
    path = folder / CHANGED_CELLS_NAME
    held = read_changed_cells(path) if path.is_file() else None
    if history.previous is None:
        return 0 if held is None else 1
    expected = _find_differences(locate_released_cells(warehouse.folders, history.previous), folder)
    if held is None or held.columns != list(CHANGED_COLUMNS):
        return 1 + expected.height
    missing = expected.join(held, on=CHANGED_COLUMNS, how="anti", nulls_equal=True).height
    surplus = held.join(expected, on=CHANGED_COLUMNS, how="anti", nulls_equal=True).height
    return missing + surplus + abs(held.height - held.unique().height)


def _find_differences(before: Path, folder: Path) -> pl.DataFrame:
    """Find the cells of two editions that differ, by joining them whole."""
    now = folder / PARQUET_NAME
    if filecmp.cmp(before, now, shallow=False):
        return _make_empty_list()
    sides = []
    for path, other in ((before, now), (now, before)):
        rows, others = (pl.scan_parquet(each).select(CELL_COLUMNS) for each in (path, other))
        sides.append(rows.join(others, on=CELL_COLUMNS, how="anti", nulls_equal=True).collect())
    gone, come = sides
    both = gone.rename({name: f"{name}_before" for name in FIGURES}).join(
        come, on=LABELS, how="full", coalesce=True, nulls_equal=True
    )
    return both.select(CHANGED_COLUMNS).cast(pl.String).fill_null("")


def _make_empty_list() -> pl.DataFrame:
    return pl.DataFrame(schema=dict.fromkeys(CHANGED_COLUMNS, pl.String))


EXPECTATIONS = (
    expect_none(
        "history_changed",
        "Every cell of the previous edition is the same in this one, or listed by a correction.",
        _FIND_OUT,
    ),
    expect_none(
        "released_changed",
        "Once released, no cell of the quarter changes without an opened correction.",
        f"{_FIND_OUT} To open one: nino-assets correct.",
    ),
    expect_none(
        "changes_unlisted",
        "A corrected edition lists every cell that it changed, and no other edition has a list.",
        materialise_again("open_data"),
    ),
)
