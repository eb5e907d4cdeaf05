"""Rules on the file: package, properties, structure and how it opens."""

from __future__ import annotations

import re

from nino_assets.writers.spreadsheet.accessibility.opendocument_reader import FO, TABLE
from nino_assets.writers.spreadsheet.accessibility.parsed_spreadsheet import (
    ParsedSheet,
    ParsedSpreadsheet,
)
from nino_assets.writers.spreadsheet.accessibility.rule import AccessibilityRule, Breaches

_MIME_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
_FOREIGN = re.compile(
    r"Basic/|Scripts/|Object |ObjectReplacements/|Pictures/|Configurations2/.+/.+"
)
_LANGUAGE = "en-GB"
_LONGEST_TAB_NAME = 31
_FRONT = (("STR02", 0, "cover"), ("STR03", 1, "content"), ("STR03", 2, "note"))


def _check_package(document: ParsedSpreadsheet) -> Breaches:
    first = document.entries[0]
    if first.filename != "mimetype" or first.compress_type != 0:
        yield "", "the first entry of the package is not an uncompressed mimetype"
    if document.mime_type != _MIME_TYPE:
        yield "", "the mimetype is not that of a spreadsheet"


def _check_foreign_parts(document: ParsedSpreadsheet) -> Breaches:
    if document.scripts:
        yield "", "the file holds scripts"
    for entry in document.entries:
        if _FOREIGN.match(entry.filename):
            yield "", f"the package holds {entry.filename}"


def _check_title(document: ParsedSpreadsheet) -> Breaches:
    if not document.title.strip():
        yield "", "the document has no title"
    elif re.search(r"[-_–—]", document.title):
        yield "", "the title holds dashes or underscores"


def _check_language(document: ParsedSpreadsheet) -> Breaches:
    if document.language != _LANGUAGE:
        yield "", f"the language of the document is not {_LANGUAGE}"
    default = document.styles[""]
    if f"{default.get(f'{FO}language')}-{default.get(f'{FO}country')}" != _LANGUAGE:
        yield "", f"the language of cells is not {_LANGUAGE}"


def _check_origin(document: ParsedSpreadsheet) -> Breaches:
    if not document.author.strip():
        yield "", "no author is named"
    if not any(keyword.strip() for keyword in document.keywords):
        yield "", "there are no keywords"


def _check_tab_names(document: ParsedSpreadsheet) -> Breaches:
    seen: set[str] = set()
    for sheet in document.sheets:
        if sheet.name.lower() in seen:
            yield sheet.name, "the name is used twice"
        seen.add(sheet.name.lower())
        if not re.fullmatch(r"[A-Za-z]\w*", sheet.name) or len(sheet.name) > _LONGEST_TAB_NAME:
            yield sheet.name, "the name is too long, starts with a digit or has spaces or symbols"


def _check_front_sheets(rule: str, document: ParsedSpreadsheet) -> Breaches:
    names = [sheet.name.lower() for sheet in document.sheets]
    for owner, place, word in _FRONT:
        if owner == rule and (len(names) <= place or word not in names[place]):
            yield "", f"sheet {place + 1} is not the {word} sheet"


def _check_first_cells(document: ParsedSpreadsheet) -> Breaches:
    for sheet in document.sheets:
        if not sheet.get_text(0, 0).strip():
            yield sheet.name, "cell A1 does not say what the sheet holds"


def _check_hidden_parts(document: ParsedSpreadsheet) -> Breaches:
    for sheet in document.sheets:
        if document.styles.get(sheet.style, {}).get(f"{TABLE}display", "true") != "true":
            yield sheet.name, "the sheet is hidden"
        if sheet.hidden_parts:
            yield sheet.name, f"{sheet.hidden_parts} rows or columns are hidden or filtered"


def _count_cells(document: ParsedSpreadsheet, attribute: str, what: str) -> Breaches:
    for sheet in document.sheets:
        marked = sum(getattr(cell, attribute) for row in sheet.rows for cell in row)
        if marked:
            yield sheet.name, f"{marked} cells {what}"


def _check_merged_cells(document: ParsedSpreadsheet) -> Breaches:
    yield from _count_cells(document, "merged", "are merged")
    for sheet in document.sheets:
        if sheet.nested:
            yield sheet.name, "a table is inside another table"


def _check_drawings(document: ParsedSpreadsheet) -> Breaches:
    yield from _count_cells(document, "drawn", "hold a comment, image or shape")
    for sheet in document.sheets:
        if sheet.drawn:
            yield sheet.name, "there are images or shapes on the sheet"


def _check_formulas(document: ParsedSpreadsheet) -> Breaches:
    yield from _count_cells(document, "formula", "hold a formula")


def _check_headers_and_footers(document: ParsedSpreadsheet) -> Breaches:
    if document.master_text:
        yield "", "pages print a header or footer"


def _check_opening(document: ParsedSpreadsheet) -> Breaches:
    opened = document.views[""].get("ActiveTable")
    if document.sheets and opened != document.sheets[0].name:
        yield "", "the file does not open on its first sheet"
    for sheet in document.sheets:
        view = _get_view(document, sheet)
        if view.get("CursorPositionX") != "0" or view.get("CursorPositionY") != "0":
            yield sheet.name, "the cursor is not in cell A1"


def _check_view(document: ParsedSpreadsheet) -> Breaches:
    for sheet in document.sheets:
        view = _get_view(document, sheet)
        if view.get("ZoomValue", "100") != "100":
            yield sheet.name, "the zoom is not 100%"
        for split in ("HorizontalSplitMode", "VerticalSplitMode"):
            if view.get(split, "0") != "0":
                yield sheet.name, "panes are frozen or split"


def _get_view(document: ParsedSpreadsheet, sheet: ParsedSheet) -> dict[str, str]:
    return dict(document.views.get(sheet.name, {}))


RULES = (
    AccessibilityRule(
        "PKG01", "essential", "The file is a proper OpenDocument package.", _check_package
    ),
    AccessibilityRule(
        "PKG02",
        "essential",
        "There are no macros, scripts or embedded objects.",
        _check_foreign_parts,
    ),
    AccessibilityRule("META01", "essential", "The document has a title in words.", _check_title),
    AccessibilityRule("META02", "essential", "The language is British English.", _check_language),
    AccessibilityRule(
        "META03", "desirable", "An organisation is author, and keywords are listed.", _check_origin
    ),
    AccessibilityRule(
        "STR01", "essential", "Tab names are unique, short and without spaces.", _check_tab_names
    ),
    AccessibilityRule(
        "STR02", "desirable", "The cover comes first.", lambda d: _check_front_sheets("STR02", d)
    ),
    AccessibilityRule(
        "STR03",
        "essential",
        "Contents, then notes, follow.",
        lambda d: _check_front_sheets("STR03", d),
    ),
    AccessibilityRule(
        "STR04", "essential", "Each sheet says in cell A1 what it holds.", _check_first_cells
    ),
    AccessibilityRule("STR05", "essential", "Nothing is hidden.", _check_hidden_parts),
    AccessibilityRule(
        "STR06", "essential", "No cells are merged and no tables nested.", _check_merged_cells
    ),
    AccessibilityRule(
        "STR07", "desirable", "There are no images, shapes or comments.", _check_drawings
    ),
    AccessibilityRule("STR08", "essential", "There are no formulas.", _check_formulas),
    AccessibilityRule(
        "STR09", "essential", "Pages have no headers or footers.", _check_headers_and_footers
    ),
    AccessibilityRule(
        "VIEW01", "essential", "The file opens on its first sheet, at A1.", _check_opening
    ),
    AccessibilityRule("VIEW02", "desirable", "Zoom is 100% and no panes are frozen.", _check_view),
)
