"""Checks that the written documents still say what the code does.

Every mark is derived again: rules from the code, results from what the checks found when the
documents were made, quotations from their sources, names from the pipeline. Text outside marks may
have no number: dates, years, versions and the names of groups, principles and levels are none.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from nino_assets.governance.check_result import CheckResult
from nino_assets.publishing.documents.document_facts import count_results, read_principles
from nino_assets.publishing.documents.document_names import FOLDER, TITLES
from nino_assets.publishing.documents.document_reader import (
    MarkedText,
    ParsedDocument,
    read_document,
)
from nino_assets.publishing.documents.quotations import list_quotable_texts
from nino_assets.publishing.documents.stated_rules import build_rules
from nino_assets.publishing.edition import Edition
from nino_assets.statistic import vocabulary as v
from nino_assets.statistic.changes import list_past_changes, list_planned_changes
from nino_assets.statistic.identity import SYNTHETIC_BANNER
from nino_assets.statistic.quarters import Quarter

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
    """Every check's sentence by `asset.name`, and the assets' names."""

    sentences: Mapping[str, str]
    assets: Collection[str]


def find_document_faults(
    publication: Path,
    edition: Edition,
    checks: Sequence[CheckResult],
    pipeline: PipelineNames,
) -> dict[str, tuple[str, ...]]:
    """Return every fault of a publication's documents, by kind.

    `checks` are those that the documents were made from, `pipeline` is the pipeline as it is now.
    The kinds are documents (missing), dates, rules, rules_missing, unmarked (numbers), quotations,
    results, names, principles, changes and synthetic.
    """
    texts = {name: _read_text(publication, name) for name in TITLES}
    pages = {name: read_document(html) for name, html in texts.items() if html}
    in_force = build_rules(edition.quarter)
    marks = [mark for page in pages.values() for mark in page.marks]
    stated = {mark.name for mark in marks if mark.kind == "data-rule"}
    faults: dict[str, Iterator[str]] = {
        "documents": (f"{name}.html is missing" for name, html in texts.items() if not html),
        "dates": chain.from_iterable(
            _check_dates(name, page, edition) for name, page in pages.items()
        ),
        "rules": chain(_compare_marks(marks, "data-rule", in_force), _check_labels(marks)),
        "rules_missing": (f"no document states {name}" for name in in_force if name not in stated),
        "unmarked": chain.from_iterable(_find_unmarked(name, page) for name, page in pages.items()),
        "quotations": _check_quotations(marks, pipeline, edition.quarter),
        "results": _compare_marks(marks, "data-result", count_results(checks)),
        "names": _check_names(marks, pipeline),
        "principles": _check_principles(pages),
        "changes": _check_changes(pages, edition),
        "synthetic": (
            f"{name}.html does not say that its data are synthetic"
            for name, page in pages.items()
            if edition.synthetic != (SYNTHETIC_BANNER in page.text)
        ),
    }
    return {kind: tuple(sentences) for kind, sentences in faults.items()}


def find_date_faults(publication: Path, edition: Edition) -> list[str]:
    """Return documents that are missing or of another date."""
    found: list[str] = []
    for name in TITLES:
        html = _read_text(publication, name)
        if html:
            found += _check_dates(name, read_document(html), edition)
        else:
            found.append(f"{FOLDER}/{name}.html is missing")
    return found


def _read_text(publication: Path, name: str) -> str:
    path = publication / FOLDER / f"{name}.html"
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def _check_dates(name: str, page: ParsedDocument, edition: Edition) -> Iterator[str]:
    if page.dates != [edition.published_on.isoformat()]:
        yield f"{FOLDER}/{name}.html is not dated {edition.published_on.isoformat()}"


def _compare_marks(
    marks: Sequence[MarkedText], kind: str, expected: Mapping[str, str]
) -> Iterator[str]:
    for mark in marks:
        if mark.kind == kind and mark.text != expected.get(mark.name):
            wanted = expected.get(mark.name, "nothing by that name")
            yield f"{mark.name}: the document has '{mark.text}', the code {wanted}"


def _check_labels(marks: Sequence[MarkedText]) -> Iterator[str]:
    for mark in marks:
        if mark.kind == "data-label" and mark.text not in _BANDS.get(mark.name, set()):
            yield f"{mark.name}: '{mark.text}' is no band"


def _find_unmarked(name: str, page: ParsedDocument) -> Iterator[str]:
    for block in page.loose:
        number = re.search(r"\S*\d\S*", _NOT_RULES.sub(" ", block))
        if number:
            yield f"{name}: '{number[0]}' is a number without a mark in '{block[:60]}'"


def _check_quotations(
    marks: Sequence[MarkedText], pipeline: PipelineNames, quarter: Quarter
) -> Iterator[str]:
    texts = list_quotable_texts(pipeline.sentences, quarter)
    for mark in marks:
        if mark.kind == "data-quoted" and mark.text not in texts.get(mark.name, frozenset()):
            yield f"{mark.name}: the quotation is not the text of its source"


def _check_names(marks: Sequence[MarkedText], pipeline: PipelineNames) -> Iterator[str]:
    known: Mapping[str, Collection[str]] = {"check": pipeline.sentences, "asset": pipeline.assets}
    for mark in marks:
        kind = mark.kind.removeprefix("data-")
        if kind in known and (mark.name not in known[kind] or mark.text != mark.name):
            yield f"the pipeline has no {kind} {mark.name}"


def _check_principles(pages: Mapping[str, ParsedDocument]) -> Iterator[str]:
    held = pages["quality-report"].names if "quality-report" in pages else []
    for each in read_principles():
        if each.principle not in held:
            yield f"the quality report leaves out principle {each.principle}"


def _check_changes(pages: Mapping[str, ParsedDocument], edition: Edition) -> Iterator[str]:
    page = pages.get("release-strategy", ParsedDocument())
    quoted = {mark.name for mark in page.list_marked("data-quoted")}
    due = list_past_changes(edition.published_on) + list_planned_changes(edition.published_on)
    for change in due:
        if f"changes/{change.change}" not in quoted:
            yield f"the release strategy leaves out {change.change}"
