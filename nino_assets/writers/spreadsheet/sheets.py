"""What a workbook is made of: sheets with at most one table.

The types leave no way to ask for much that is not accessible: there are no merged cells, images,
formulas, fills, freeze panes, hidden parts or second tables.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ColumnKind(StrEnum):
    """What a column holds, and so its alignment and format.

    Shorthand may be in any column.
    """

    TEXT = "text"
    LINK = "link"
    YEAR = "year"
    """A whole number without thousands separators that labels its row: aligned left."""
    COUNT = "count"
    """Whole numbers with thousands separators, aligned right."""
    PERCENT = "percent"
    """Proportions (0.25) shown as whole percentages (25%), aligned right."""
    TENTHS = "tenths"
    """Numbers from 0 up with one decimal, aligned right."""


@dataclass(frozen=True)
class SheetLink:
    """Text that links to `target`.

    The target is `#Sheet_name` for cell A1 of a sheet, or a whole address.
    """

    text: str
    target: str


@dataclass(frozen=True)
class SheetSubheading:
    """A heading below the sheet's own, in the style Heading 2."""

    text: str


@dataclass(frozen=True)
class Caution:
    """A line in bold that nobody should miss."""

    text: str


TitleLine = str | SheetLink | SheetSubheading | Caution
"""One row of a title block, in column A."""

Value = str | int | float | SheetLink
"""One cell of a table."""


class TotalRow(tuple[Value, ...]):
    """A row that is a total of others, shown in bold."""


@dataclass(frozen=True)
class SheetColumn:
    """One column of a table.

    `header` may hold line breaks: a unit or a note marker has a separate line.
    """

    header: str
    width_cm: float
    kind: ColumnKind = ColumnKind.TEXT
    total: bool = False
    """Whether the column is a total of others, shown in bold."""


@dataclass(frozen=True)
class SheetTable:
    """A marked-up table. `name` is its range name, unlike any sheet name.

    `rows` may be an iterator: it is written as it is read, and never kept in memory.
    """

    name: str
    columns: Sequence[SheetColumn]
    rows: Iterable[Sequence[Value]]


@dataclass(frozen=True)
class PaperSize:
    """Paper on which a sheet prints, one page wide."""

    name: str
    width_cm: float
    height_cm: float

    @property
    def orientation(self) -> str:
        """`landscape` or `portrait`."""
        return "landscape" if self.width_cm > self.height_cm else "portrait"


A4_PORTRAIT = PaperSize("A4_portrait", 21.0, 29.7)
A4_LANDSCAPE = PaperSize("A4_landscape", 29.7, 21.0)
A3_LANDSCAPE = PaperSize("A3_landscape", 42.0, 29.7)


@dataclass(frozen=True)
class Sheet:
    """One sheet: a heading in A1, lines of text, then the table.

    Lines wrap within `text_width_cm` on a sheet without a table. Above a table they run on over the
    columns to the right, so each must be one sentence that fits the table's width.
    """

    name: str
    heading: str
    lines: Sequence[TitleLine] = ()
    table: SheetTable | None = None
    page: PaperSize = A4_PORTRAIT
    text_width_cm: float = 18.0

    @property
    def widths_cm(self) -> list[float]:
        """The width of each column."""
        if self.table is None:
            return [self.text_width_cm]
        return [column.width_cm for column in self.table.columns]


@dataclass(frozen=True)
class Properties:
    """The document properties that assistive technology and catalogues read.

    `author` is an organisation. `dated` is the moment of publication, never of writing, so that
    the same content gives the same bytes.
    """

    title: str
    description: str
    author: str
    keywords: Sequence[str]
    dated: datetime


@dataclass(frozen=True)
class Workbook:
    """A whole workbook; the first sheet is the one that opens."""

    properties: Properties
    sheets: Sequence[Sheet]
