"""Names the cells of a table once, where rows and columns follow a pattern.

A table of hundreds of rows would otherwise repeat the same long identifier in every cell, and the
page has a size to keep. Belongs here: finding the pattern. `agreement.py` reads it back.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from nino_assets.publishing.bulletin.blocks import Table
from nino_assets.publishing.bulletin.prose import Number

ROW, COLUMN = "{row}", "{column}"
_PIECES = re.compile(r"[^/,()]+|[/,()]")


@dataclass(frozen=True)
class CellPattern:
    """An expression with `{row}` and `{column}`, and what they stand for in each."""

    template: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]


def cell_pattern(table: Table) -> CellPattern | None:
    """The pattern of a table's cells, or None when they have none."""
    grid = []
    for row in table.rows:
        if not all(isinstance(cell, Number) for cell in row[1:]):
            return None
        grid.append([_PIECES.findall(c.expression) for c in row[1:] if isinstance(c, Number)])
    if not grid or len({len(pieces) for line in grid for pieces in line}) != 1:
        return None
    rows, columns, template = [""] * len(grid), [""] * len(grid[0]), []
    for place in range(len(grid[0][0])):
        by_row = [{pieces[place] for pieces in line} for line in grid]
        by_column = [{line[n][place] for line in grid} for n in range(len(grid[0]))]
        if len(set().union(*by_row)) == 1:
            template.append(grid[0][0][place])
        elif all(len(found) == 1 for found in by_row) and _fits(rows, by_row):
            template.append(ROW)
        elif all(len(found) == 1 for found in by_column) and _fits(columns, by_column):
            template.append(COLUMN)
        else:
            return None
    return CellPattern("".join(template), tuple(rows), tuple(columns))


def _fits(keys: list[str], found: list[set[str]]) -> bool:
    """Whether the pieces are the keys already known; fills them in the first time."""
    pieces = [next(iter(pieces)) for pieces in found]
    if not any(keys):
        keys[:] = pieces
    return keys == pieces
