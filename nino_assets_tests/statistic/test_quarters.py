"""Quarters are written, ordered, shifted and named."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nino_assets.statistic.quarters import SERIES_START, Quarter

quarters = st.builds(Quarter, st.integers(1002, 9998), st.integers(1, 4))


@pytest.mark.parametrize("text", ["2020-Q4", "2020Q4", "2020-q4", " 2020-Q4 ", "2020-10-01"])
def test_known_spellings(text: str) -> None:
    assert Quarter.parse(text) == Quarter(2020, 4)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "2020",
            "2020-Q0",
            "2020-Q5",
            "20-Q4",
            "2020-Q44",
            "Q4-2020",
            "2020 Q4",
            "2020-10-02",
        ),
        *("2020-11-01", "2020-13-01", "0000-Q1", "\uff12020-Q4", "2020-Q\u0664", "2020-Q4/../x"),
    ],
)
def test_other_spellings_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not a quarter|no such quarter"):
        Quarter.parse(text)


@given(quarters)
def test_a_quarter_is_its_own_label_key_and_days(quarter: Quarter) -> None:
    assert Quarter.parse(quarter.label) == Quarter.parse(quarter.key) == quarter
    assert quarter.last_day + timedelta(days=1) == (quarter + 1).first_day
    for day in (quarter.first_day, quarter.last_day):
        assert Quarter.from_day(day) == quarter
    assert quarter.first_day.month in (1, 4, 7, 10)
    assert str(quarter) == quarter.label


@given(quarters, st.integers(-4, 4))
def test_shifts_and_order(quarter: Quarter, n: int) -> None:
    assert (quarter + n) - n == quarter
    assert ((quarter + n) > quarter) == (n > 0)
    assert len(quarter.list_until(quarter + n)) == max(n + 1, 0)


def test_words() -> None:
    quarter = Quarter(2020, 4)
    assert quarter.title == "October to December 2020"
    assert quarter.year_ending == "year ending December 2020"
    assert quarter.last_day == date(2020, 12, 31)
    assert [q.label for q in Quarter(2019, 4).list_until(Quarter(2020, 2))] == [
        *("2019-Q4", "2020-Q1", "2020-Q2")
    ]
    assert SERIES_START.key == "2002-01-01"
    for year, number in ((2020, 0), (2020, 5), (0, 1), (10000, 1)):
        with pytest.raises(ValueError, match="no such quarter"):
            Quarter(year, number)
