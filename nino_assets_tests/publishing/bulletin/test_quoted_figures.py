from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nino_assets.publishing.bulletin.derivation import Derivation
from nino_assets.publishing.bulletin.prose import Claim, Number
from nino_assets.publishing.bulletin.quoted_figures import Pair, QuotedFigures, choose_article
from nino_assets.publishing.cells import Cell, PublishedCells
from nino_assets.statistic.published_domain import CELL_COLUMNS, QUARTER_NATIONALITY
from nino_assets.statistic.quarters import Quarter
from nino_assets_tests.support.published_cells import make_edition

FIRST = Quarter(2005, 1)


def totals(*counts: int, first: Quarter = FIRST) -> tuple[QuotedFigures, Cell]:
    """A quarterly series of UK totals, and the cell of its last quarter."""
    head, uk, alls = ("quarter_nationality",), ("K02000001", "United Kingdom", "uk"), ("All",) * 3
    rows = [
        (*head, (first + n).label, "quarter", *uk, "all", "All", "total", *alls, count, "")
        for n, count in enumerate(counts)
    ]
    schema = {c: pl.Int64 if c == "registrations" else pl.String for c in CELL_COLUMNS}
    cells = PublishedCells(pl.DataFrame(rows, schema=schema, orient="row"))
    quarter = make_edition(len(counts), first).quarter
    return QuotedFigures(cells, quarter), Cell(QUARTER_NATIONALITY, quarter)


def phrase(then: int, now: int, first: Quarter = FIRST) -> str:
    figures, cell = totals(then, now, first=first)
    return figures.describe_change(Pair(cell, cell.move_to(first)), "last year").plain


@pytest.mark.parametrize(
    ("then", "now", "words"),
    [
        (649_573, 760_000, "a 17% increase (110,000 more) on last year"),
        (200_000, 56_000, "a 72% decrease (144,000 fewer) on last year"),
        (100_000, 108_000, "an 8% increase (8,000 more) on last year"),
        (100_000, 111_000, "an 11% increase (11,000 more) on last year"),
        (100_000, 100_499, "broadly unchanged compared with last year"),
        (100_000, 99_501, "broadly unchanged compared with last year"),
        (100_000, 100_500, "a 1% increase (500 more) on last year"),
        (100_000, 100_000, "broadly unchanged compared with last year"),
        (100_000, 0, "a 100% decrease (100,000 fewer) on last year"),
        (60, 900, "compared with 60 in last year"),
        (0, 900, "compared with nil or negligible in last year"),
        (0, 0, "compared with nil or negligible in last year"),
    ],
)
def test_golden_phrases_of_change(then: int, now: int, words: str) -> None:
    assert phrase(then, now) == words


@given(then=st.integers(100, 10**7), now=st.integers(0, 10**7))
def test_the_word_agrees_with_the_sign_and_turns_when_the_years_are_swapped(
    then: int, now: int
) -> None:
    words = phrase(then, now)
    if abs(now - then) * 200 < then:
        assert "unchanged" in words and "%" not in words
        return
    assert ("increase" in words) == (now > then)
    assert ("decrease" in words) == (now < then)
    assert ("more)" in words, "fewer)" in words) == (now > then, now < then)
    assert " 0%" not in words
    if now >= 100 and abs(now - then) * 200 >= now:
        assert ("increase" in phrase(now, then)) == (now < then)


@given(then=st.integers(1, 10**7), now=st.integers(0, 10**7))
def test_every_mark_is_derived_again_to_the_same_value(then: int, now: int) -> None:
    figures, cell = totals(then, now)
    pair = Pair(cell, cell.move_to(FIRST))
    derive = Derivation(figures.cells)
    numbers = [
        figures.quote_count(cell),
        figures.quote_change(pair),
        figures.quote_percent_change(pair),
        figures.quote_share(pair.then, pair.then),
    ]
    assert [derive.derive_number(n.expression) for n in numbers] == [n.value for n in numbers]
    assert derive.holds(figures.claim_direction(pair, "up", "down").expression)


def test_a_break_within_the_periods_compared_is_marked() -> None:
    assert phrase(164_432, 93_945, Quarter(2014, 1)).endswith("[b]")
    assert phrase(93_945, 250_187, Quarter(2014, 2)).endswith("[b]")
    assert not phrase(164_432, 93_945, Quarter(2012, 1)).endswith("[b]")


def test_a_break_between_the_periods_compared_is_not_marked() -> None:
    figures, cell = totals(*range(100, 120), first=Quarter(2013, 1))
    year_before = {
        q: Pair(cell.move_to(q), cell.move_to(q - 4))
        for q in Quarter(2014, 1).list_until(cell.quarter)
    }
    crossed = [q.label for q, pair in year_before.items() if figures.find_breaks(pair)]
    assert crossed == ["2014-Q2", "2014-Q3", "2015-Q2", "2015-Q3"]


def test_a_change_of_nationalities_alone_leaves_totals_unmarked() -> None:
    figures, cell = totals(*range(100, 120), first=Quarter(2019, 1))
    total = cell.move_to(Quarter(2022, 4))
    assert not figures.find_breaks(Pair(total, total.move_to(Quarter(2021, 4))))
    of_eu = replace(total, nationality="european-union")
    assert figures.find_breaks(Pair(of_eu, of_eu.move_to(Quarter(2021, 4))))


def test_records_are_recomputed_over_the_whole_series() -> None:
    rising = [100 * n for n in range(1, 11)]
    figures, cell = totals(*rising)
    assert figures.find_record(cell) == (Claim("the highest", f"record-highest({cell})"), None)
    figures, cell = totals(*reversed(rising))
    claim, since = figures.find_record(cell) or pytest.fail("no record")
    assert (claim.text, since) == ("the lowest", None)
    figures, cell = totals(900, *rising[:8], 850)
    claim, since = figures.find_record(cell) or pytest.fail("no record")
    assert (claim.text, since) == ("the highest", FIRST)
    assert Derivation(figures.cells).holds(claim.expression)


def test_no_record_is_claimed_of_a_tie_a_short_series_or_a_recent_rival() -> None:
    assert totals_record(5, 6, 7, 8, 9, 10, 11) is None
    assert totals_record(*[500] * 12) is None
    assert totals_record(1, 2, 3, 4, 5, 6, 7, 9, 8) is None


def totals_record(*counts: int) -> object:
    figures, cell = totals(*counts)
    return figures.find_record(cell)


@pytest.mark.parametrize(
    ("number", "word"),
    [("8%", "an"), ("80%", "an"), ("11%", "an"), ("18%", "an"), ("17%", "a"), ("110%", "a"),
     ("1,100%", "a"), ("less than 1%", "a")],
)  # fmt: skip
def test_the_article_is_that_of_the_number_read_out(number: str, word: str) -> None:
    assert choose_article(number) == word


def test_an_absent_cell_is_named() -> None:
    figures, cell = totals(10, 20)
    with pytest.raises(KeyError, match="quarter_nationality/2009-Q1"):
        figures.get_value(cell.move_to(Quarter(2009, 1)))


def test_an_unrounded_value_is_written_in_full() -> None:
    figures, cell = totals(300_000, 400_000)
    number = figures.quote_percent_change(Pair(cell, cell.move_to(FIRST)))
    assert (number.text, number.attribute) == ("33%", "33.333333")
    assert isinstance(number, Number)
