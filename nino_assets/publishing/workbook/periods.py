"""Periods in words, as the guidance on dates in tables asks."""

from __future__ import annotations

import calendar

from nino_assets.publishing.edition import Edition
from nino_assets.statistic.quarters import Quarter


def name_months(number: int) -> str:
    """Return the months of a quarter of any year: `Jan to Mar`."""
    return f"{calendar.month_abbr[number * 3 - 2]} to {calendar.month_abbr[number * 3]}"


def name_quarter(quarter: Quarter) -> str:
    """Return `Jan to Mar 2002`."""
    return f"{name_months(quarter.number)} {quarter.year}"


def name_last_month(quarter: Quarter) -> str:
    """Return the month that a year ends with: `December 2020`."""
    return f"{quarter.last_month} {quarter.year}"


def name_periods(edition: Edition) -> dict[str, str]:
    """Return the periods that titles may name.

    They are the series, the latest year, and it with the year before.
    """
    latest, earlier = edition.quarter, edition.quarter - 4
    return {
        "series": edition.coverage,
        "year": latest.year_ending,
        "two_years": f"years ending {name_last_month(earlier)} and {name_last_month(latest)}",
    }
