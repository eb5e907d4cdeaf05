"""Checks a bulletin page against the published cells.

Every marked number is derived again from the cells that its mark names and must be written by the
rounding rule; every claim must be true; every quotation must be the reviewed text; every table
cell, data file and chart must equal the cells; and prose may have no number without a mark. Dates,
years, figure and note numbers, category labels (`18 to 24`, `EU15`) and file sizes are not numbers
of the statistics.
"""

from __future__ import annotations

import calendar
import csv
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TypeVar

from nino_assets.publishing.bulletin.break_agreement import find_break_mark_faults
from nino_assets.publishing.bulletin.derivation import Derivation
from nino_assets.publishing.bulletin.expected_words import (
    expect_count,
    expect_exact,
    expect_percent,
    format_bare,
)
from nino_assets.publishing.bulletin.marks import DerivationError, find_period, list_cells
from nino_assets.publishing.bulletin.page_reader import (
    BREAK,
    PageMark,
    ParsedPage,
    ParsedTable,
    list_table_marks,
    read_page,
)
from nino_assets.publishing.bulletin.percentage_agreement import (
    RATIOS,
    find_base_faults,
    find_withheld_faults,
)
from nino_assets.publishing.bulletin.source_figures import OtherSource
from nino_assets.publishing.bulletin.story_agreement import find_story_faults
from nino_assets.publishing.cells import PublishedCells
from nino_assets.publishing.edition import Edition
from nino_assets.publishing.method_note import METHOD_NOTE
from nino_assets.statistic import events
from nino_assets.statistic import vocabulary as v
from nino_assets.statistic.identity import RELEASE_TIME
from nino_assets.statistic.percentages import NO_PERCENTAGE
from nino_assets.statistic.quarters import Quarter
from nino_assets.statistic.written_dates import format_time

_T = TypeVar("_T")


@dataclass(frozen=True)
class BulletinAgreement:
    """How much was compared, and each fault in a sentence.

    The kinds of `faults` are numbers, claims, quotations, tables, files, charts, breaks (a `[b]`
    too many or too few), stories (a difference too small to tell), unmarked (prose with a number
    or claim that has no mark) and periods (prose that names another period).
    """

    numbers: int
    claims: int
    quotations: int
    table_cells: int
    chart_points: int
    faults: Mapping[str, tuple[str, ...]]

    @property
    def disagreements(self) -> tuple[str, ...]:
        """Every fault; the page agrees when there is none."""
        return tuple(chain.from_iterable(self.faults.values()))


_WORDS_OF_CLAIM = {
    "increased": {"increase", "rose", "up"},
    "decreased": {"decrease", "fell", "down"},
    "unchanged": {"broadly unchanged", "stayed broadly unchanged"},
    "record-highest": {"the highest"},
    "record-lowest": {"the lowest"},
    "highest-since": {"the highest"},
    "lowest-since": {"the lowest"},
    "peak": {"highest"},
    "trough": {"lowest"},
    "largest-rise": {"largest increase among sub-groups", "despite"},
    "largest-fall": {"largest decrease among sub-groups", "despite"},
    "largest-share": {"highest", "the highest"},
    "mostly": {"mostly the result of"},
    "first-above": {"for the first time"},
}
"""The words that may state a claim of change or record; other claims are worded by their topic."""
_CLAIMING = re.compile(
    r"\b(increased?|decreased?|rose|fell|up|down|highest|lowest|largest|smallest|unchanged|"
    r"outnumbered|most|mostly|despite|first time|longest|shortest|record)\b",
    re.IGNORECASE,
)
_MONTHS = "|".join(calendar.month_name[1:])
_LABELS = sorted(
    {
        form
        for label in (*v.AGE_BANDS, *v.ARRIVAL_LAGS)
        if any(c.isdigit() for c in label)
        for form in (label, label.replace("-", " to "))
    },
    key=len,
    reverse=True,
)
_NOT_STATISTICS = re.compile(
    rf"\b\d{{1,2}} (?={_MONTHS})"  # the day of a date
    r"|\b(19|20)\d\d\b(?![,.]\d|%)"  # a year
    rf"|\b{format_time(RELEASE_TIME)}\b"
    r"|\bFigure \d+|\[note \d+\]"
    r"|^\s*\d+\. "  # the number of a section
    r"|[A-Za-z]-?\d+(\.\d+)?\b"  # EU15, COVID-19, v3.0
    r"|\(CSV, \d+ KB\)"
    rf"|\b({'|'.join(map(re.escape, _LABELS))})\b",
    re.IGNORECASE | re.MULTILINE,
)


def check_bulletin(
    html: str,
    cells: PublishedCells,
    edition: Edition,
    sources: Sequence[OtherSource] = (),
) -> BulletinAgreement:
    """Compare an edition's page with its cells and other sources."""
    page = read_page(html)
    derive = Derivation(cells, sources)
    by_kind = {
        kind: [m for m in page.marks if m.kind == kind] for kind in ("data", "claim", "quoted")
    }
    texts = _list_reviewed_texts(edition)
    chart_points, chart_faults = _check_charts(page, derive)
    faults: dict[str, Iterable[str]] = {
        "numbers": _check_each(
            by_kind["data"], lambda mark: _check_number(mark, derive, edition.quarter)
        ),
        "claims": _check_each(by_kind["claim"], lambda mark: _check_claim(mark, derive)),
        "quotations": _check_each(by_kind["quoted"], lambda mark: _check_quotation(mark, texts)),
        "tables": _check_each(
            page.tables, lambda table: _check_table(table, derive, edition.quarter)
        ),
        "files": _check_files(page, derive),
        "charts": chart_faults,
        "breaks": find_break_mark_faults(
            page, [event for event in events.read_events() if event.is_discontinuity]
        ),
        "stories": find_story_faults(page, derive, edition.quarter),
        "unmarked": _find_unmarked(page),
        "periods": _find_unnamed_periods(page),
    }
    return BulletinAgreement(
        numbers=len(by_kind["data"]),
        claims=len(by_kind["claim"]),
        quotations=len(by_kind["quoted"]),
        table_cells=sum(len(texts) - 1 for t in page.tables for _, texts in t.rows),
        chart_points=chart_points,
        faults={kind: tuple(sentences) for kind, sentences in faults.items()},
    )


def _check_each(items: list[_T], judge: Callable[[_T], Iterator[str]]) -> Iterator[str]:
    for item in items:
        try:
            yield from judge(item)
        except DerivationError as error:
            yield str(error)


def _check_number(mark: PageMark, derive: Derivation, edition: Quarter) -> Iterator[str]:
    value = derive.derive_number(mark.expression)
    if format_bare(value) != mark.value:
        yield f"{mark.expression}: value is {mark.value}, derived {format_bare(value)}"
    yield from find_base_faults(mark.expression, derive, edition)
    ratio = mark.expression.startswith(RATIOS)
    expected = expect_percent(value) if ratio else expect_count(int(value), edition)
    if mark.text != expected:
        yield f"{mark.expression}: written '{mark.text}', the rounding rule has '{expected}'"


def _check_claim(mark: PageMark, derive: Derivation) -> Iterator[str]:
    if not derive.holds(mark.expression):
        yield f"{mark.expression}: '{mark.text}' does not hold"
    name = mark.expression.split("(")[0]
    if name == "first-above-since":
        since = Quarter.parse(find_period(list_cells(mark.expression)[-1])[0])
        if mark.text != f"for the first time since {since.title}":
            yield f"{mark.expression}: '{mark.text}' are not words for it"
    allowed = _WORDS_OF_CLAIM.get(name)
    if allowed is not None and mark.text not in allowed:
        yield f"{mark.expression}: '{mark.text}' are not words for it"


def _list_reviewed_texts(edition: Edition) -> dict[str, set[str]]:
    """Return the texts that may be quoted, by source."""
    texts = {f"events/{e.event}": {e.label, e.description} for e in events.read_events()}
    texts["method-note"] = {text for part in METHOD_NOTE for text in part.paragraphs}
    for note in edition.corrections:
        texts[f"corrections/{note.edition}"] = {note.heading, note.reason, note.extent}
    for each in edition.revisions:
        texts[f"revisions/{each.since.label}"] = {each.heading, each.reason, each.extent}
    return texts


def _check_quotation(mark: PageMark, texts: Mapping[str, set[str]]) -> Iterator[str]:
    if mark.text not in texts.get(mark.expression, set()):
        yield f"{mark.expression}: the quotation is not the text of its source"


def _check_table(table: ParsedTable, derive: Derivation, edition: Quarter) -> Iterator[str]:
    yield from find_withheld_faults(table, derive, edition)
    for mark, text in list_table_marks(table):
        if not mark:
            continue
        yield from find_base_faults(mark, derive, edition)
        expected = expect_exact(mark, derive.derive_number(mark))
        if text != expected:
            yield f"{mark}: the table has '{text}', the cells '{expected}'"
    yield from _check_row_labels(table, derive)


def _check_row_labels(table: ParsedTable, derive: Derivation) -> Iterator[str]:
    """Check that a row is named by its member or period."""
    for (row, texts), marks in zip(table.rows, table.cells, strict=True):
        cell = list_cells(table.columns[1].replace("{row}", row) or marks[1])[0]
        quarter = Quarter.parse(cell.split("/")[1])
        named = derive.get_labels(cell) | {quarter.title, f"{quarter.last_month} {quarter.year}"}
        label = texts[0].removesuffix(f" {BREAK}").replace("All nationalities", v.ALL)
        if label not in named:
            yield f"{cell}: the row is called '{texts[0]}'"


def _check_files(page: ParsedPage, derive: Derivation) -> Iterator[str]:
    """Check that each figure's file has the table's unrounded figures."""
    for table in page.tables:
        if not table.figure:
            continue
        _, *records = csv.reader(page.files.get(table.figure, "").splitlines())
        values = [value for record in records for value in record[1:]]
        marks = [mark for mark, _ in list_table_marks(table)]
        expected = [
            format_bare(derive.derive_number(mark)) if mark else NO_PERCENTAGE for mark in marks
        ]
        if values != expected:
            yield f"{table.figure}: the data file differs from the table"


def _check_charts(page: ParsedPage, derive: Derivation) -> tuple[int, list[str]]:
    """Check that each series of a chart is a table column."""
    points, faults = 0, []
    for table in page.tables:
        chart = page.charts.get(table.figure)
        if chart is None:
            continue
        marks = [mark for mark, _ in list_table_marks(table)]
        width = len(marks) // max(1, len(table.rows))
        for n, trace in enumerate(chart["data"]):
            values = trace["x"] if trace["type"] == "bar" else trace["y"]
            points += len(values)
            if values != [int(derive.derive_number(mark)) for mark in marks[n::width]]:
                faults.append(f"{table.figure}: series {n + 1} of the chart differs from the cells")
    return points, faults


def _find_unmarked(page: ParsedPage) -> Iterator[str]:
    for block in page.words:
        words = " ".join(block.text.split())
        digits = re.search(r"\S*\d\S*", _NOT_STATISTICS.sub(" ", words))
        if digits:
            yield f"{block.section}: '{digits[0]}' is a number without a mark in '{words[:60]}'"
        claim = _CLAIMING.search(words) if block.marks else None
        if claim:
            yield f"{block.section}: '{claim[0]}' is a claim without a mark in '{words[:60]}'"


def _find_unnamed_periods(page: ParsedPage) -> Iterator[str]:
    """Find sections that do not name the period of their figures."""
    seen = set()
    for mark in page.marks:
        for words in _name_periods(mark) if mark.kind == "data" else ():
            if words not in page.section_words[mark.section] and (mark.section, words) not in seen:
                seen.add((mark.section, words))
                yield f"{mark.section}: figures of the {words}, which it does not name"


def _name_periods(mark: PageMark) -> list[str]:
    """Return a number's periods in words; none when it cannot be derived."""
    try:
        periods = [find_period(cell) for cell in list_cells(mark.expression)]
        quarters = [(Quarter.parse(period), yearly) for period, yearly in periods]
    except (DerivationError, ValueError):
        return []
    return [quarter.year_ending if yearly else quarter.title for quarter, yearly in quarters]
