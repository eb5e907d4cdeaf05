"""Dates and times in words, in the style of GOV.UK."""

from __future__ import annotations

from datetime import date, datetime, time

from nino_assets.statistic.identity import TIME_ZONE


def format_date(day: date) -> str:
    """Write `25 February 2021`."""
    return f"{day.day} {day:%B %Y}"


def parse_date(text: str) -> date | None:
    """Read a day as `format_date` writes it; None for any other text."""
    try:
        day = datetime.strptime(text, "%d %B %Y").date()
    except ValueError:
        return None
    return day if format_date(day) == text else None


def format_weekday(day: date) -> str:
    """Write `Thursday 25 February 2021`."""
    return f"{day:%A} {format_date(day)}"


def format_month(day: date) -> str:
    """Write `February 2021`."""
    return f"{day:%B %Y}"


def format_time(moment: time | datetime) -> str:
    """Write `9:30am`. A moment is told in its own time zone."""
    return f"{moment:%I:%M%p}".lstrip("0").lower()


def format_moment(moment: datetime) -> str:
    """Write `9:30am on 25 February 2021`, in London time.

    The moment has a time zone.
    """
    local = moment.astimezone(TIME_ZONE)
    return f"{format_time(local)} on {format_date(local)}"
