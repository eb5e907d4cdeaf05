"""Periods in the words of the tables, as the guidance on dates in tables has them.

Belongs here: wording. Does not belong here: which periods a table covers (`declaration.py`).
"""

from __future__ import annotations

import calendar

from nino_assets.publishing.edition import Edition
from nino_assets.statistic.quarters import Quarter


def months(number: int) -> str:
    """The months of a quarter of any year: `Jan to Mar`."""
    return f"{calendar.month_abbr[number * 3 - 2]} to {calendar.month_abbr[number * 3]}"


def quarter_words(quarter: Quarter) -> str:
    """`Jan to Mar 2002`."""
    return f"{months(quarter.number)} {quarter.year}"


def month_words(quarter: Quarter) -> str:
    """The month that a year ends with: `December 2020`."""
    return f"{quarter.last_month} {quarter.year}"


def period_words(edition: Edition) -> dict[str, str]:
    """What titles may name: the series, the latest year, and it with the year before."""
    latest, earlier = edition.quarter, edition.quarter - 4
    return {
        "series": edition.coverage,
        "year": latest.year_ending,
        "two_years": f"years ending {month_words(earlier)} and {month_words(latest)}",
    }
