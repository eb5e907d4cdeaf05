"""Rules on tables: mark-up, surroundings and what cells hold.

Source of the shorthand: Government Analysis Function, symbols in tables.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from nino_assets.writers.spreadsheet.accessibility.parsed_spreadsheet import (
    ParsedSheet,
    ParsedSpreadsheet,
    TableRange,
)
from nino_assets.writers.spreadsheet.accessibility.rule import AccessibilityRule, Breaches

_SHORTHAND = re.compile(r"\[(?:b|c|e|er|f|low|ns|p|r|s|ss|sss|u|w|x|z)\d*\]")
_BRACKETED = re.compile(r"\[[^\]\s]+\]")
_BARE_SYMBOLS = {
    "-",
    "–",
    "—",
    ".",
    "..",
    "...",
    "*",
    "**",
    ":",
    "~",
    "/",
    "NA",
    "N/A",
    "n/a",
    "na",
}
_UNIT = re.compile(r"[^\n]\((?:number|%|percent|per cent|£|thousands?|millions?)\)", re.IGNORECASE)


def _iterate_tables(document: ParsedSpreadsheet) -> Iterator[tuple[ParsedSheet, TableRange]]:
    for sheet in document.sheets:
        marked = document.find_table(sheet)
        if marked:
            yield sheet, marked


def _check_one_table(document: ParsedSpreadsheet) -> Breaches:
    for place, sheet in enumerate(document.sheets):
        marked = sum(1 for r in document.ranges if r.sheet == sheet.name)
        if place and marked != 1:
            yield sheet.name, f"{marked} marked-up tables, not one"
    names = {sheet.name for sheet in document.sheets}
    if any(r.sheet not in names for r in document.ranges):
        yield "", "a marked-up table is on no sheet"


def _check_table_names(document: ParsedSpreadsheet) -> Breaches:
    names = [r.name.lower() for r in document.ranges]
    sheets = {sheet.name.lower() for sheet in document.sheets}
    for marked in document.ranges:
        name = marked.name
        if not re.fullmatch(r"[A-Za-z]\w*", name) or name.lower().startswith("table"):
            yield marked.sheet, "the table's name has spaces or dashes, or starts with table"
        if names.count(name.lower()) > 1 or name.lower() in sheets:
            yield marked.sheet, "the table's name is also that of another table or of a sheet"


def _check_flags(document: ParsedSpreadsheet) -> Breaches:
    for marked in document.ranges:
        if marked.filter_buttons:
            yield marked.sheet, "filter buttons are shown"
        if not marked.header:
            yield marked.sheet, "the header row is not flagged"


def _check_left_edge(document: ParsedSpreadsheet) -> Breaches:
    for sheet, marked in _iterate_tables(document):
        if marked.left:
            yield sheet.name, "the table does not start in column A"
        if any(row < marked.top and column for row, column, _ in sheet.cells):
            yield sheet.name, "text above the table is outside column A"


def _check_header_row(document: ParsedSpreadsheet) -> Breaches:
    for sheet, marked in _iterate_tables(document):
        headers = [sheet.get_text(marked.top, c) for c in range(marked.left, marked.right + 1)]
        if not all(header.strip() for header in headers):
            yield sheet.name, "a header is empty"
        if len({header.casefold() for header in headers}) < len(headers):
            yield sheet.name, "a header is repeated"
        if any(_UNIT.search(header) for header in headers):
            yield sheet.name, "a unit is not on a separate line"
        if any("[note" in header and "\n[note" not in header for header in headers):
            yield sheet.name, "a note marker is not on a separate line"


def _check_blank_lines(document: ParsedSpreadsheet) -> Breaches:
    for sheet, marked in _iterate_tables(document):
        rows = range(marked.top + 1, marked.bottom + 1)
        columns = range(marked.left, marked.right + 1)
        if not rows:
            yield sheet.name, "the table has no rows"
        if any(not any(sheet.get_text(r, c) for c in columns) for r in rows):
            yield sheet.name, "a row of the table is blank"
        if any(not any(sheet.get_text(r, c) for r in rows) for c in columns):
            yield sheet.name, "a column of the table is blank"


def _check_surroundings(document: ParsedSpreadsheet) -> Breaches:
    for sheet, marked in _iterate_tables(document):
        if any(
            row > marked.bottom or (row >= marked.top and column > marked.right)
            for row, column, _ in sheet.cells
        ):
            yield sheet.name, "there is something below or next to the table"


def _check_column_types(document: ParsedSpreadsheet) -> Breaches:
    for sheet, marked in _iterate_tables(document):
        for column in range(marked.left, marked.right + 1):
            kinds = {
                cell.kind
                for row in range(marked.top + 1, marked.bottom + 1)
                if (cell := sheet.get_cell(row, column)) and not _SHORTHAND.fullmatch(cell.text)
            }
            if len(kinds - {""}) > 1:
                yield sheet.name, f"column {column + 1} mixes kinds of value"


def _check_shorthand(document: ParsedSpreadsheet) -> Breaches:
    for sheet, marked in _iterate_tables(document):
        above = " ".join(sheet.get_text(row, 0) for row in range(marked.top))
        used = {
            cell.text
            for row, _, cell in sheet.cells
            if row > marked.top and _BRACKETED.fullmatch(cell.text)
        }
        foreign = {symbol for symbol in used if not _SHORTHAND.fullmatch(symbol)}
        if foreign:
            yield sheet.name, f"{len(foreign)} symbols are not in the harmonised list"
        for symbol in sorted(used - foreign):
            if f"{symbol} =" not in above:
                yield sheet.name, f"{symbol} is not explained above the table"
        for symbol in sorted(set(re.findall(r"(\[\w+\]) =", above)) - used):
            yield sheet.name, f"{symbol} is explained and not used"


def _check_bare_symbols(document: ParsedSpreadsheet) -> Breaches:
    for sheet, marked in _iterate_tables(document):
        bare = empty = 0
        for row in range(marked.top + 1, marked.bottom + 1):
            for column in range(marked.left, marked.right + 1):
                text = sheet.get_text(row, column).strip()
                bare += text in _BARE_SYMBOLS
                empty += not text
        if bare:
            yield sheet.name, f"{bare} cells hold a bare symbol"
        if empty:
            yield sheet.name, f"{empty} cells of the table are empty"


RULES = (
    AccessibilityRule(
        "TAB01", "essential", "Each sheet but the cover has one marked-up table.", _check_one_table
    ),
    AccessibilityRule("TAB02", "essential", "Each table has its own name.", _check_table_names),
    AccessibilityRule(
        "TAB03", "essential", "Header rows are flagged, filter buttons off.", _check_flags
    ),
    AccessibilityRule(
        "TAB04", "essential", "Tables start in column A, explained above.", _check_left_edge
    ),
    AccessibilityRule(
        "TAB05", "essential", "One header row, every header filled and unique.", _check_header_row
    ),
    AccessibilityRule(
        "TAB06", "essential", "No row or column of a table is blank.", _check_blank_lines
    ),
    AccessibilityRule(
        "TAB07", "desirable", "Nothing is below or next to a table.", _check_surroundings
    ),
    AccessibilityRule(
        "TAB08", "essential", "Each column holds one kind of value.", _check_column_types
    ),
    AccessibilityRule(
        "TAB09", "essential", "Shorthand is harmonised and explained.", _check_shorthand
    ),
    AccessibilityRule(
        "TAB10", "essential", "No bare symbols, no unexplained empty cells.", _check_bare_symbols
    ),
)
