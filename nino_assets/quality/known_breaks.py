"""Known events that explain why a check warns: `known_breaks.csv`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from nino_assets.statistic.events import Event, read_events
from nino_assets.statistic.quarters import Quarter
from nino_assets.statistic.reference_lists import keep_while_unchanged, read_list


@dataclass(frozen=True, kw_only=True)
class KnownBreak:
    """An event that explains a check, or one sub-group's movement.

    It explains a measure, or a movement in per cent, from `at_least` to `at_most`. None is no
    bound.
    """

    first: Quarter
    last: Quarter
    sub_group: str
    words: str
    at_least: float | None = None
    at_most: float | None = None

    def covers(self, quarter: Quarter, observed: float | None) -> bool:
        """Whether it explains what was observed in a quarter."""
        if not self.first <= quarter <= self.last:
            return False
        if observed is None:
            return True
        return (self.at_least is None or observed >= self.at_least) and (
            self.at_most is None or observed <= self.at_most
        )


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
        at_least=float(row["at_least"]) if row["at_least"] else None,
        at_most=float(row["at_most"]) if row["at_most"] else None,
        words=f"{event.label} ({event.period}): {row['explains']}.",
    )


def explain(check: str, quarter: Quarter, observed: float | None) -> str | None:
    """What explains a measure of a quarter, in words; None: nothing."""
    words = [
        each.words
        for each in list_known_breaks(check)
        if not each.sub_group and each.covers(quarter, observed)
    ]
    return " ".join(words) or None
