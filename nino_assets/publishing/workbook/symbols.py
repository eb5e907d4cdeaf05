"""Published values as tables show them: numbers or harmonised shorthand.

Source: Government Analysis Function, symbols in tables.
"""

from __future__ import annotations

from nino_assets.statistic.percentages import NO_PERCENTAGE, is_percentage_base
from nino_assets.statistic.quarters import Quarter
from nino_assets.statistic.vocabulary import LOW

NOT_AVAILABLE = "[x]"
NOT_APPLICABLE = "[z]"
MEANINGS = {
    LOW: "nil or negligible",
    NOT_AVAILABLE: "not available",
    NOT_APPLICABLE: "not applicable",
}


def show_count(value: int | None) -> int | str:
    """Return a count as shown: `[low]` for 0, `[x]` without a cell."""
    if value is None:
        return NOT_AVAILABLE
    return value or LOW


def show_difference(earlier: int | None, later: int | None) -> int | str:
    """Return later less earlier, or shorthand.

    It is `[x]` where either is not available, `[low]` where either is 0.
    """
    if earlier is None or later is None:
        return NOT_AVAILABLE
    return later - earlier if earlier and later else LOW


def show_change(earlier: int | None, later: int | None, edition: Quarter) -> float | str:
    """Return the difference as a proportion of `earlier`, or shorthand.

    It is `[x]` where either is not available, `[low]` where `later` is 0 or `earlier` is too small
    a base for a percentage.
    """
    if earlier is None or later is None:
        return NOT_AVAILABLE
    if not later or not is_percentage_base(earlier, edition):
        return NO_PERCENTAGE
    return (later - earlier) / earlier
