"""Events that explain the series: policy, operation, and breaks in comparability."""

from __future__ import annotations

from dataclasses import dataclass

from nino_assets.statistic.commentary_lists import (
    BY_NATIONALITY,
    COUNT_AND_SHARE,
    DISCONTINUITY,
    SHIFTED,
)
from nino_assets.statistic.quarters import Quarter
from nino_assets.statistic.reference_lists import keep_while_unchanged, read_list


@dataclass(frozen=True)
class Event:
    """One event.

    `date` is an ISO day, or blank when the source names none.

    `kind` is one of `EVENT_KINDS`; a discontinuity makes comparisons with its quarters unsafe. Its
    scope says which `members`, which `measure` and with which `effect`; other events have none.
    """

    event: str
    first_quarter: Quarter
    last_quarter: Quarter
    date: str
    label: str
    description: str
    kind: str
    source: str
    members: str = ""
    measure: str = ""
    effect: str = ""

    @property
    def period(self) -> str:
        """`April to September 2014`; `January 2020 to March 2021` across years."""
        first, last = self.first_quarter, self.last_quarter
        first_month = f"{first.first_day:%B}"
        if first.year != last.year:
            first_month = f"{first_month} {first.year}"
        return f"{first_month} to {last.last_month} {last.year}"

    @property
    def is_discontinuity(self) -> bool:
        """Whether it makes comparisons with its quarters unsafe."""
        return self.kind == DISCONTINUITY

    @property
    def scope(self) -> str:
        """What a discontinuity disturbs, as sentences for readers."""
        figures = {True: "Figures by nationality are", False: "All figures are"}
        effect = {
            "lower": "lower than they would otherwise have been",
            "higher": "higher than they would otherwise have been",
            SHIFTED: "moved between these quarters; a year that holds all of them is not affected",
        }
        if not self.is_discontinuity:
            return ""
        sentence = f"{figures[self.members == BY_NATIONALITY]} {effect[self.effect]}."
        if self.members == BY_NATIONALITY:
            sentence += " Figures for all nationalities together are not affected."
        if self.measure == COUNT_AND_SHARE:
            sentence += " Shares are affected too."
        return sentence

    def is_break_in(self, first: Quarter, last: Quarter, *, by_nationality: bool) -> bool:
        """Tell whether it breaks a figure of `first` to `last`.

        `by_nationality` is whether the figure is of a nationality or a group of nationalities. What
        was shifted between quarters is not missing from a figure that holds all of them.
        """
        if not self.is_discontinuity or (self.members == BY_NATIONALITY and not by_nationality):
            return False
        holds_all = first <= self.first_quarter and self.last_quarter <= last
        touches = self.first_quarter <= last and self.last_quarter >= first
        return touches and not (holds_all and self.effect == SHIFTED)

    def covers(self, quarter: Quarter) -> bool:
        """Whether the event touches `quarter`."""
        return self.first_quarter <= quarter <= self.last_quarter


@keep_while_unchanged("events")
def read_events() -> tuple[Event, ...]:
    """Read every event, the earliest first."""
    events = [
        Event(
            event=row["event"],
            first_quarter=Quarter.parse(row["first_quarter"]),
            last_quarter=Quarter.parse(row["last_quarter"]),
            date=row["date"],
            label=row["label"],
            description=row["description"],
            kind=row["kind"],
            source=row["source"],
            members=row["members"],
            measure=row["measure"],
            effect=row["effect"],
        )
        for row in read_list("events").iter_rows(named=True)
    ]
    return tuple(sorted(events, key=lambda event: event.first_quarter))


def find_events(first: Quarter, last: Quarter) -> tuple[Event, ...]:
    """Find the events that touch a quarter from `first` to `last`."""
    return tuple(e for e in read_events() if e.first_quarter <= last and e.last_quarter >= first)


def find_discontinuities(first: Quarter, last: Quarter) -> tuple[Event, ...]:
    """Find the breaks that touch a quarter from `first` to `last`."""
    return tuple(e for e in find_events(first, last) if e.is_discontinuity)


def find_breaks(first: Quarter, last: Quarter, *, by_nationality: bool) -> tuple[Event, ...]:
    """Find the breaks in a figure of the quarters `first` to `last`."""
    return tuple(
        e for e in read_events() if e.is_break_in(first, last, by_nationality=by_nationality)
    )
