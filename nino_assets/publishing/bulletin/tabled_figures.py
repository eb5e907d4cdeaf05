"""Checks that every figure of a bulletin stands in the workbook."""

from __future__ import annotations

from nino_assets.publishing.bulletin.marks import list_cells
from nino_assets.publishing.bulletin.page_reader import list_table_marks, read_page
from nino_assets.publishing.bulletin.source_figures import MARK


def list_quoted_cells(html: str) -> frozenset[str]:
    """Return the cells that any number of a page comes from.

    Figures of other sources are in none of our tables and not among them.
    """
    page = read_page(html)
    marks = {mark.expression for mark in page.marks if mark.kind == "data"}
    for table in page.tables:
        marks |= {mark for mark, _ in list_table_marks(table) if mark}
    cells = {cell for mark in marks for cell in list_cells(mark)}
    return frozenset(cell for cell in cells if not cell.startswith(MARK))
