"""Published values as the tables show them: numbers, or harmonised shorthand where there is none.

Source: Government Analysis Function, symbols in tables. Belongs here: shorthand and what it means.
"""

from __future__ import annotations

from nino_assets.statistic.vocabulary import LOW

NOT_AVAILABLE = "[x]"
NOT_APPLICABLE = "[z]"
MEANINGS = {
    LOW: "nil or negligible",
    NOT_AVAILABLE: "not available",
    NOT_APPLICABLE: "not applicable",
}


def shown(value: int | None) -> int | str:
    """A published count as shown: `[low]` where it is 0, `[x]` where there is no such cell."""
    if value is None:
        return NOT_AVAILABLE
    return value or LOW


def difference(earlier: int | None, later: int | None) -> int | str:
    """Later less earlier; `[x]` where either is not available, `[low]` where either is 0."""
    if earlier is None or later is None:
        return NOT_AVAILABLE
    return later - earlier if earlier and later else LOW


def change(earlier: int | None, later: int | None) -> float | str:
    """The difference as a proportion of `earlier`, unrounded; shorthand as for `difference`."""
    if earlier is None or later is None:
        return NOT_AVAILABLE
    return (later - earlier) / earlier if earlier and later else LOW
