"""The world by nationality: a circle in each country on an outline of the land, Europe enlarged.

The land is drawn without borders: the figures are of nationalities as they were declared, and the
line takes no side on where countries end. Belongs here: projection and drawing. Does not belong
here: which figures are drawn (`bulletin/commentary/nationalities.py`) and the places themselves
(`data/reference/nationality_positions.csv`, `world_land.geojson`).
The world is in the Equal Earth projection (Savric, Patterson and Jenny 2018), Europe in a
sinusoidal one; both keep areas in proportion.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from nino_assets.writers.charts import palette, svg
from nino_assets.writers.maps import circles
from nino_assets.writers.maps.boundaries import Ring
from nino_assets.writers.maps.circles import Circle
from nino_assets.writers.maps.outlines import outline

_MIDDLE = 11.0
"""Degrees east: the cut then runs through the Bering Strait."""
_WEST, _EAST, _SOUTH, _NORTH = -11.5, 37.5, 34.2, 61.0
"""The part of Europe that is drawn enlarged, and only there."""
_BEYOND = 12.0
"""Degrees: the corners of the panel show land to the east, where the meridians lean in."""
_A = (1.340264, -0.081106, 0.000893, 0.003796)
_WORLD_HEIGHT = 0.42
"""Of its width: from Cape Horn to the north of Greenland."""


@dataclass(frozen=True)
class WorldMapSize:
    """Pixels of one width: the picture, the Europe panel, the largest circle, the text."""

    width: int
    europe: int
    largest: float
    labelled: int
    text: float


WIDE, NARROW = WorldMapSize(720, 440, 26, 7, 16), WorldMapSize(340, 340, 17, 4, 15)


@dataclass(frozen=True)
class WorldMap:
    """Circles at `positions` on `land`, both in degrees of longitude and latitude.

    `positions` are by code; `land` are rings of corners.
    """

    positions: Mapping[str, tuple[float, float]]
    land: Sequence[Ring]

    def draw(  # noqa: PLR0913 - one argument a part of the picture
        self,
        counts: Mapping[str, int],
        names: Mapping[str, str],
        title: str,
        write: Callable[[int], str],
        size: WorldMapSize,
        *,
        measure: str,
    ) -> str:
        """Draw a circle for each code with a position and a count above 0.

        `write` gives the text of a count, `measure` says in the legend what is counted.
        """
        highest = max(counts.values(), default=0)
        ordered = sorted(
            (c for c in counts if counts[c] and c in self.positions), key=lambda c: -counts[c]
        )
        world_height = size.width * _WORLD_HEIGHT
        panel = _Europe(size.europe, world_height + 34)
        home: list[Circle] = []
        abroad: list[Circle] = []
        for code in ordered:
            inside = _in_europe(*self.positions[code])
            x, y = (panel.place if inside else _world(size.width))(*self.positions[code])
            radius = circles.radius(counts[code], highest, size.largest)
            (home if inside else abroad).append(Circle(x, y, radius, names[code]))
        legend_left, legend_top = size.europe + 24.0, panel.top + 20
        height = panel.top + panel.height + 8
        if size.europe == size.width:
            legend_left, legend_top = 4.0, height + 18
            height += 2 * size.largest + 3 * size.text + 16
        parts = [
            outline(self.land, _world(size.width), fill=palette.SHADE, stroke=palette.BORDER),
            circles.drawn(abroad),
            *circles.labels(abroad[: size.labelled], width=size.width, size=size.text),
            *panel.frame(self.land, size.text),
            circles.drawn(home),
            *circles.labels(home[: size.labelled], width=size.europe, size=size.text),
            *circles.legend(
                measure,
                highest,
                size.largest,
                write,
                left=legend_left,
                top=legend_top,
                size=size.text,
            ),
        ]
        return svg.document(size.width, height, parts, title)


def _in_europe(longitude: float, latitude: float) -> bool:
    return _WEST < longitude < _EAST and _SOUTH < latitude < _NORTH


def _world(width: float) -> Callable[[float, float], tuple[float, float]]:
    """Equal Earth over the whole width, its top at 84 degrees north."""
    scale = width / (2 * _equal_earth(180.0, 0.0)[0])
    top = _equal_earth(0.0, 84.0)[1]

    def place(longitude: float, latitude: float) -> tuple[float, float]:
        x, y = _equal_earth(longitude - _MIDDLE, latitude)
        return width / 2 + scale * x, scale * (top - y)

    return place


def _equal_earth(longitude: float, latitude: float) -> tuple[float, float]:
    a, b, c, d = _A
    t = math.asin(math.sqrt(3) / 2 * math.sin(math.radians(latitude)))
    slope = a + 3 * b * t**2 + t**6 * (7 * c + 9 * d * t**2)
    x = 2 * math.sqrt(3) * math.radians(longitude) * math.cos(t) / (3 * slope)
    return x, a * t + b * t**3 + t**7 * (c + d * t**2)


class _Europe:
    """The panel with Europe enlarged, `width` pixels wide, its top at `top`."""

    def __init__(self, width: float, top: float) -> None:
        middle = (_WEST + _EAST) / 2
        self.width, self.top = width, top
        self._middle = middle
        self._scale = width / ((_EAST - _WEST) * math.cos(math.radians(39.0)))
        self.height = self._scale * (_NORTH - _SOUTH)

    def place(self, longitude: float, latitude: float) -> tuple[float, float]:
        across = (longitude - self._middle) * math.cos(math.radians(latitude))
        return self.width / 2 + self._scale * across, self.top + self._scale * (_NORTH - latitude)

    def _within(self, longitude: float, latitude: float) -> tuple[float, float]:
        """The place of a corner of the land, drawn in to the edge where it lies beyond."""
        x, y = self.place(longitude, latitude)
        return min(max(x, 0.5), self.width - 0.5), min(max(y, self.top), self.top + self.height)

    def frame(self, land: Sequence[Ring], text: float) -> list[str]:
        """The border, what the panel is, and the land cut to it."""
        near = [
            ring
            for ring in land
            if any(_WEST < x < _EAST + _BEYOND and _SOUTH < y < _NORTH for x, y in ring)
        ]
        return [
            svg.text(2, self.top - 8, "Europe enlarged", font_size=text, font_weight="bold"),
            outline(near, self._within, fill=palette.SHADE, stroke=palette.BORDER),
            svg.tag(
                "rect",
                x=0.5,
                y=self.top,
                width=self.width - 1,
                height=self.height,
                fill="none",
                stroke=palette.MUTED_TEXT,
            ),
        ]
