"""Dates and times are written as readers know them, and days are read back."""

from __future__ import annotations

import calendar
from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nino_assets.statistic.written_dates import (
    format_date,
    format_moment,
    format_month,
    format_time,
    format_weekday,
    parse_date,
)


@given(st.dates(date(1002, 1, 1)))
def test_a_day_is_read_back_and_names_its_parts(day: date) -> None:
    text = format_date(day)
    assert text == f"{day.day} {calendar.month_name[day.month]} {day.year}"
    assert parse_date(text) == day
    assert format_weekday(day) == f"{calendar.day_name[day.weekday()]} {text}"
    assert text.endswith(format_month(day))


@pytest.mark.parametrize(
    "text", ["", "05 May 2021", "31 April 2021", "2021-05-05", " 5 May 2021", "5 may 2021"]
)
def test_another_form_is_no_day(text: str) -> None:
    assert parse_date(text) is None


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        *((time(9, 30), "9:30am"), (time(0, 5), "12:05am"), (time(12), "12:00pm")),
        *((time(13, 1), "1:01pm"), (datetime(2021, 2, 25, 22, 59), "10:59pm")),
    ],
)
def test_times(moment: time | datetime, text: str) -> None:
    assert format_time(moment) == text


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (datetime(2021, 2, 25, 9, 30, tzinfo=UTC), "9:30am on 25 February 2021"),
        (datetime(2021, 5, 27, 8, 30, tzinfo=UTC), "9:30am on 27 May 2021"),
        (datetime(2021, 7, 31, 23, 30, tzinfo=UTC), "12:30am on 1 August 2021"),
    ],
)
def test_a_moment_is_told_in_london_time(moment: datetime, text: str) -> None:
    assert format_moment(moment) == text
