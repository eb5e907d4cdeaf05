"""Reads a written document back by its mark-up."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

_MARKS = ("data-rule", "data-label", "data-result", "data-quoted", "data-check", "data-asset")


@dataclass
class MarkedText:
    """A marked text, its kind of mark (`data-rule`) and its name."""

    kind: str
    name: str
    text: str = ""


@dataclass
class ParsedDocument:
    """A document as read back, with its text outside marks.

    That text is in `loose`, block by block.
    """

    marks: list[MarkedText] = field(default_factory=list)
    loose: list[str] = field(default_factory=list)
    dates: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    text: str = ""

    def list_marked(self, kind: str) -> list[MarkedText]:
        return [mark for mark in self.marks if mark.kind == kind]


def read_document(html: str) -> ParsedDocument:
    """Read a page back by its mark-up."""
    reader = _DocumentReader()
    reader.feed(html)
    return reader.page


class _DocumentReader(HTMLParser):
    """Follows a page's elements; a mark ends with its element."""

    _BLOCKS = frozenset({"p", "li", "td", "th", "dd", "dt", "h1", "h2", "h3", "caption", "strong"})
    _VOID = frozenset({"meta", "link", "br", "hr", "img", "wbr"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.page = ParsedDocument()
        self._open: list[str] = []
        self._mark: MarkedText | None = None
        self._mark_depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in self._VOID:
            return
        self._open.append(tag)
        if "id" in given:
            self.page.names.append(given["id"])
        if tag == "time":
            self.page.dates.append(given.get("datetime", ""))
        kind = next((name for name in _MARKS if name in given), "")
        if kind and self._mark is None:
            self._mark, self._mark_depth = MarkedText(kind, given[kind]), len(self._open)
        if tag in self._BLOCKS:
            self.page.loose.append("")

    def handle_endtag(self, tag: str) -> None:
        if self._mark is not None and len(self._open) == self._mark_depth:
            self.page.marks.append(self._mark)
            self._mark = None
        if not self._open or self._open.pop() != tag:
            raise ValueError(f"the page closes <{tag}> out of order")

    def handle_data(self, data: str) -> None:
        if {"style", "title"} & set(self._open):
            return
        self.page.text += data
        if self._mark is not None:
            self._mark.text += data
        elif self.page.loose:
            self.page.loose[-1] += data
