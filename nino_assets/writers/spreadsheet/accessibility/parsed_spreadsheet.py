"""What the rules look at in a spreadsheet read back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from zipfile import ZipInfo


@dataclass(slots=True)
class ParsedCell:
    """One cell that holds anything or is styled."""

    text: str
    kind: str
    """`office:value-type`; blank for an empty cell."""
    style: str
    links: tuple[tuple[str, str], ...] = ()
    """Text and target of each link."""
    formula: bool = False
    merged: bool = False
    drawn: bool = False
    """A comment, image or shape is anchored here."""


@dataclass
class TableRange:
    """A marked-up table, its first and last row and column.

    They count from 0.
    """

    name: str
    sheet: str
    top: int
    left: int
    bottom: int
    right: int
    header: bool
    filter_buttons: bool


@dataclass
class ParsedSheet:
    """One sheet: rows of cells, as far as they hold anything."""

    name: str
    style: str
    rows: list[list[ParsedCell]] = field(default_factory=list)
    hidden_parts: int = 0
    nested: bool = False
    drawn: bool = False

    def get_cell(self, row: int, column: int) -> ParsedCell | None:
        """Return the cell, or None beyond the cells that hold anything."""
        if row < len(self.rows) and column < len(self.rows[row]):
            return self.rows[row][column]
        return None

    def get_text(self, row: int, column: int) -> str:
        """Return the text that is shown there."""
        cell = self.get_cell(row, column)
        return cell.text if cell else ""

    @cached_property
    def cells(self) -> Sequence[tuple[int, int, ParsedCell]]:
        """Row, column and cell of everything that holds text."""
        return [
            (number, column, cell)
            for number, row in enumerate(self.rows)
            for column, cell in enumerate(row)
            if cell.text
        ]


@dataclass
class ParsedSpreadsheet:
    """The whole file."""

    entries: list[ZipInfo]
    mime_type: str
    scripts: bool
    title: str
    language: str
    author: str
    keywords: list[str]
    sheets: list[ParsedSheet]
    ranges: list[TableRange]
    styles: Mapping[str, Mapping[str, str]]
    """Every property of each cell and sheet style, its parents' included."""
    parents: Mapping[str, str]
    display_names: Mapping[str, str]
    master_text: bool
    """Whether a page header or footer would print."""
    views: Mapping[str, Mapping[str, str]]
    """View settings by sheet; those of the window under the blank name."""

    def find_table(self, sheet: ParsedSheet) -> TableRange | None:
        """Return the sheet's marked-up table when there is exactly one."""
        found = [r for r in self.ranges if r.sheet == sheet.name]
        return found[0] if len(found) == 1 else None
