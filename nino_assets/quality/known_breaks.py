"""Known events that explain why a check warns: `known_breaks.csv`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from nino_assets.statistic.events import Event, read_events
from nino_assets.statistic.quarters import Quarter
from nino_assets.statistic.reference_lists import keep_while_unchanged, read_list


@dataclass(frozen=True, kw_only=True)
class KnownBreak:
    """An event that explains a check, or one sub-group's movement."""

    first: Quarter
    last: Quarter
    sub_group: str
    words: str


def list_known_breaks(check: str) -> tuple[KnownBreak, ...]:
    """What explains a check. Raises NinoError for a broken list."""
    return tuple(each for name, each in _read_list() if name == check)


@keep_while_unchanged("known_breaks")
def _read_list() -> tuple[tuple[str, KnownBreak], ...]:
    """Every check with each of its known breaks."""
    events = {event.event: event for event in read_events()}
    return tuple(
        (row["check"], _read_row(row, events[row["event"]]))
        for row in read_list("known_breaks").rows(named=True)
    )


def _read_row(row: Mapping[str, str], event: Event) -> KnownBreak:
    return KnownBreak(
        first=Quarter.parse(row["first_quarter"]),
        last=Quarter.parse(row["last_quarter"]),
        sub_group=row["sub_group"],
        words=f"{event.label} ({event.period}): {row['explains']}.",
    )


def explain(check: str, quarter: Quarter) -> str | None:
    """What explains a check in a quarter, in words; None: nothing."""
    words = [
        each.words
        for each in list_known_breaks(check)
        if not each.sub_group and each.first <= quarter <= each.last
    ]
    return " ".join(words) or None
