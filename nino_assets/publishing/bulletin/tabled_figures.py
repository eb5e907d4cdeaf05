"""Checks that every figure of a bulletin stands in the workbook."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from nino_assets.publishing.bulletin.marks import list_cells
from nino_assets.publishing.bulletin.page_reader import list_table_marks, read_page
from nino_assets.publishing.bulletin.source_figures import MARK


def find_untabled_figures(html: str, tabled: Collection[str]) -> tuple[str, ...]:
    """Return the marks whose cells the workbook does not show, sorted.

    `tabled` are the names of the cells that it shows. Figures of other sources are in none of our
    tables.
    """
    page = read_page(html)
    marks = {mark.expression for mark in page.marks if mark.kind == "data"}
    for table in page.tables:
        marks |= {mark for mark, _ in list_table_marks(table) if mark}
    return tuple(sorted(mark for mark in marks if not _is_tabled(mark, tabled)))


def _is_tabled(mark: str, tabled: Collection[str]) -> bool:
    return all(cell in tabled for cell in _list_own_cells(mark))


def _list_own_cells(mark: str) -> Iterator[str]:
    return (cell for cell in list_cells(mark) if not cell.startswith(MARK))
