"""A picture of the world without a map: a circle for each sub-group of nationality.

Each circle stands roughly where its part of the world lies, on a drawing of no geography: borders
would claim a precision that a sub-group has not, and the line carries no world boundaries.
Belongs here: places and drawing. Does not belong here: which figures are drawn.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from nino_assets.publishing.charts import palette, svg

PLACES = {
    "North America": (78, 90),
    "Central and South America": (92, 410),
    "European Union EU15": (225, 80),
    "European Union EU8": (365, 80),
    "European Union EU2": (425, 228),
    "European Union Other": (285, 215),
    "Other Europe": (505, 75),
    "North Africa": (215, 300),
    "Sub-Saharan Africa": (330, 395),
    "Middle East and Central Asia": (566, 205),
    "South Asia": (505, 370),
    "East Asia": (660, 110),
    "South East Asia": (650, 305),
    "Oceania": (650, 440),
    "Unknown / other": (80, 255),
}
"""Centre of each sub-group's circle in a picture 720 pixels wide."""
WIDTH, HEIGHT = 720, 500
NARROW = 340
_LARGEST, _LARGEST_NARROW = 56.0, 34.0
_COLUMNS, _ROW = 3, 146


def world_picture(counts: list[tuple[str, int]], title: str, write: Callable[[int], str]) -> str:
    """Circles with areas in proportion to the counts, each with its name and figure."""
    highest = _highest(counts)
    circles, words = [], []
    for name, count in counts:
        x, y = PLACES[name]
        radius = _radius(count, highest, _LARGEST)
        circles.append(svg.tag("circle", cx=x, cy=y, r=radius))
        words += _words(x, y + radius + 17, [_short(name)], write(count))
    return svg.document(WIDTH, HEIGHT, [_coloured(circles), *words], title)


def world_grid(counts: list[tuple[str, int]], title: str, write: Callable[[int], str]) -> str:
    """The same circles for a phone, in three columns from west to east."""
    highest = _highest(counts)
    column = NARROW / _COLUMNS
    west_to_east = sorted(counts, key=lambda item: PLACES[item[0]])
    rows = -(-len(counts) // _COLUMNS)
    north_to_south = [
        item
        for first in range(0, len(counts), rows)
        for item in sorted(west_to_east[first : first + rows], key=lambda i: PLACES[i[0]][1])
    ]
    circles, words = [], []
    for n, (name, count) in enumerate(north_to_south):
        x, y = column * (n // rows + 0.5), _ROW * (n % rows) + _LARGEST_NARROW + 4
        circles.append(svg.tag("circle", cx=x, cy=y, r=_radius(count, highest, _LARGEST_NARROW)))
        lines = svg.wrapped(_short(name), column - 6)
        words += _words(x, y + _LARGEST_NARROW + 17, lines, write(count))
    return svg.document(NARROW, _ROW * rows, [_coloured(circles), *words], title)


def _highest(counts: list[tuple[str, int]]) -> int:
    return max((count for _, count in counts), default=0)


def _radius(count: int, highest: int, largest: float) -> float:
    return max(2.0, largest * math.sqrt(count / max(1, highest)))


def _coloured(circles: list[str]) -> str:
    return svg.tag("g", "".join(circles), fill=palette.NAVY)


def _words(x: float, y: float, lines: list[str], figure: str) -> list[str]:
    parts = [svg.text(x, y + 18 * n, line, text_anchor="middle") for n, line in enumerate(lines)]
    below = y + 18 * len(lines)
    return [*parts, svg.text(x, below, figure, text_anchor="middle", font_weight="bold")]


def _short(name: str) -> str:
    """A name that fits under a circle."""
    for long, short in (
        ("European Union Other", "EU Other"),
        ("European Union ", ""),
        ("Central and South America", "C. and S. America"),
        ("Middle East and Central Asia", "Mid. East, C. Asia"),
    ):
        name = name.replace(long, short)
    return name
