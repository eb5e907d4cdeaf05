"""Rules on text: notes, headings, fonts and links."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from nino_assets.writers.spreadsheet.accessibility.opendocument_reader import FO, STYLE
from nino_assets.writers.spreadsheet.accessibility.parsed_spreadsheet import (
    ParsedSheet,
    ParsedSpreadsheet,
)
from nino_assets.writers.spreadsheet.accessibility.rule import AccessibilityRule, Breaches

_MARK = re.compile(r"\[note \d+\]")
_SMALLEST_POINTS = 12.0
_SANS_SERIF = {"Arial", "Helvetica", "Calibri", "Liberation Sans"}
_EMPTY_WORDS = {"here", "click here", "link", "more", "read more", "this"}
_LINK_COLOUR = "#0000ff"


def _check_notes(document: ParsedSpreadsheet) -> Breaches:
    notes = next((s for s in document.sheets if "note" in s.name.lower()), None)
    if notes is None:
        return
    listed = set(_MARK.findall("\n".join(notes.get_text(row, 0) for row in range(len(notes.rows)))))
    used: set[str] = set()
    for sheet in document.sheets:
        if sheet is notes:
            continue
        marks = {m for _, _, cell in sheet.cells for m in _MARK.findall(cell.text)}
        for mark in sorted(marks - listed):
            yield sheet.name, f"{mark} is not in the notes"
        used |= marks
    for mark in sorted(listed - used):
        yield notes.name, f"{mark} is used nowhere"


def _check_outer_spaces(document: ParsedSpreadsheet) -> Breaches:
    for sheet in document.sheets:
        spaced = sum(cell.text != cell.text.strip() for _, _, cell in sheet.cells)
        if spaced or sheet.name != sheet.name.strip():
            yield sheet.name, f"{spaced} cells, or the tab name, start or end with a space"


def _check_headings(document: ParsedSpreadsheet) -> Breaches:
    for sheet in document.sheets:
        cell = sheet.get_cell(0, 0)
        if cell is None or _find_heading(document, cell.style) != "Heading 1":
            yield sheet.name, "cell A1 is not in the style Heading 1"


def _find_heading(document: ParsedSpreadsheet, style: str) -> str:
    # By the parent of an automatic style: programs that read content.xml alone see it too.
    return document.display_names.get(document.parents.get(style, ""), "")


def _iterate_used_styles(
    document: ParsedSpreadsheet,
) -> Iterator[tuple[ParsedSheet, Mapping[str, str]]]:
    for sheet in document.sheets:
        for style in sorted({cell.style for _, _, cell in sheet.cells}):
            yield sheet, document.styles.get(style, document.styles[""])


def _check_fonts(document: ParsedSpreadsheet) -> Breaches:
    fonts = set()
    for sheet, style in _iterate_used_styles(document):
        font = style.get(f"{STYLE}font-name") or style.get(f"{FO}font-family", "")
        fonts.add(font)
        if font.strip("'") not in _SANS_SERIF:
            yield sheet.name, "a font is not sans serif"
    if len(fonts) > 1:
        yield "", "there is more than one font"


def _check_text_size(document: ParsedSpreadsheet) -> Breaches:
    for sheet, style in _iterate_used_styles(document):
        size = style.get(f"{FO}font-size", "")
        if not size.endswith("pt") or float(size[:-2]) < _SMALLEST_POINTS:
            yield sheet.name, "text is smaller than 12 points"


def _check_type(document: ParsedSpreadsheet) -> Breaches:
    for sheet, style in _iterate_used_styles(document):
        if style.get(f"{FO}font-style", "normal") != "normal":
            yield sheet.name, "text is italic"
        if style.get(f"{STYLE}text-position", "0% 100%") != "0% 100%":
            yield sheet.name, "text is superscript or subscript"
        if style.get(f"{STYLE}rotation-angle", "0") != "0":
            yield sheet.name, "text is rotated"
        if style.get(f"{FO}text-align") == "center":
            yield sheet.name, "text is centred"


def _check_colours(document: ParsedSpreadsheet) -> Breaches:
    for sheet, style in _iterate_used_styles(document):
        if style.get(f"{FO}background-color", "transparent") != "transparent":
            yield sheet.name, "cells are filled"
    for sheet in document.sheets:
        for _, _, cell in sheet.cells:
            style = document.styles.get(cell.style, document.styles[""])
            colour = style.get(f"{FO}color")
            underlined = style.get(f"{STYLE}text-underline-style", "none") != "none"
            if cell.links and (colour != _LINK_COLOUR or not underlined):
                yield sheet.name, "a link is not blue and underlined"
                break
            if not cell.links and (colour or underlined):
                yield sheet.name, "text that is no link is coloured or underlined"
                break


def _iterate_links(document: ParsedSpreadsheet) -> Iterator[tuple[ParsedSheet, str, str]]:
    for sheet in document.sheets:
        for _, _, cell in sheet.cells:
            for text, target in cell.links:
                yield sheet, text, target


def _check_link_texts(document: ParsedSpreadsheet) -> Breaches:
    for sheet, text, _ in _iterate_links(document):
        if re.match(r"https?:|www\.", text) or text.strip(" .").lower() in _EMPTY_WORDS:
            yield sheet.name, "the text of a link does not say where it leads"


def _check_link_targets(document: ParsedSpreadsheet) -> Breaches:
    names = {sheet.name for sheet in document.sheets}
    for sheet, _, target in _iterate_links(document):
        if target.startswith("#"):
            name, _, address = target[1:].rpartition(".")
            if name.strip("'") not in names or address != "A1":
                yield sheet.name, "a link within the file does not lead to cell A1 of a sheet"
        elif not re.match(r"https://|mailto:", target):
            yield sheet.name, "a link out of the file is not a secure address"


def _check_contents(document: ParsedSpreadsheet) -> Breaches:
    contents = next((s for s in document.sheets if "content" in s.name.lower()), None)
    if contents is None:
        return
    marked = document.find_table(contents)
    first = marked.top + 1 if marked else 0
    linked = [
        target[1:].rpartition(".")[0]
        for row, _, cell in contents.cells
        if row >= first
        for _, target in cell.links
        if target.startswith("#")
    ]
    if linked != [sheet.name for sheet in document.sheets if sheet is not contents]:
        yield contents.name, "the contents do not link to every other sheet in order"


RULES = (
    AccessibilityRule(
        "NOTE01", "essential", "Every marked note is listed, and none other.", _check_notes
    ),
    AccessibilityRule(
        "TXT01", "essential", "No cell starts or ends with a space.", _check_outer_spaces
    ),
    AccessibilityRule(
        "TXT02", "essential", "Cell A1 of each sheet is a real heading.", _check_headings
    ),
    AccessibilityRule("TXT03", "essential", "There is one sans serif font.", _check_fonts),
    AccessibilityRule("TXT04", "desirable", "Text is 12 points or larger.", _check_text_size),
    AccessibilityRule(
        "TXT05", "essential", "Nothing is italic, raised, rotated or centred.", _check_type
    ),
    AccessibilityRule(
        "TXT06", "desirable", "Colour is automatic; links blue, underlined.", _check_colours
    ),
    AccessibilityRule(
        "LNK01", "essential", "The text of a link says where it leads.", _check_link_texts
    ),
    AccessibilityRule(
        "LNK02", "essential", "Links within the file lead to A1 of a sheet.", _check_link_targets
    ),
    AccessibilityRule(
        "LNK03", "essential", "Contents link to every other sheet in order.", _check_contents
    ),
)
