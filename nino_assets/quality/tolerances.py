"""The tolerances in force, and the documented events that excuse what they explain.

Both are dated configuration, one row each with its evidence: `data/reference/tolerances.csv` and
`data/reference/known_breaks.csv`. Belongs here: reading them. Does not belong here: any measure.
"""

from __future__ import annotations

from dataclasses import dataclass

from nino_assets.quality.suite import Excuse
from nino_assets.statistic.events import all_events
from nino_assets.statistic.quarters import Quarter
from nino_assets.statistic.reference_lists import read_facts


@dataclass(frozen=True)
class Tolerance:
    """The level beyond which a check warns, from a quarter on. None: no bound on that side."""

    since: Quarter
    at_least: float | None
    at_most: float | None
    evidence: str
    source: str

    @property
    def words(self) -> str:
        """`lies between -35 and 85`."""
        if self.at_least is None:
            return f"is at most {self.at_most:g}"
        if self.at_most is None:
            return f"is at least {self.at_least:g}"
        if self.at_least == self.at_most:
            return f"is {self.at_most:g}"
        return f"lies between {self.at_least:g} and {self.at_most:g}"


def tolerances(check: str) -> tuple[Tolerance, ...]:
    """The tolerances of a check, earliest first. Raises KeyError when the table has none."""
    rows = read_facts("tolerances").filter(check=check).sort("from_quarter").rows(named=True)
    if not rows:
        raise KeyError(f"data/reference/tolerances.csv has no row for {check}")
    return tuple(
        Tolerance(
            since=Quarter.parse(row["from_quarter"]),
            at_least=_bound(row["at_least"]),
            at_most=_bound(row["at_most"]),
            evidence=row["evidence"],
            source=row["source"],
        )
        for row in rows
    )


def excuses(check: str) -> tuple[Excuse, ...]:
    """What explains that a check does not hold as a whole."""
    return tuple(excuse for excuse, sub_group in _breaks(check) if not sub_group)


def explained_sub_groups(check: str) -> list[tuple[Excuse, str]]:
    """What explains the movement of one sub-group, with its label."""
    return [(excuse, sub_group) for excuse, sub_group in _breaks(check) if sub_group]


def _breaks(check: str) -> list[tuple[Excuse, str]]:
    events = {event.event: event for event in all_events()}
    found = []
    for row in read_facts("known_breaks").filter(check=check).rows(named=True):
        event = events[row["event"]]
        excuse = Excuse(
            first=Quarter.parse(row["first_quarter"]),
            last=Quarter.parse(row["last_quarter"]),
            words=f"{event.label} ({event.period}): {row['explains']}.",
        )
        found.append((excuse, row["sub_group"]))
    return found


def _bound(text: str) -> float | None:
    return float(text) if text else None
