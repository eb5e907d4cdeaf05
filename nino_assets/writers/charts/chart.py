"""Charts as data: categories, series of points, and marks."""

from __future__ import annotations

from dataclasses import dataclass

from nino_assets.writers.charts import palette


@dataclass(frozen=True)
class Point:
    """One count and the name of the cell it comes from."""

    value: int
    cell: str


@dataclass(frozen=True)
class Series:
    """A named run of points, one for each category.

    Its place in the chart gives its colour and dash.
    """

    label: str
    points: tuple[Point, ...]
    colour: str
    dash: int = 0


@dataclass(frozen=True)
class EventMark:
    """A lettered event on the category axis, from `first` to `last`."""

    letter: str
    first: int
    last: int
    shaded: bool


@dataclass(frozen=True)
class Chart:
    """A chart of one to four series over the same categories.

    `category_heading` heads the first column of its table; `measure` names what is counted. `ticks`
    are the categories that a line chart names on its axis, as (position, text); bar charts name
    every category.
    """

    kind: str
    measure: str
    category_heading: str
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    ticks: tuple[tuple[int, str], ...] = ()
    marks: tuple[EventMark, ...] = ()

    @property
    def highest(self) -> int:
        return max((p.value for s in self.series for p in s.points), default=0)


LINE, BARS = "line", "bars"


def build_series(*runs: tuple[str, tuple[Point, ...]]) -> tuple[Series, ...]:
    """Return series in the order given, with the categorical colours and dashes."""
    return tuple(
        Series(label, points, palette.CATEGORICAL[n], n) for n, (label, points) in enumerate(runs)
    )
