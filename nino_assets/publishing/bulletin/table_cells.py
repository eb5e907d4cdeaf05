"""Names the cells of a table once for each column, by pattern.

A table of hundreds of rows would otherwise repeat the same long identifier in every cell, and the
page has a size to keep.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from nino_assets.publishing.bulletin.blocks import BulletinTable
from nino_assets.publishing.bulletin.prose import Number

ROW = "{row}"
_PIECES = re.compile(r"[^/,()]+|[/,()]")


@dataclass(frozen=True)
class CellPattern:
    """What `{row}` is in each row, and each column's expression."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]


def find_cell_pattern(table: BulletinTable) -> CellPattern | None:
    """Return the pattern of a table's cells, or None."""
    columns: list[list[list[str]]] = []
    for n in range(1, len(table.header)):
        numbers = [row[n] for row in table.rows]
        if not numbers or not all(isinstance(cell, Number) for cell in numbers):
            return None
        columns.append([_PIECES.findall(c.expression) for c in numbers if isinstance(c, Number)])
    rows: tuple[str, ...] = ()
    templates = []
    for column in columns:
        if len({len(pieces) for pieces in column}) != 1:
            return None
        template = []
        for found in zip(*column, strict=True):
            if len(set(found)) == 1:
                template.append(found[0])
                continue
            rows = rows or found
            if found != rows:
                return None
            template.append(ROW)
        templates.append("".join(template))
    return CellPattern(rows or ("",) * len(table.rows), tuple(templates))
