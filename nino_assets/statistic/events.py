"""Events that explain the series: changes of policy, of operation, and breaks in comparability.

Belongs here: reading `data/reference/events.csv`. Does not belong here: how an event is worded in
a note or drawn in a chart (`workbook/`, `bulletin/`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from nino_assets.statistic.quarters import Quarter
from nino_assets.statistic.reference_lists import read_facts

DISCONTINUITY = "discontinuity"
KINDS = (DISCONTINUITY, "policy", "operational")


@dataclass(frozen=True)
class Event:
    """One event. `date` is an ISO day, or blank when the source names none.

    `kind` is one of `KINDS`; a discontinuity makes comparisons with its quarters unsafe.
    """

    event: str
    first_quarter: Quarter
    last_quarter: Quarter
    date: str
    label: str
    description: str
    kind: str
    source: str

    @property
    def period(self) -> str:
        """`April to September 2014`; `January 2020 to March 2021` across years."""
        first, last = self.first_quarter, self.last_quarter
        first_month = f"{first.first_day:%B}"
        if first.year != last.year:
            first_month = f"{first_month} {first.year}"
        return f"{first_month} to {last.last_month} {last.year}"

    def covers(self, quarter: Quarter) -> bool:
        """Whether the event touches `quarter`."""
        return self.first_quarter <= quarter <= self.last_quarter


@cache
def all_events() -> tuple[Event, ...]:
    """Every event, earliest first."""
    return tuple(
        Event(
            event=row["event"],
            first_quarter=Quarter.parse(row["first_quarter"]),
            last_quarter=Quarter.parse(row["last_quarter"]),
            date=row["date"],
            label=row["label"],
            description=row["description"],
            kind=row["kind"],
            source=row["source"],
        )
        for row in read_facts("events").iter_rows(named=True)
    )


def events_within(first: Quarter, last: Quarter) -> tuple[Event, ...]:
    """The events that touch any quarter from `first` to `last`, both included."""
    return tuple(e for e in all_events() if e.first_quarter <= last and e.last_quarter >= first)


def discontinuities(first: Quarter, last: Quarter) -> tuple[Event, ...]:
    """The breaks in comparability that touch any quarter from `first` to `last`."""
    return tuple(e for e in events_within(first, last) if e.kind == DISCONTINUITY)
