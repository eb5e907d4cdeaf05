"""Periods in words, as the guidance on dates in tables asks."""

from __future__ import annotations

import calendar

from nino_assets.publishing.edition import Edition
from nino_assets.statistic.quarters import Quarter

TEN_YEARS = 10
"""As many years of every area as can be read; the open data have all."""


def name_months(number: int) -> str:
    """Return the months of a quarter of any year: `Jan to Mar`."""
    return f"{calendar.month_abbr[number * 3 - 2]} to {calendar.month_abbr[number * 3]}"


def name_quarter(quarter: Quarter) -> str:
    """Return `Jan to Mar 2002`."""
    return f"{name_months(quarter.number)} {quarter.year}"


def name_last_month(quarter: Quarter) -> str:
    """Return the month that a year ends with: `December 2020`."""
    return f"{quarter.last_month} {quarter.year}"


def list_year_endings(edition: Edition) -> list[Quarter]:
    """List the last quarters of the years that the series holds.

    Before the first whole year, it is the latest quarter alone.
    """
    return (edition.first_quarter + 3).list_until(edition.quarter) or [edition.quarter]


def list_same_year_endings(edition: Edition) -> list[Quarter]:
    """List the ten latest years that end in the latest month."""
    same = [q for q in list_year_endings(edition) if q.number == edition.quarter.number]
    return same[-TEN_YEARS:]


def name_periods(edition: Edition) -> dict[str, str]:
    """Return the periods that titles may name.

    They are the series, the latest year or quarter alone and with the year before, every year
    ending, and every year that ends in the latest month.
    """
    latest, earlier = edition.quarter, edition.quarter - 4
    years, same_years = list_year_endings(edition), list_same_year_endings(edition)
    return {
        "quarter": latest.title,
        "two_quarters": f"{earlier.title} and {latest.title}",
        "years": f"years ending {name_last_month(years[0])} to {name_last_month(latest)}",
        "same_years": f"years ending {name_last_month(same_years[0])} to {name_last_month(latest)}",
        "series": edition.coverage,
        "year": latest.year_ending,
        "two_years": f"years ending {name_last_month(earlier)} and {name_last_month(latest)}",
    }
