"""Reads an OpenDocument spreadsheet back with the standard library."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

# Only files that these writers wrote are read.
from xml.etree import ElementTree as ET

from nino_assets.errors import PublicationError
from nino_assets.writers.spreadsheet.accessibility.parsed_spreadsheet import (
    ParsedCell,
    ParsedSheet,
    ParsedSpreadsheet,
    TableRange,
)

_OASIS = "{urn:oasis:names:tc:opendocument:xmlns:"
OFFICE, STYLE, TABLE = f"{_OASIS}office:1.0}}", f"{_OASIS}style:1.0}}", f"{_OASIS}table:1.0}}"
TEXT, FO, CONFIG = (
    f"{_OASIS}text:1.0}}",
    f"{_OASIS}xsl-fo-compatible:1.0}}",
    f"{_OASIS}config:1.0}}",
)
META, DRAW = f"{_OASIS}meta:1.0}}", f"{_OASIS}drawing:1.0}}"
DC, XLINK = "{http://purl.org/dc/elements/1.1/}", "{http://www.w3.org/1999/xlink}"
_ADDRESS = re.compile(r"\$?'?(.+?)'?\.\$?([A-Z]+)\$?(\d+):(?:\$?'?.+?'?\.)?\$?([A-Z]+)\$?(\d+)")
_PARAGRAPH, _LINK, _ADDRESSED = f"{TEXT}p", f"{TEXT}a", f"{XLINK}href"
_KIND, _STYLED, _FORMULA = f"{OFFICE}value-type", f"{TABLE}style-name", f"{TABLE}formula"
_COVERED = f"{TABLE}covered-table-cell"
_SPANS = (f"{TABLE}number-columns-spanned", f"{TABLE}number-rows-spanned")
_ROW, _SHAPES, _SHOWN = f"{TABLE}table-row", f"{TABLE}shapes", f"{TABLE}visibility"
_SUB_TABLE = f"{TABLE}is-sub-table"
_ROWS_REPEATED = f"{TABLE}number-rows-repeated"
_COLUMNS_REPEATED = f"{TABLE}number-columns-repeated"
_MOST_REPEATS = 64
"""Blank cells repeated more often than this only fill a sheet up."""


def read_spreadsheet(path: Path) -> ParsedSpreadsheet:
    """Read the file at `path`.

    Raises PublicationError when it is not an OpenDocument spreadsheet.
    """
    try:
        with zipfile.ZipFile(path) as package:
            entries = package.infolist()
            mime_type = package.read("mimetype").decode()
            content, styles, meta, settings = (
                _read_part(package, name) for name in ("content", "styles", "meta", "settings")
            )
    except (OSError, KeyError, ValueError, zipfile.BadZipFile, ET.ParseError) as error:
        raise PublicationError(
            f"{path.name} cannot be read as an OpenDocument spreadsheet",
            rule="the workbook is a zip file of well-formed parts",
            next_step="write the workbook again",
        ) from error
    properties, parents, display_names = _read_styles(styles, content)
    scripts = content.find(f"{OFFICE}scripts")
    return ParsedSpreadsheet(
        entries=entries,
        mime_type=mime_type,
        scripts=scripts is not None and len(scripts) > 0,
        title=meta.findtext(f".//{DC}title", ""),
        language=meta.findtext(f".//{DC}language", ""),
        author=meta.findtext(f".//{DC}creator", ""),
        keywords=[element.text or "" for element in meta.iter(f"{META}keyword")],
        sheets=[
            _read_sheet(element)
            for element in content.findall(f".//{OFFICE}spreadsheet/{TABLE}table")
        ],
        ranges=[_read_range(element) for element in content.iter(f"{TABLE}database-range")],
        styles=properties,
        parents=parents,
        display_names=display_names,
        master_text=_has_master_text(styles),
        views=_read_views(settings),
    )


def _read_part(package: zipfile.ZipFile, name: str) -> ET.Element:
    # Only the content is required: the rules find a file without properties or settings.
    if name != "content" and f"{name}.xml" not in package.namelist():
        return ET.Element(name)
    return ET.fromstring(package.read(f"{name}.xml"))  # noqa: S314


def _read_sheet(element: ET.Element) -> ParsedSheet:
    sheet = ParsedSheet(element.get(f"{TABLE}name", ""), element.get(f"{TABLE}style-name", ""))
    for part in element.iter():
        if part.get(_SHOWN, "visible") != "visible":
            sheet.hidden_parts += 1
        sheet.nested = sheet.nested or part.get(_SUB_TABLE) == "true"
        if part.tag == _SHAPES:
            sheet.drawn = True
        if part.tag == _ROW:
            row = _read_row(part)
            held = any(cell.text or cell.drawn for cell in row)
            repeated = int(part.get(_ROWS_REPEATED, "1"))
            sheet.rows.extend([row] * (repeated if held else min(repeated, _MOST_REPEATS)))
    while sheet.rows and not any(cell.text or cell.drawn for cell in sheet.rows[-1]):
        sheet.rows.pop()
    return sheet


def _read_row(element: ET.Element) -> list[ParsedCell]:
    row: list[ParsedCell] = []
    for part in element:
        cell = _read_cell(part)
        repeated = int(part.get(_COLUMNS_REPEATED, "1"))
        row.extend([cell] * (repeated if cell.text else min(repeated, _MOST_REPEATS)))
    while row and not (row[-1].text or row[-1].merged or row[-1].drawn or row[-1].formula):
        row.pop()
    return row


def _read_cell(element: ET.Element) -> ParsedCell:
    paragraphs: list[str] = []
    links: list[tuple[str, str]] = []
    drawn = False
    for part in element:
        if part.tag == _PARAGRAPH and len(part) == 0:
            paragraphs.append(part.text or "")
        elif part.tag == _PARAGRAPH:
            paragraphs.append("".join(part.itertext()))
            links += [
                ("".join(link.itertext()), link.get(_ADDRESSED, "")) for link in part.iter(_LINK)
            ]
        else:
            drawn = True
    attributes = element.attrib
    return ParsedCell(
        text="\n".join(paragraphs),
        kind=attributes.get(_KIND, ""),
        style=attributes.get(_STYLED, ""),
        links=tuple(links),
        formula=_FORMULA in attributes,
        merged=element.tag == _COVERED
        or (
            not attributes.keys().isdisjoint(_SPANS)
            and any(int(attributes[span]) > 1 for span in _SPANS if span in attributes)
        ),
        drawn=drawn,
    )


def _read_range(element: ET.Element) -> TableRange:
    match = _ADDRESS.fullmatch(element.get(f"{TABLE}target-range-address", ""))
    sheet, left, top, right, bottom = match.groups() if match else ("", "A", "1", "A", "1")
    return TableRange(
        name=element.get(f"{TABLE}name", ""),
        sheet=sheet,
        top=int(top) - 1,
        left=_parse_column(left),
        bottom=int(bottom) - 1,
        right=_parse_column(right),
        header=element.get(f"{TABLE}contains-header", "true") == "true",
        filter_buttons=element.get(f"{TABLE}display-filter-buttons", "false") == "true",
    )


def _parse_column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def _read_styles(
    *parts: ET.Element,
) -> tuple[dict[str, dict[str, str]], dict[str, str], dict[str, str]]:
    own: dict[str, dict[str, str]] = {"": {}}
    parents: dict[str, str] = {}
    display_names: dict[str, str] = {}
    for part in parts:
        for element in part.iter():
            if element.tag == f"{STYLE}default-style":
                if element.get(f"{STYLE}family") == "table-cell":
                    own[""] = _read_properties(element)
            elif element.tag == f"{STYLE}style":
                name = element.get(f"{STYLE}name", "")
                own[name] = _read_properties(element)
                parents[name] = element.get(f"{STYLE}parent-style-name", "")
                display_names[name] = element.get(f"{STYLE}display-name", name)

    def resolve(name: str) -> dict[str, str]:
        parent = parents.get(name, "")
        return {**(resolve(parent) if name else {}), **own.get(name, {})}

    return {name: resolve(name) for name in own}, parents, display_names


def _read_properties(element: ET.Element) -> dict[str, str]:
    return {key: value for child in element for key, value in child.attrib.items()}


def _has_master_text(styles: ET.Element) -> bool:
    return any(
        (element.get(f"{STYLE}display", "true") == "true" and len(element) > 0)
        or "".join(element.itertext()).strip() != ""
        for kind in ("header", "footer", "header-left", "footer-left")
        for element in styles.iter(f"{STYLE}{kind}")
    )


def _read_views(settings: ET.Element) -> dict[str, dict[str, str]]:
    views: dict[str, dict[str, str]] = {"": {}}
    for named in settings.iter(f"{CONFIG}config-item-map-named"):
        if named.get(f"{CONFIG}name") == "Tables":
            for entry in named:
                views[entry.get(f"{CONFIG}name", "")] = _read_items(entry)
    for indexed in settings.iter(f"{CONFIG}config-item-map-indexed"):
        for entry in indexed:
            views[""].update(_read_items(entry))
    return views


def _read_items(entry: ET.Element) -> dict[str, str]:
    return {
        item.get(f"{CONFIG}name", ""): item.text or ""
        for item in entry.findall(f"{CONFIG}config-item")
    }
