"""The release calendar: on which Thursday each quarter is released.

Source of the rule: background information and methodology, release timetable (February, May,
August, November; the last Thursday, or the Thursday before when that week has a bank holiday in
England). Agreed changes of a date are in `release_schedule.py`.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

import holidays

from nino_assets.statistic.identity import RELEASE_TIME, TIME_ZONE
from nino_assets.statistic.quarters import Quarter


def compute_release_date(quarter: Quarter) -> date:
    """The day on which the calendar has a quarter released."""
    after = (quarter + 1).first_day
    month_end = date(after.year, after.month + 2, 1) - timedelta(days=1)
    thursday = month_end - timedelta(days=(month_end.weekday() - 3) % 7)
    monday = thursday - timedelta(days=3)
    if not all(is_working_day(monday + timedelta(days=n)) for n in range(5)):
        thursday -= timedelta(days=7)
    return thursday


def compute_release_moment(quarter: Quarter) -> datetime:
    """The release date by the calendar, at the time of release."""
    return datetime.combine(compute_release_date(quarter), RELEASE_TIME, TIME_ZONE)


def is_working_day(day: date) -> bool:
    """Whether a day is a weekday and no bank holiday in England."""
    closed = holidays.country_holidays("GB", subdiv="ENG", years=day.year)
    return day.weekday() < 5 and day not in closed
