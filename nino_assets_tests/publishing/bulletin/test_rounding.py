from __future__ import annotations

from fractions import Fraction

import pytest

from nino_assets.publishing.bulletin.rounding import (
    format_count,
    format_exact,
    format_percent,
    round_count,
    round_half_up,
)
from nino_assets.statistic.quarters import Quarter

BEFORE, SINCE = Quarter(2018, 4), Quarter(2019, 1)


@pytest.mark.parametrize(
    ("count", "before", "since"),
    [
        (603_299, "603,000", "600,000"),
        (632_500, "633,000", "630,000"),
        (757_912, "758,000", "760,000"),
        (11_478, "11,000", "11,000"),
        (54_999, "55,000", "55,000"),
        (1_084_000, "1,084,000", "1.1 million"),
        (995_000, "995,000", "1 million"),
        (1_000_000, "1 million", "1 million"),
        (15, "15", "15"),
        (864, "860", "860"),
        (5, "5", "5"),
        (0, "nil or negligible", "nil or negligible"),
    ],
)
def test_the_rule_of_the_edition_rounds_counts(count: int, before: str, since: str) -> None:
    assert format_count(count, BEFORE) == before
    assert format_count(count, SINCE) == since


def test_halves_round_away_from_zero_exactly() -> None:
    assert [round_half_up(Fraction(n, 2)) for n in (1, 3, 5, -1, -3)] == [1, 2, 3, -1, -2]
    assert round_half_up(Fraction(25), 10) == 30
    assert round_half_up(Fraction(1, 2) - Fraction(1, 10**40)) == 0
    assert round_count(-10_500, BEFORE) == -11_000


@pytest.mark.parametrize(
    ("percent", "text"),
    [
        (Fraction(172, 10), "17%"),
        (Fraction(35, 2), "18%"),
        (Fraction(0), "0%"),
        (Fraction(1, 3), "less than 1%"),
        (Fraction(1, 2), "1%"),
        (Fraction(997, 10), "more than 99%"),
        (Fraction(100), "100%"),
        (Fraction(123456, 100), "1,235%"),
    ],
)
def test_percentages_are_whole_and_never_0_of_something(percent: Fraction, text: str) -> None:
    assert format_percent(percent) == text


def test_tables_are_exact() -> None:
    assert (format_exact(669_846), format_exact(0)) == ("669,846", "[low]")


def test_published_counts_of_real_bulletins_come_out_as_printed() -> None:
    """Totals of DWP's tables against the words of its bulletins of those quarters."""
    assert format_count(603_299, Quarter(2014, 1)) == "603,000"
    assert format_count(39_210, Quarter(2014, 1)) == "39,000"
