"""Checks that released cells stay, or that a correction lists the change."""

from __future__ import annotations

from pathlib import Path

from nino_assets.publishing.changed_cells import CHANGED_CELLS_NAME, read_changed_cells
from nino_assets.publishing.open_data.metadata import PARQUET_NAME
from nino_assets.quality.measures.earlier_periods import (
    count_history_changed,
    count_list_faults,
    count_revision_unlisted,
    find_differences,
)
from nino_assets.quality.next_steps import materialise_again
from nino_assets.quality.rules import expect_none
from nino_assets.releases.edition_history import (
    OPEN_DATA,
    EditionHistory,
    locate_released_cells,
    read_edition_history,
)
from nino_assets.releases.published import PublishedEditions
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.warehouse import Warehouse

_FIND_OUT = (
    "Find out why an earlier quarter was built anew; history changes only by a correction, or by a "
    "methodological revision (nino-assets revise)."
)


def measure_history(warehouse: Warehouse, quarter: Quarter) -> dict[str, int | None]:
    """Count cells that are not as released; None without an edition."""
    folder = warehouse.folders.find_publication(quarter) / OPEN_DATA
    history = read_edition_history(warehouse.folders, quarter)
    lists = _find_lists(warehouse, history, folder)
    compared = None if history.open_correction else _find_released(warehouse, history)
    return {
        "history_changed": count_history_changed(warehouse, quarter, folder, lists),
        "released_changed": None
        if compared is None
        else find_differences(compared, folder / PARQUET_NAME).height,
        "changes_unlisted": _count_unlisted(warehouse, history, folder),
        "revision_unlisted": count_revision_unlisted(warehouse, quarter, folder),
    }


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


def _count_unlisted(warehouse: Warehouse, history: EditionHistory, folder: Path) -> int:
    """Count rows of the changes' list that are missing, wrong or surplus."""
    path = folder / CHANGED_CELLS_NAME
    held = read_changed_cells(path) if path.is_file() else None
    if history.previous is None:
        return 0 if held is None else 1
    before = locate_released_cells(warehouse.folders, history.previous)
    expected = find_differences(before, folder / PARQUET_NAME)
    return count_list_faults(held, expected)


EXPECTATIONS = (
    expect_none(
        "history_changed",
        "Every cell of the previous edition is the same in this one, but where a correction lists "
        "it or an announced revision gave its area or group other people.",
        _FIND_OUT,
    ),
    expect_none(
        "released_changed",
        "Once released, no cell of the quarter changes without an opened correction.",
        f"{_FIND_OUT} To open one: nino-assets correct.",
    ),
    expect_none(
        "revision_unlisted",
        "An edition with an announced revision lists each cell that it revised, before and after, "
        "and no other edition has a list.",
        materialise_again("open_data"),
    ),
    expect_none(
        "changes_unlisted",
        "A corrected edition lists every cell that it changed, and no other edition has a list.",
        materialise_again("open_data"),
    ),
)
