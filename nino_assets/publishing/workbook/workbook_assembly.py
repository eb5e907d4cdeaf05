"""Assembles the workbook: cover, contents, notes, and the tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from nino_assets.publishing.cells import PublishedCells
from nino_assets.publishing.edition import Edition
from nino_assets.publishing.workbook.front_matter import (
    CONTENTS,
    NOTES,
    SOURCE,
    build_contents,
    build_cover,
    build_notes,
    write_banner,
)
from nino_assets.publishing.workbook.notes import ADJUSTED, LOW_NOTE, NoteBook
from nino_assets.publishing.workbook.periods import name_periods
from nino_assets.publishing.workbook.symbols import MEANINGS
from nino_assets.publishing.workbook.table_declaration import Grid, TableDeclaration
from nino_assets.publishing.workbook.workbook_tables import TABLE_NAMES, TABLES
from nino_assets.statistic.identity import PRODUCER, RELEASE_TIME
from nino_assets.statistic.vocabulary import LOW
from nino_assets.writers.spreadsheet import (
    Properties,
    Sheet,
    SheetLink,
    SheetTable,
    TitleLine,
    Value,
    Workbook,
    write_spreadsheet,
)

_KEYWORDS = (
    "National Insurance numbers",
    "registrations",
    "overseas nationals",
    "nationality",
    "migration",
    "local authorities",
    "United Kingdom",
)
_MARK = re.compile(r"\[note (\d+)\]")


def write_workbook(cells: PublishedCells, edition: Edition, path: Path) -> None:
    """Write the workbook to exactly `path`.

    The same cells and edition give the same bytes.
    """
    write_spreadsheet(assemble_workbook(cells, edition), path)


def assemble_workbook(cells: PublishedCells, edition: Edition) -> Workbook:
    """Assemble Cover, Contents, Notes, and `Table_n` for each declaration."""
    book = NoteBook(edition, TABLE_NAMES)
    tables = [_build_table_sheet(declared, cells, edition, book) for declared in TABLES]
    titles = {sheet.name: sheet.heading.partition(": ")[2] for sheet in tables}
    return Workbook(
        _build_properties(edition),
        [
            build_cover(edition, broken=book.has_breaks),
            build_contents(edition, titles),
            build_notes(edition, book, _find_uses(tables, book)),
            *tables,
        ],
    )


def _build_properties(edition: Edition) -> Properties:
    synthetic = "Synthetic data: " if edition.synthetic else ""
    warning = "".join(
        f"{line.text} " for line in write_banner(edition) if not isinstance(line, str)
    )
    return Properties(
        title=f"{synthetic}{edition.title}, United Kingdom, {edition.coverage}: tables",
        description=(
            f"{warning}Registrations by quarter, nationality, area, age, sex and time from arrival "
            f"to registration, United Kingdom, {edition.coverage}."
        ),
        author=PRODUCER,
        keywords=_KEYWORDS,
        dated=datetime.combine(edition.published_on, RELEASE_TIME),
    )


def _build_table_sheet(
    declared: TableDeclaration,
    cells: PublishedCells,
    edition: Edition,
    book: NoteBook,
) -> Sheet:
    grid = declared.layout.build_grid(cells, edition, book)
    title = declared.title.format(**name_periods(edition))
    lines: list[TitleLine] = [
        *write_banner(edition),
        "This sheet contains one table.",
        *declared.about,
        *_write_reading_lines(declared, edition, book),
        *_write_shorthand_lines(grid, book),
        SOURCE,
        SheetLink("Go to contents", f"#{CONTENTS}"),
        SheetLink("Go to notes", f"#{NOTES}"),
    ]
    table = SheetTable(declared.range_name, grid.columns, grid.rows)
    name = TABLE_NAMES[declared.range_name]
    return Sheet(name.replace(" ", "_"), f"{name}: {title}", lines, table, declared.page)


def _write_reading_lines(
    declared: TableDeclaration, edition: Edition, book: NoteBook
) -> list[TitleLine]:
    lines: list[TitleLine] = [f"How to read these figures: {book.mark(declared.notes)}"]
    periods = declared.list_periods(edition)
    if not periods:
        return lines
    lines.append(
        "Each figure is adjusted at random in its own right, so totals may not add up. "
        + book.mark(ADJUSTED)
    )
    (first, last), start = periods[0], edition.coverage.partition(" to ")[0]
    if first < edition.first_quarter:
        lines.append(
            f"The series begins in {start}: an earlier quarter is not available."
            if first == last
            else f"A year has four quarters: a year that begins before {start} is not available."
        )
    broken = book.find_breaks(periods)
    if broken:
        lines.append(
            f"Some of these figures cannot be compared with other periods: {book.mark(broken)}"
        )
    return lines


def _write_shorthand_lines(grid: Grid, book: NoteBook) -> list[TitleLine]:
    used = {value for row in grid.rows for value in row if value in MEANINGS}
    if not used:
        return []
    meanings = ", ".join(
        f"{symbol} = {meaning}{' ' + book.mark([LOW_NOTE]) if symbol == LOW else ''}"
        for symbol, meaning in MEANINGS.items()
        if symbol in used
    )
    return [f"Some shorthand is used in this table, {meanings}."]


def _find_uses(sheets: Sequence[Sheet], book: NoteBook) -> Mapping[str, list[str]]:
    """Return the table sheets that carry each note's marker, in order."""
    uses: dict[str, list[str]] = {note.key: [] for note in book.notes}
    for sheet in sheets:
        numbers = {int(n) for text in _iterate_texts(sheet) for n in _MARK.findall(text)}
        for number in sorted(numbers):
            uses[book.notes[number - 1].key].append(sheet.name.replace("_", " "))
    return uses


def _iterate_texts(sheet: Sheet) -> Iterable[str]:
    yield from (line for line in sheet.lines if isinstance(line, str))
    if sheet.table:
        yield from (column.header for column in sheet.table.columns)
        yield from (_get_label(row) for row in sheet.table.rows)


def _get_label(row: Sequence[Value]) -> str:
    return row[0] if isinstance(row[0], str) else ""
