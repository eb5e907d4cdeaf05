"""Checks that percentages stand exactly where their base allows them."""

from __future__ import annotations

from collections.abc import Iterator

from nino_assets.publishing.bulletin.derivation import Derivation
from nino_assets.publishing.bulletin.marks import list_cells
from nino_assets.publishing.bulletin.page_reader import ParsedTable
from nino_assets.statistic.percentages import NO_PERCENTAGE, find_smallest_base
from nino_assets.statistic.quarters import Quarter

RATIOS = ("percent-", "share(")
"""How the marks of percentages begin; their base is the second cell."""


def find_base_faults(mark: str, derive: Derivation, edition: Quarter) -> Iterator[str]:
    """Find a percentage of too small a base."""
    if mark.startswith(RATIOS):
        least = find_smallest_base(edition)
        if derive.derive_number(list_cells(mark)[1]) < least:
            yield f"{mark}: a percentage of fewer than {least}"


def find_withheld_faults(table: ParsedTable, derive: Derivation, edition: Quarter) -> Iterator[str]:
    """Find a cell without a mark that the rule does not withhold.

    The difference in the column before names its two figures.
    """
    for (row, texts), marks in zip(table.rows, table.cells, strict=True):
        for n, text in enumerate(texts[1:], start=1):
            if table.columns[n] or marks[n]:
                continue
            difference = table.columns[n - 1].replace("{row}", row) or marks[n - 1]
            if text != NO_PERCENTAGE or not difference.startswith("change("):
                yield f"table in {table.figure or 'a section'}: a cell without a mark"
                continue
            now, then = (derive.derive_number(cell) for cell in list_cells(difference))
            if now and then >= find_smallest_base(edition):
                yield f"{difference}: the percentage after it is left out, and its base allows one"
