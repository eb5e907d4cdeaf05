"""Charts as data: categories, series of published cells, and marks on the category axis.

Belongs here: what a chart shows. Does not belong here: how it is drawn (`line_svg.py`,
`bar_svg.py`, `plotly_figures.py`) and the words around it (`bulletin/`).
"""

from __future__ import annotations

from dataclasses import dataclass

from nino_assets.writers.charts import palette


@dataclass(frozen=True)
class Point:
    """One published count and the identifier of its cell."""

    value: int
    cell: str


@dataclass(frozen=True)
class Series:
    """A named run of points, one a category; its place in the chart gives colour and dash."""

    label: str
    points: tuple[Point, ...]
    colour: str
    dash: int = 0


@dataclass(frozen=True)
class EventMark:
    """An event on the category axis, from one category to another, told by a letter."""

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


def series_set(*runs: tuple[str, tuple[Point, ...]]) -> tuple[Series, ...]:
    """Series in the order given, coloured and dashed by the categorical palette."""
    return tuple(
        Series(label, points, palette.CATEGORICAL[n], n) for n, (label, points) in enumerate(runs)
    )
