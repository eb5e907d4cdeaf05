"""Writes the cells of a sheet as text, row by row.

odfpy is too slow for rows: text is joined instead. The text of each cell is what a spreadsheet
program shows for its value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from math import ceil
from textwrap import wrap
from xml.sax.saxutils import escape, quoteattr

from nino_assets.writers.spreadsheet import styles
from nino_assets.writers.spreadsheet.sheets import (
    Caution,
    ColumnKind,
    Sheet,
    SheetColumn,
    SheetLink,
    SheetSubheading,
    TitleLine,
    TotalRow,
    Value,
)

_ROW_END = "</table:table-row>"
_CELL_END = "</table:table-cell>"
_ROWS_A_CHUNK = 500
_CHARACTER_CM = 0.208
"""A little more than the mean width of a character at 12 points, so that rows are not cut short."""

CellWriter = Callable[[Value], str]
_ALIGNED_RIGHT = frozenset({ColumnKind.COUNT, ColumnKind.PERCENT, ColumnKind.TENTHS})


class SheetRows:
    """Writes one sheet.

    `table_address` is known after the last chunk.
    """

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet
        self._table_rows = 0

    @property
    def table_address(self) -> str | None:
        """The cell range of the table with its header: `Table_1.A7:Table_1.C80`."""
        if self._sheet.table is None:
            return None
        name, first = self._sheet.name, len(self._sheet.lines) + 2
        last_column = format_column_letters(len(self._sheet.table.columns) - 1)
        return f"{name}.A{first}:{name}.{last_column}{first + self._table_rows}"

    def write_chunks(self) -> Iterator[str]:
        """Write the `table:table` element, in pieces."""
        sheet, table = self._sheet, self._sheet.table
        name, page = quoteattr(sheet.name), styles.name_table_style(sheet.page)
        widths = sheet.widths_cm
        yield f'<table:table table:name={name} table:style-name="{page}">'
        for width in widths:
            yield (
                f'<table:table-column table:style-name="{styles.name_column_style(width)}"'
                ' table:default-cell-style-name="Default"/>'
            )
        wrapped = None if table else sheet.text_width_cm
        style = styles.WRAPPED_HEADING_1 if wrapped else styles.HEADING_1
        heading = _write_text_cell(style, sheet.heading)
        yield _write_row([heading], _estimate_lines(sheet.heading, wrapped, size=1.5))
        for line in sheet.lines:
            text = line if isinstance(line, str) else line.text
            yield _write_row(
                [_write_line_cell(line, wrapped=wrapped is not None)],
                _estimate_lines(text, wrapped),
            )
        if table:
            headers = [_write_header_cell(column) for column in table.columns]
            lines = max(_estimate_lines(c.header, c.width_cm, size=1.1) for c in table.columns)
            row = _write_row(headers, lines, fitted=True)
            yield f"<table:table-header-rows>{row}</table:table-header-rows>"
            yield from self._write_body(table.columns, iter(table.rows))
        yield "</table:table>"

    def _write_body(
        self, columns: Sequence[SheetColumn], rows: Iterator[Sequence[Value]]
    ) -> Iterator[str]:
        plain = [_build_cell_writer(column, bold=column.total) for column in columns]
        total = [_build_cell_writer(column, bold=True) for column in columns]
        wrapped = [(n, c.width_cm) for n, c in enumerate(columns) if c.kind is ColumnKind.TEXT]
        chunk: list[str] = []
        for row in rows:
            writers = total if isinstance(row, TotalRow) else plain
            mark_up = [write(value) for write, value in zip(writers, row, strict=True)]
            lines = max((_estimate_lines(str(row[n]), width) for n, width in wrapped), default=1)
            chunk.append(_write_row(mark_up, lines))
            if len(chunk) == _ROWS_A_CHUNK:
                self._table_rows += len(chunk)
                yield "".join(chunk)
                chunk.clear()
        self._table_rows += len(chunk)
        yield "".join(chunk)


def format_column_letters(index: int) -> str:
    """Return the letters of a column: 0 is `A`, 26 is `AA`."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def format_percent(proportion: float) -> str:
    """Return -0.1475 as `-15%`, half away from zero, never `-0%`."""
    whole = int(abs(proportion) * 100 + 0.5)
    return f"{'-' if proportion < 0 and whole else ''}{whole}%"


def _write_row(cells: Sequence[str], lines: int, *, fitted: bool = False) -> str:
    style = styles.name_row_style(lines, fitted=fitted or lines == 1)
    return f'<table:table-row table:style-name="{style}">{"".join(cells)}{_ROW_END}'


def _estimate_lines(text: str, width_cm: float | None, *, size: float = 1.0) -> int:
    """Return about how many lines `text` takes where it wraps.

    Programs that fit the height of rows count them exactly.
    """
    if width_cm is None:
        return ceil(size)
    a_line = max(1, int(width_cm / (_CHARACTER_CM * size)))
    if len(text) <= a_line and "\n" not in text:
        return ceil(size)
    lines = sum(max(1, len(wrap(part, a_line))) for part in text.split("\n"))
    return ceil(lines * size)


def _write_paragraphs(text: str) -> str:
    return "".join(f"<text:p>{escape(part)}</text:p>" for part in text.split("\n"))


def _write_text_cell(style: str, text: str) -> str:
    return (
        f'<table:table-cell table:style-name="{style}" office:value-type="string">'
        f"{_write_paragraphs(text)}{_CELL_END}"
    )


def _write_link_cell(style: str, link: SheetLink) -> str:
    target = f"{link.target}.A1" if link.target.startswith("#") else link.target
    return (
        f'<table:table-cell table:style-name="{style}" office:value-type="string"><text:p>'
        f'<text:a xlink:type="simple" xlink:href={quoteattr(target)}>{escape(link.text)}</text:a>'
        f"</text:p>{_CELL_END}"
    )


def _write_line_cell(line: TitleLine, *, wrapped: bool) -> str:
    match line:
        case SheetSubheading():
            return _write_text_cell(styles.HEADING_2, line.text)
        case Caution():
            return _write_text_cell(
                styles.WRAPPED_CAUTION if wrapped else styles.CAUTION, line.text
            )
        case SheetLink():
            return _write_link_cell(styles.WRAPPED_LINK if wrapped else styles.LINE_LINK, line)
        case _:
            return _write_text_cell(styles.WRAPPED if wrapped else styles.LINE, line)


def _write_header_cell(column: SheetColumn) -> str:
    right = column.kind in _ALIGNED_RIGHT
    return _write_text_cell(styles.HEADER_RIGHT if right else styles.HEADER_LEFT, column.header)


def _build_cell_writer(column: SheetColumn, *, bold: bool) -> CellWriter:
    """Return a function from a value of the column to its cell.

    It raises TypeError for a value that the column does not take.
    """
    suffix = styles.BOLD if bold else ""
    numeric = column.kind in _ALIGNED_RIGHT
    text_style = (styles.SHORTHAND if numeric else styles.TEXT) + suffix
    number_style = f"ce_{column.kind}{suffix}"
    start = f'<table:table-cell table:style-name="{number_style}" office:value-type='

    def write_count(value: int) -> str:
        return f'{start}"float" office:value="{value}"><text:p>{value:,}</text:p>{_CELL_END}'

    def write_year(value: int) -> str:
        return f'{start}"float" office:value="{value}"><text:p>{value}</text:p>{_CELL_END}'

    def write_percent(value: float) -> str:
        shown = format_percent(value)
        opening = start
        if shown == "0%" and value < 0:
            opening = start.replace(styles.PERCENT, styles.PERCENT_NIL)
        return f'{opening}"percentage" office:value="{value!r}"><text:p>{shown}</text:p>{_CELL_END}'

    def write_tenths(value: float) -> str:
        return f'{start}"float" office:value="{value!r}"><text:p>{value:.1f}</text:p>{_CELL_END}'

    writers: dict[ColumnKind, tuple[type, Callable[..., str]]] = {
        ColumnKind.COUNT: (int, write_count),
        ColumnKind.YEAR: (int, write_year),
        ColumnKind.PERCENT: (float, write_percent),
        ColumnKind.TENTHS: (float, write_tenths),
        ColumnKind.LINK: (SheetLink, lambda value: _write_link_cell(styles.LINK + suffix, value)),
        ColumnKind.TEXT: (str, lambda value: _write_text_cell(text_style, value)),
    }
    expected, write = writers[column.kind]

    def write_cell(value: Value) -> str:
        if type(value) is expected:
            return write(value)
        if isinstance(value, str):
            return _write_text_cell(text_style, value)
        raise TypeError(f"a {column.kind} column takes no {type(value).__name__}")

    return write_cell
