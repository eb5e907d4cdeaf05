"""Whether the written documents still say what the code does: the check behind the asset's checks.

Every mark is derived again: rules from the code, results from what the checks found when the
documents were made, quotations from their sources, names from the line. Text outside marks may hold
no number: dates, years, versions and the names of groups, principles and levels are none. Belongs
here: reading and judging pages. Does not belong here: what a rule is (`rules.py`).
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import chain
from pathlib import Path

from nino_assets.governance.check_result import CheckResult
from nino_assets.publishing.documents.document_facts import principles, results
from nino_assets.publishing.documents.document_names import FOLDER, TITLES
from nino_assets.publishing.documents.quotations import quotable
from nino_assets.publishing.documents.stated_rules import rules
from nino_assets.publishing.edition import Edition
from nino_assets.statistic import vocabulary as v
from nino_assets.statistic.changes import past_changes, planned_changes
from nino_assets.statistic.identity import SYNTHETIC_BANNER

_MARKS = ("data-rule", "data-label", "data-result", "data-quoted", "data-check", "data-asset")
_MONTHS = "|".join(calendar.month_name[1:])
_NOT_RULES = re.compile(
    rf"\b\d{{1,2}} (?=(?:{_MONTHS}) \d{{4}})"  # the day of a date
    r"|\b(?:19|20)\d\d\b"  # a year
    r"|\bv3\.0\b"  # the licence
    r"|\b(?:EU|A|T|Q|V)\d+\b"  # groups of countries, levels of assurance, principles
)
_BANDS = {
    "age": {band.replace("-", " to ") for band in v.AGE_BANDS},
    "lag": set(v.ARRIVAL_LAGS),
}


@dataclass(frozen=True)
class PipelineNames:
    """The line as it is now: the sentence of each check by `asset.name`, and the assets' names."""

    sentences: Mapping[str, str]
    assets: Collection[str]


@dataclass
class MarkedText:
    """A marked text: what it is marked as (`data-rule`), by which name, and what stands there."""

    kind: str
    name: str
    text: str = ""


@dataclass
class ParsedDocument:
    """A document as read back. `loose` is its text outside marks, block by block."""

    marks: list[MarkedText] = field(default_factory=list)
    loose: list[str] = field(default_factory=list)
    dates: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    text: str = ""

    def marked(self, kind: str) -> list[MarkedText]:
        return [mark for mark in self.marks if mark.kind == kind]


def read_document(html: str) -> ParsedDocument:
    """Read a page back by its mark-up."""
    reader = _Reader()
    reader.feed(html)
    return reader.page


def documents_faults(
    publication: Path,
    edition: Edition,
    checks: Sequence[CheckResult],
    line: PipelineNames,
) -> dict[str, tuple[str, ...]]:
    """Every fault of the documents of a publication in a sentence, by what it is a fault of.

    `checks` are those that the documents were made from, `line` is the line as it is now. The kinds
    are documents (missing), dates, rules, rules_missing, unmarked (numbers), quotations, results,
    names, principles, changes and synthetic.
    """
    texts = {name: _text(publication, name) for name in TITLES}
    pages = {name: read_document(html) for name, html in texts.items() if html}
    in_force = rules(edition.quarter)
    marks = [mark for page in pages.values() for mark in page.marks]
    stated = {mark.name for mark in marks if mark.kind == "data-rule"}
    faults: dict[str, Iterator[str]] = {
        "documents": (f"{name}.html is missing" for name, html in texts.items() if not html),
        "dates": chain.from_iterable(_dates(name, page, edition) for name, page in pages.items()),
        "rules": chain(_differ(marks, "data-rule", in_force), _labels(marks)),
        "rules_missing": (f"no document states {name}" for name in in_force if name not in stated),
        "unmarked": chain.from_iterable(_unmarked(name, page) for name, page in pages.items()),
        "quotations": _quotations(marks, line),
        "results": _differ(marks, "data-result", results(checks)),
        "names": _names(marks, line),
        "principles": _principles(pages),
        "changes": _changes(pages, edition),
        "synthetic": (
            f"{name}.html does not say that its data are synthetic"
            for name, page in pages.items()
            if edition.synthetic != (SYNTHETIC_BANNER in page.text)
        ),
    }
    return {kind: tuple(sentences) for kind, sentences in faults.items()}


def date_faults(publication: Path, edition: Edition) -> list[str]:
    """Documents that are missing or not of the edition's release date, a sentence each."""
    found: list[str] = []
    for name in TITLES:
        html = _text(publication, name)
        if html:
            found += _dates(name, read_document(html), edition)
        else:
            found.append(f"{FOLDER}/{name}.html is missing")
    return found


def _text(publication: Path, name: str) -> str:
    path = publication / FOLDER / f"{name}.html"
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def _dates(name: str, page: ParsedDocument, edition: Edition) -> Iterator[str]:
    if page.dates != [edition.published_on.isoformat()]:
        yield f"{FOLDER}/{name}.html is not dated {edition.published_on.isoformat()}"


def _differ(marks: Sequence[MarkedText], kind: str, expected: Mapping[str, str]) -> Iterator[str]:
    for mark in marks:
        if mark.kind == kind and mark.text != expected.get(mark.name):
            said = expected.get(mark.name, "nothing by that name")
            yield f"{mark.name}: the document has '{mark.text}', the code {said}"


def _labels(marks: Sequence[MarkedText]) -> Iterator[str]:
    for mark in marks:
        if mark.kind == "data-label" and mark.text not in _BANDS.get(mark.name, set()):
            yield f"{mark.name}: '{mark.text}' is no band"


def _unmarked(name: str, page: ParsedDocument) -> Iterator[str]:
    for block in page.loose:
        number = re.search(r"\S*\d\S*", _NOT_RULES.sub(" ", block))
        if number:
            yield f"{name}: '{number[0]}' is a number without a mark in '{block[:60]}'"


def _quotations(marks: Sequence[MarkedText], line: PipelineNames) -> Iterator[str]:
    texts = quotable(line.sentences)
    for mark in marks:
        if mark.kind == "data-quoted" and mark.text not in texts.get(mark.name, frozenset()):
            yield f"{mark.name}: the quotation is not the text of its source"


def _names(marks: Sequence[MarkedText], line: PipelineNames) -> Iterator[str]:
    known: Mapping[str, Collection[str]] = {"check": line.sentences, "asset": line.assets}
    for mark in marks:
        kind = mark.kind.removeprefix("data-")
        if kind in known and (mark.name not in known[kind] or mark.text != mark.name):
            yield f"the line has no {kind} {mark.name}"


def _principles(pages: Mapping[str, ParsedDocument]) -> Iterator[str]:
    held = pages["quality-report"].names if "quality-report" in pages else []
    for each in principles():
        if each.principle not in held:
            yield f"the quality report leaves out principle {each.principle}"


def _changes(pages: Mapping[str, ParsedDocument], edition: Edition) -> Iterator[str]:
    page = pages.get("release-strategy", ParsedDocument())
    told = {mark.name for mark in page.marked("data-quoted")}
    due = past_changes(edition.published_on) + planned_changes(edition.published_on)
    for change in due:
        if f"changes/{change.change}" not in told:
            yield f"the release strategy leaves out {change.change}"


class _Reader(HTMLParser):
    """Follows the elements of a page; a mark ends with the element that it stands on."""

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
