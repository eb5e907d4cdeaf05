"""Reads a bulletin page back: its marks, words, tables and charts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import unquote

_VOID = frozenset({"meta", "link", "br", "img", "input", "hr"})
_BLOCKS = frozenset({"p", "li", "h1", "h2", "h3", "dd", "dt", "caption", "summary", "div"})
_SILENT = frozenset({"script", "style", "svg", "table", "title"})
BREAK = "[b]"
"""The mark of a comparison across a break."""
MARK = "\N{REPLACEMENT CHARACTER}"
"""Takes the place of a mark in the words of a block."""


@dataclass
class PageMark:
    """One mark: its kind, attributes, text and section.

    Kinds are `data`, `claim` and `quoted`.
    """

    kind: str
    expression: str
    value: str
    section: str
    text: str = ""


@dataclass
class TextBlock:
    """A block of prose, with and without the text of its marks.

    `text` has no marks, `whole` has them. `order` has the expressions of numbers and claims, and
    each `[b]`, as they are read. `tag` is its element, `figure` the figure that it belongs
    to, if any.
    """

    section: str
    tag: str = ""
    figure: str = ""
    text: str = ""
    whole: str = ""
    marks: int = 0
    order: list[str] = field(default_factory=list)


@dataclass
class ParsedTable:
    """A table: patterns of its columns, keys and texts of its rows."""

    figure: str
    headings: list[str] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)
    rows: list[tuple[str, list[str]]] = field(default_factory=list)
    cells: list[list[str]] = field(default_factory=list)


@dataclass
class ParsedPage:
    """Everything that the check of the page looks at."""

    marks: list[PageMark] = field(default_factory=list)
    words: list[TextBlock] = field(default_factory=list)
    tables: list[ParsedTable] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)
    charts: dict[str, Any] = field(default_factory=dict)
    section_words: dict[str, str] = field(default_factory=dict)


def read_page(html: str) -> ParsedPage:
    """Read a bulletin page.

    Raises ValueError for a page whose elements do not close in order.
    """
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.page


def list_table_marks(table: ParsedTable) -> Iterator[tuple[str, str]]:
    """Return mark and text of each cell of a table.

    A mark is made from the column's pattern, or is the cell's own.
    """
    for (row, texts), marks in zip(table.rows, table.cells, strict=True):
        for n, text in enumerate(texts[1:], start=1):
            yield table.columns[n].replace("{row}", row) or marks[n], text


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.page = ParsedPage()
        self._open: list[tuple[str, dict[str, str]]] = []
        self._section = ""
        self._figure = ""
        self._mark: PageMark | None = None
        self._script = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if tag not in _VOID:
            self._open.append((tag, attributes))
        if tag == "section":
            self._section = attributes.get("id", "")
        elif tag == "figure":
            self._figure = attributes["id"]
        elif tag in _BLOCKS:
            self.page.words.append(TextBlock(self._section, tag, self._figure))
        elif tag == "table":
            self.page.tables.append(ParsedTable(self._figure))
        elif tag == "th" and attributes.get("scope") == "col":
            self.page.tables[-1].headings.append("")
            self.page.tables[-1].columns.append(attributes.get("data-cells", ""))
        elif tag == "tr" and self.page.tables[-1].columns:
            self.page.tables[-1].rows.append((attributes.get("data-row", ""), []))
            self.page.tables[-1].cells.append([])
        elif tag in ("td", "th"):
            self.page.tables[-1].rows[-1][1].append("")
            self.page.tables[-1].cells[-1].append(attributes.get("data-cell", ""))
        elif tag == "a" and attributes.get("href", "").startswith("data:"):
            self.page.files[self._figure] = unquote(attributes["href"].split(",", 1)[1])
        self._start_mark(tag, attributes)

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open[-1][0] != tag:
            raise ValueError(f"the page closes <{tag}> out of order")
        self._open.pop()
        if tag == "section":
            self._section = ""
        elif tag == "figure":
            self._figure = ""
        elif tag == "script":
            self.page.charts = _read_figures(self._script)
        elif tag in ("data", "span") and self._mark is not None:
            self.page.marks.append(self._mark)
            self._mark = None

    def handle_data(self, data: str) -> None:
        inside = [tag for tag, _ in self._open]
        if "script" in inside:
            self._script += data
        elif "tbody" in inside and inside[-1] in ("td", "th"):
            row = self.page.tables[-1].rows[-1][1]
            row[-1] += data
        elif inside[-1:] == ["th"] and self.page.tables[-1].headings:
            self.page.tables[-1].headings[-1] += data
        if _SILENT.isdisjoint(inside) or "caption" in inside:
            self._add_prose(data)

    def _add_prose(self, data: str) -> None:
        section = self.page.section_words
        section[self._section] = section.get(self._section, "") + data
        if self.page.words:
            self.page.words[-1].whole += data
            if data == BREAK:
                self.page.words[-1].order.append(BREAK)
        if self._mark is not None:
            self._mark.text += data
        elif self.page.words:
            self.page.words[-1].text += data

    def _start_mark(self, tag: str, attributes: dict[str, str]) -> None:
        kinds = {"data": "data-cell", "claim": "data-claim", "quoted": "data-quoted"}
        for kind, name in kinds.items():
            if name in attributes and tag in ("data", "span"):
                value = attributes.get("value", "")
                self._mark = PageMark(kind, attributes[name], value, self._section)
                self.page.words[-1].marks += 1
                self.page.words[-1].order.append(attributes[name])
                self.page.words[-1].text += MARK


def _read_figures(script: str) -> dict[str, Any]:
    """Read the charts from the JSON that the script ends with."""
    start = script.find('{"config":')
    settings = json.JSONDecoder().raw_decode(script[start:])[0] if start >= 0 else {}
    figures: dict[str, Any] = settings.get("figures", {})
    return figures
