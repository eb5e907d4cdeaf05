"""The world with a circle for each place, and Europe enlarged.

The land is drawn without borders, so that the map takes no side on where countries end. The world
is in the Equal Earth projection (Savric, Patterson and Jenny 2018), Europe in a sinusoidal one;
both keep areas in proportion.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from nino_assets.writers.charts import palette, svg
from nino_assets.writers.maps import circles
from nino_assets.writers.maps.boundaries import Ring
from nino_assets.writers.maps.circles import Box, Circle
from nino_assets.writers.maps.outlines import draw_outline

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
    """Pixels of the picture, the Europe panel, circles and text."""

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
        """Draw a circle for each place that has a count.

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
            inside = _is_in_europe(*self.positions[code])
            x, y = (panel.project if inside else _build_world_projection(size.width))(
                *self.positions[code]
            )
            radius = circles.scale_radius(counts[code], highest, size.largest)
            words = f"{names[code]}: {write(counts[code])}"
            (home if inside else abroad).append(Circle(x, y, radius, names[code], words))
        legend_left, legend_top = size.europe + 24.0, panel.top + 20
        height = panel.top + panel.height + 8
        if size.europe == size.width:
            legend_left, legend_top = 4.0, height + 18
            height += 2 * size.largest + 3 * size.text + 16
        parts = [
            draw_outline(
                self.land,
                _build_world_projection(size.width),
                fill=palette.SHADE,
                stroke=palette.BORDER,
            ),
            circles.draw_circles(abroad),
            *circles.draw_names(
                abroad[: size.labelled],
                abroad,
                within=Box(0, 0, size.width, world_height + 8),
                size=size.text,
            ),
            *panel.draw_frame(self.land, size.text),
            circles.draw_circles(home),
            *circles.draw_names(
                home[: size.labelled],
                home,
                within=Box(0, panel.top, size.europe, panel.top + panel.height),
                size=size.text,
            ),
            *circles.draw_legend(
                measure,
                highest,
                size.largest,
                write,
                left=legend_left,
                top=legend_top,
                size=size.text,
            ),
        ]
        return svg.write_picture(size.width, height, parts, title)


def _is_in_europe(longitude: float, latitude: float) -> bool:
    return _WEST < longitude < _EAST and _SOUTH < latitude < _NORTH


def _build_world_projection(width: float) -> Callable[[float, float], tuple[float, float]]:
    """Return Equal Earth over the whole width, to 84 degrees north."""
    scale = width / (2 * _project_equal_earth(180.0, 0.0)[0])
    top = _project_equal_earth(0.0, 84.0)[1]

    def project(longitude: float, latitude: float) -> tuple[float, float]:
        x, y = _project_equal_earth(longitude - _MIDDLE, latitude)
        return width / 2 + scale * x, scale * (top - y)

    return project


def _project_equal_earth(longitude: float, latitude: float) -> tuple[float, float]:
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

    def project(self, longitude: float, latitude: float) -> tuple[float, float]:
        across = (longitude - self._middle) * math.cos(math.radians(latitude))
        return self.width / 2 + self._scale * across, self.top + self._scale * (_NORTH - latitude)

    def _project_inside(self, longitude: float, latitude: float) -> tuple[float, float]:
        """Project a corner of the land, moved to the edge when outside."""
        x, y = self.project(longitude, latitude)
        return min(max(x, 0.5), self.width - 0.5), min(max(y, self.top), self.top + self.height)

    def draw_frame(self, land: Sequence[Ring], text: float) -> list[str]:
        """Draw the border, the heading and the land inside the panel."""
        near = [
            ring
            for ring in land
            if any(_WEST < x < _EAST + _BEYOND and _SOUTH < y < _NORTH for x, y in ring)
        ]
        return [
            svg.write_text(2, self.top - 8, "Europe enlarged", font_size=text, font_weight="bold"),
            draw_outline(near, self._project_inside, fill=palette.SHADE, stroke=palette.BORDER),
            svg.write_tag(
                "rect",
                x=0.5,
                y=self.top,
                width=self.width - 1,
                height=self.height,
                fill="none",
                stroke=palette.MUTED_TEXT,
            ),
        ]
