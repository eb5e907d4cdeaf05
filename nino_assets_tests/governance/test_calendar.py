"""Releases are at 9:30 on the last Thursday of the month, or the Thursday before a holiday week."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import holidays
import pytest

from nino_assets.governance.calendar import compute_release_date, compute_release_moment
from nino_assets.statistic.quarters import Quarter


@pytest.mark.parametrize(
    ("quarter", "day"),
    [
        ("2018-Q1", date(2018, 5, 24)),  # the week of 28 May has a bank holiday
        ("2020-Q1", date(2020, 5, 21)),  # the week of 25 May has one
        ("2020-Q2", date(2020, 8, 27)),
        ("2023-Q1", date(2023, 5, 25)),
        ("2020-Q4", date(2021, 2, 25)),
        ("2020-Q3", date(2020, 11, 26)),
        ("2022-Q2", date(2022, 8, 25)),
        ("2017-Q2", date(2017, 8, 24)),  # 31 August 2017 is in the week of a bank holiday
        ("2022-Q1", date(2022, 5, 26)),  # the spring holiday of 2022 was moved to June
    ],
)
def test_known_dates(quarter: str, day: date) -> None:
    assert compute_release_date(Quarter.parse(quarter)) == day


def test_every_release_is_a_thursday_of_february_may_august_or_november() -> None:
    for quarter in Quarter(2002, 1).list_until(Quarter(2030, 4)):
        day = compute_release_date(quarter)
        assert day.weekday() == 3
        assert day.month == {1: 5, 2: 8, 3: 11, 4: 2}[quarter.number]
        assert day.year == quarter.year + (quarter.number == 4)
        week = [day + timedelta(days=n) for n in range(-3, 2)]
        closed = holidays.country_holidays("GB", subdiv="ENG", years=day.year)
        assert not any(weekday in closed for weekday in week)


def test_half_past_nine_in_london_in_summer_and_winter() -> None:
    summer, winter = (
        compute_release_moment(Quarter(2020, 2)),
        compute_release_moment(Quarter(2020, 4)),
    )
    assert summer == datetime(2020, 8, 27, 8, 30, tzinfo=UTC)
    assert winter == datetime(2021, 2, 25, 9, 30, tzinfo=UTC)
