"""Dates and times as published text writes them."""

from __future__ import annotations

from datetime import date, datetime


def format_date(day: date) -> str:
    """Return `25 February 2021`."""
    return f"{day.day} {day:%B %Y}"


def format_month(day: date) -> str:
    """Return `February 2021`."""
    return f"{day:%B %Y}"


def format_time(moment: datetime) -> str:
    """Return `9:30am`."""
    return f"{moment:%I:%M%p}".lstrip("0").lower()
