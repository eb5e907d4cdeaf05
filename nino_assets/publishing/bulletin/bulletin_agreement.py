"""Whether a bulletin page agrees with the published cells: the check behind its asset checks.

Every marked number is derived again from the cells that its mark names and must be written as the
rounding rule has it; every claim must hold; every quotation must be the reviewed text; every table
cell, data file and chart must equal the cells; and prose may hold no number without a mark. Dates,
years, figure and note numbers, category labels (`18 to 24`, `EU15`) and file sizes are not numbers
of the statistics. Belongs here: judging. Does not belong here: reading the page (`reading.py`),
deriving (`derivation.py`), rounding as the commentary does it (`rounding.py`).
"""

from __future__ import annotations

import calendar
import csv
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import chain
from typing import TypeVar

from nino_assets.publishing.bulletin.derivation import (
    Derivation,
    DerivationError,
    cells_of,
    period_of,
)
from nino_assets.publishing.bulletin.page_reader import PageMark, ParsedPage, ParsedTable, read_page
from nino_assets.publishing.bulletin.rounding import rules_in_force
from nino_assets.publishing.bulletin.source_figures import OtherSource
from nino_assets.publishing.cells import PublishedCells
from nino_assets.publishing.edition import Edition
from nino_assets.publishing.method_note import METHOD_NOTE
from nino_assets.statistic import events
from nino_assets.statistic import vocabulary as v
from nino_assets.statistic.identity import RELEASE_TIME
from nino_assets.statistic.quarters import Quarter
from nino_assets.statistic.written_dates import format_time

_T = TypeVar("_T")


@dataclass(frozen=True)
class BulletinAgreement:
    """What was compared, and each fault in a sentence, by what it is a fault of.

    The kinds of `faults` are numbers, claims, quotations, tables, files, charts, unmarked (prose
    with a number or claim that has no mark) and periods (prose that names another period).
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
    "largest-rise": {"largest increase among sub-groups"},
    "largest-fall": {"largest decrease among sub-groups"},
    "largest-share": {"highest", "the highest"},
}
"""The words that may state a claim of change or record; other claims are worded by their topic."""
_CLAIMING = re.compile(
    r"\b(increased?|decreased?|rose|fell|up|down|highest|lowest|largest|smallest|unchanged|"
    r"outnumbered|most|longest|shortest|record)\b",
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


def agreement(
    html: str,
    cells: PublishedCells,
    edition: Edition,
    sources: Sequence[OtherSource] = (),
) -> BulletinAgreement:
    """Compare the bulletin page of an edition with its published cells and with other sources."""
    page = read_page(html)
    derive = Derivation(cells, sources)
    by_kind = {
        kind: [m for m in page.marks if m.kind == kind] for kind in ("data", "claim", "quoted")
    }
    texts = _reviewed_texts(edition)
    chart_points, chart_faults = _charts(page, derive)
    faults: dict[str, Iterable[str]] = {
        "numbers": _each(by_kind["data"], lambda mark: _number(mark, derive, edition.quarter)),
        "claims": _each(by_kind["claim"], lambda mark: _claim(mark, derive)),
        "quotations": _each(by_kind["quoted"], lambda mark: _quotation(mark, texts)),
        "tables": _each(page.tables, lambda table: _table(table, derive)),
        "files": _files(page, derive),
        "charts": chart_faults,
        "unmarked": _unmarked(page),
        "periods": _stale(page),
    }
    return BulletinAgreement(
        numbers=len(by_kind["data"]),
        claims=len(by_kind["claim"]),
        quotations=len(by_kind["quoted"]),
        table_cells=sum(len(texts) - 1 for t in page.tables for _, texts in t.rows),
        chart_points=chart_points,
        faults={kind: tuple(sentences) for kind, sentences in faults.items()},
    )


def _each(items: list[_T], judge: Callable[[_T], Iterator[str]]) -> Iterator[str]:
    for item in items:
        try:
            yield from judge(item)
        except DerivationError as error:
            yield str(error)


def _number(mark: PageMark, derive: Derivation, edition: Quarter) -> Iterator[str]:
    value = derive.number(mark.expression)
    if _bare(value) != mark.value:
        yield f"{mark.expression}: value is {mark.value}, derived {_bare(value)}"
    ratio = mark.expression.startswith(("percent-", "share("))
    expected = _percent_words(value) if ratio else _count_words(int(value), edition)
    if mark.text != expected:
        yield f"{mark.expression}: written '{mark.text}', the rounding rule has '{expected}'"


def _claim(mark: PageMark, derive: Derivation) -> Iterator[str]:
    if not derive.holds(mark.expression):
        yield f"{mark.expression}: '{mark.text}' does not hold"
    allowed = _WORDS_OF_CLAIM.get(mark.expression.split("(")[0])
    if allowed is not None and mark.text not in allowed:
        yield f"{mark.expression}: '{mark.text}' are not words for it"


def _reviewed_texts(edition: Edition) -> dict[str, set[str]]:
    """The texts that may be quoted, by source."""
    texts = {f"events/{e.event}": {e.label, e.description} for e in events.all_events()}
    texts["method-note"] = {text for part in METHOD_NOTE for text in part.paragraphs}
    for note in edition.corrections:
        texts[f"corrections/{note.edition}"] = {note.heading, note.reason, note.extent}
    return texts


def _quotation(mark: PageMark, texts: Mapping[str, set[str]]) -> Iterator[str]:
    if mark.text not in texts.get(mark.expression, set()):
        yield f"{mark.expression}: the quotation is not the text of its source"


def _table(table: ParsedTable, derive: Derivation) -> Iterator[str]:
    for mark, text in _marked_cells(table):
        if not mark:
            if text != "[z]":
                yield f"table in {table.figure or 'a section'}: a cell without a mark"
            continue
        expected = _exact_words(mark, derive.number(mark))
        if text != expected:
            yield f"{mark}: the table has '{text}', the cells '{expected}'"
    yield from _row_labels(table, derive)


def _marked_cells(table: ParsedTable) -> Iterator[tuple[str, str]]:
    """(mark, text) of each cell of a table, by its pattern or one by one."""
    for (row, texts), marks in zip(table.rows, table.cells, strict=True):
        for n, text in enumerate(texts[1:], start=1):
            yield table.columns[n].replace("{row}", row) or marks[n], text


def _row_labels(table: ParsedTable, derive: Derivation) -> Iterator[str]:
    """A row must be named as its cell is: by a member's label or by its period."""
    for (row, texts), marks in zip(table.rows, table.cells, strict=True):
        cell = cells_of(table.columns[1].replace("{row}", row) or marks[1])[0]
        quarter = Quarter.parse(cell.split("/")[1])
        named = derive.labels(cell) | {quarter.title, f"{quarter.last_month} {quarter.year}"}
        if texts[0].replace("All nationalities", v.ALL) not in named:
            yield f"{cell}: the row is called '{texts[0]}'"


def _files(page: ParsedPage, derive: Derivation) -> Iterator[str]:
    """The data file of each figure has the unrounded figures of its table."""
    for table in page.tables:
        if not table.figure:
            continue
        _, *records = csv.reader(page.files.get(table.figure, "").splitlines())
        values = [value for record in records for value in record[1:]]
        marks = [mark for mark, _ in _marked_cells(table)]
        expected = [_bare(derive.number(mark)) if mark else "[z]" for mark in marks]
        if values != expected:
            yield f"{table.figure}: the data file differs from the table"


def _charts(page: ParsedPage, derive: Derivation) -> tuple[int, list[str]]:
    """Each series of an interactive chart is a column of its table."""
    points, faults = 0, []
    for table in page.tables:
        chart = page.charts.get(table.figure)
        if chart is None:
            continue
        marks = [mark for mark, _ in _marked_cells(table)]
        width = len(marks) // max(1, len(table.rows))
        for n, trace in enumerate(chart["data"]):
            values = trace["x"] if trace["type"] == "bar" else trace["y"]
            points += len(values)
            if values != [int(derive.number(mark)) for mark in marks[n::width]]:
                faults.append(f"{table.figure}: series {n + 1} of the chart differs from the cells")
    return points, faults


def _unmarked(page: ParsedPage) -> Iterator[str]:
    for block in page.words:
        words = " ".join(block.text.split())
        digits = re.search(r"\S*\d\S*", _NOT_STATISTICS.sub(" ", words))
        if digits:
            yield f"{block.section}: '{digits[0]}' is a number without a mark in '{words[:60]}'"
        claim = _CLAIMING.search(words) if block.marks else None
        if claim:
            yield f"{block.section}: '{claim[0]}' is a claim without a mark in '{words[:60]}'"


def _stale(page: ParsedPage) -> Iterator[str]:
    """The period of every marked number is named, in words, in its section."""
    seen = set()
    for mark in page.marks:
        for words in _periods_of(mark) if mark.kind == "data" else ():
            if words not in page.section_words[mark.section] and (mark.section, words) not in seen:
                seen.add((mark.section, words))
                yield f"{mark.section}: figures of the {words}, which it does not name"


def _periods_of(mark: PageMark) -> list[str]:
    """The periods of a number in words; none of one that cannot be derived, which is told once."""
    try:
        periods = [period_of(cell) for cell in cells_of(mark.expression)]
        quarters = [(Quarter.parse(period), yearly) for period, yearly in periods]
    except (DerivationError, ValueError):
        return []
    return [quarter.year_ending if yearly else quarter.title for quarter, yearly in quarters]


def _bare(value: Fraction) -> str:
    if value.denominator == 1:
        return str(value.numerator)
    return str((Decimal(value.numerator) / value.denominator).quantize(Decimal("0.000001")))


def _half_up(value: Fraction, unit: int) -> int:
    exact = Decimal(value.numerator) / Decimal(value.denominator * unit)
    return int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP)) * unit


def _count_words(count: int, edition: Quarter) -> str:
    if count == 0:
        return "nil or negligible"
    rule, digits = next((r, d) for least, r, d in rules_in_force(edition) if abs(count) >= least)
    unit = 1000 if rule == "nearest_thousand" else 10 ** max(len(str(abs(count))) - digits, 0)
    rounded = _half_up(Fraction(count), unit)
    tenths, rest = divmod(rounded, 100_000)
    if tenths >= 10 and rest == 0:
        return f"{tenths // 10}{f'.{tenths % 10}' if tenths % 10 else ''} million"
    return f"{rounded:,}"


def _percent_words(percent: Fraction) -> str:
    if 0 < percent < Fraction(1, 2):
        return "less than 1%"
    if Fraction(199, 2) <= percent < 100:
        return "more than 99%"
    return f"{_half_up(percent, 1):,}%"


def _exact_words(mark: str, value: Fraction) -> str:
    if mark.startswith("share("):
        return _percent_words(value)
    if mark.startswith("percent-change("):
        rounded = _half_up(value, 1)
        return f"{rounded:+,}%" if rounded else "0%"
    if mark.startswith("change("):
        return f"{int(value):+,}" if value else "0"
    return f"{int(value):,}" if value else "[low]"
