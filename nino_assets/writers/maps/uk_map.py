"""Maps of the United Kingdom: circles by area, and shaded areas.

The projection is sinusoidal about 2 degrees west, which keeps areas in proportion. London is
enlarged in a panel.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from nino_assets.writers.charts import palette, svg
from nino_assets.writers.maps import circles
from nino_assets.writers.maps.boundaries import Ring
from nino_assets.writers.maps.circles import Box, Circle
from nino_assets.writers.maps.outlines import draw_outline

LONDON = "E09"
"""Codes of London boroughs begin with it; they are drawn enlarged, and only there."""

WIDTH, HEIGHT = 420, 640
_REGIONS = ("E12", "W92", "S92", "N92")
_TEXT = 18.0
"""Pixels: still above 12 where the picture is 288 wide, on a page of 320."""
_LARGEST_CIRCLE = 17.0
"""Pixels, the radius."""
_LABELLED = 5


@dataclass(frozen=True)
class _View:
    """A window on the map, `scale` pixels for each degree.

    Its corner is at `x0`, `north`.
    """

    scale: float
    left: float
    top: float
    x0: float
    north: float

    def project(self, longitude: float, latitude: float) -> tuple[float, float]:
        x = (longitude + 2.0) * math.cos(math.radians(latitude))
        return (
            self.left + (x - self.x0) * self.scale,
            self.top + (self.north - latitude) * self.scale,
        )


_UK = _View(57.0, 6, 6, -4.02, 60.9)
_LEGEND = Box(0, 0, 150, 170)
_INSET = (240.0, 84.0, 176.0, 158.0)
_LONDON_VIEW = _View(298.0, _INSET[0] + 8, _INSET[1] + 34, 0.925, 51.69)


class AreaMap:
    """The United Kingdom by positions of areas and, optionally, their boundaries.

    `positions` are longitude and latitude by area code.
    """

    def __init__(
        self,
        positions: Mapping[str, tuple[float, float]],
        boundaries: Mapping[str, tuple[Ring, ...]],
    ) -> None:
        self._positions = positions
        self._boundaries = boundaries

    @property
    def has_boundaries(self) -> bool:
        return bool(self._boundaries)

    def has_authorities(self, codes: Collection[str]) -> bool:
        """Whether the boundary file draws nine in ten of these areas."""
        return bool(codes) and len([c for c in codes if c in self._boundaries]) >= 0.9 * len(codes)

    def draw_circles(
        self,
        counts: Mapping[str, int],
        names: Mapping[str, str],
        title: str,
        write: Callable[[int], str],
        *,
        measure: str,
    ) -> str:
        """Draw a circle for each area that has a position.

        Its area is in proportion to the count; a count of 0 is a ring. The five largest are named,
        outside London, and the largest of all wherever it is. `write` gives the text of a count,
        `measure` says in the legend what is counted.
        """
        highest = max(counts.values(), default=0)
        parts = self._draw_land(counts)
        placed = sorted(
            (code for code in counts if code in self._positions),
            key=lambda code: (-counts[code], code),
        )
        home: list[Circle] = []
        london: list[Circle] = []
        for code in placed:
            view = _LONDON_VIEW if code.startswith(LONDON) else _UK
            x, y = view.project(*self._positions[code])
            radius = circles.scale_radius(counts[code], highest, _LARGEST_CIRCLE)
            words = f"{names[code]}: {write(counts[code])}"
            circle = Circle(x, y, radius, names[code], words)
            (london if view is _LONDON_VIEW else home).append(circle)
        parts.append(circles.draw_circles(home))
        if london:
            parts += [
                *self._draw_inset(self._collect_rings(LONDON, counts)),
                circles.draw_circles(london),
            ]
        parts += _draw_area_names(home, london)
        parts += circles.draw_legend(
            measure,
            highest,
            _LARGEST_CIRCLE,
            write,
            left=4,
            top=20,
            size=_TEXT,
            nil=write(0) if any(not counts[code] for code in placed) else "",
        )
        return svg.write_picture(WIDTH, HEIGHT, parts, title)

    def draw_choropleth(
        self, shares: Mapping[str, float], areas: Collection[str], title: str
    ) -> str:
        """Shade `areas` in three classes of a percentage.

        Areas without a share are white.
        """
        low, high = _choose_class_breaks(list(shares.values()))
        drawn = {code: self._boundaries[code] for code in areas if code in self._boundaries}
        parts = [self._draw_shaded(drawn, shares, (low, high), _UK)]
        if any(code.startswith(LONDON) for code in drawn):
            london = {code: rings for code, rings in drawn.items() if code.startswith(LONDON)}
            parts += [
                *self._draw_inset([]),
                self._draw_shaded(london, shares, (low, high), _LONDON_VIEW),
            ]
        return svg.write_picture(WIDTH, HEIGHT, [*parts, *_draw_class_legend(low, high)], title)

    def _collect_rings(self, prefix: str, counts: Mapping[str, int]) -> list[Ring]:
        return [
            ring
            for code in counts
            if code.startswith(prefix)
            for ring in self._boundaries.get(code, ())
        ]

    def _draw_land(self, counts: Mapping[str, int]) -> list[str]:
        """Outline the land: by the regions, else by the areas themselves.

        The boundary file may lack the twelve regions and countries.
        """
        regions = [rings for code, rings in self._boundaries.items() if code[:3] in _REGIONS]
        rings = self._collect_rings("", counts)
        if len(regions) == 12:
            rings = [ring for region in regions for ring in region]
        return [_outline_land(rings, _UK)] if rings else []

    def _draw_inset(self, rings: list[Ring]) -> list[str]:
        x, y, width, height = _INSET
        parts = [
            svg.write_tag(
                "rect",
                x=x,
                y=y,
                width=width,
                height=height,
                fill=palette.WHITE,
                stroke=palette.MUTED_TEXT,
            )
            + svg.write_text(x + 8, y + 22, "London enlarged", font_size=_TEXT)
        ]
        if rings:
            parts.append(_outline_land(rings, _LONDON_VIEW))
        return parts

    def _draw_shaded(
        self,
        drawn: Mapping[str, tuple[Ring, ...]],
        shares: Mapping[str, float],
        breaks: tuple[int, int],
        view: _View,
    ) -> str:
        by_colour: dict[str, list[Ring]] = {}
        for code, rings in drawn.items():
            colour = _choose_colour(shares[code], breaks) if code in shares else palette.WHITE
            by_colour.setdefault(colour, []).extend(rings)
        return "".join(
            draw_outline(by_colour[colour], view.project, fill=colour, stroke=palette.TEXT)
            for colour in (palette.WHITE, *palette.SEQUENTIAL)
            if colour in by_colour
        )


def _draw_area_names(home: list[Circle], london: list[Circle]) -> list[str]:
    """Name the largest areas, and London's largest where it leads all."""
    named = [c for c in home[:_LABELLED] if c.radius]
    picture, (x, y, width, height) = Box(0, 0, WIDTH, HEIGHT), _INSET
    inset = Box(x, y, x + width, y + height)
    lead = [
        c for c in london[:1] if c.radius and c.radius >= max((h.radius for h in named), default=0)
    ]
    heading = Box(x, y, x + width, y + _TEXT + 12)
    inside = circles.draw_names(lead, london, within=inset, around=[heading], size=_TEXT)
    around = [_LEGEND, *([inset] if london else [])]
    if lead and not inside:
        named = [*lead, *named]
    return inside + circles.draw_names(named, home, within=picture, around=around, size=_TEXT)


def _outline_land(rings: list[Ring], view: _View) -> str:
    return draw_outline(rings, view.project, fill=palette.SHADE, stroke=palette.BORDER)


def _choose_class_breaks(shares: list[float]) -> tuple[int, int]:
    """Return whole percentages that cut the areas into thirds."""
    ordered = sorted(shares)
    low = round(ordered[len(ordered) // 3])
    high = round(ordered[2 * len(ordered) // 3])
    return low, max(high, low + 1)


def _choose_colour(share: float, breaks: tuple[int, int]) -> str:
    return palette.SEQUENTIAL[sum(share >= limit for limit in breaks)]


def _draw_class_legend(low: int, high: int) -> list[str]:
    classes = [
        (palette.SEQUENTIAL[2], f"{high}% or more"),
        (palette.SEQUENTIAL[1], f"{low}% to under {high}%"),
        (palette.SEQUENTIAL[0], f"Under {low}%"),
        (palette.WHITE, "Too few"),
    ]
    return [
        svg.write_tag(
            "rect",
            x=4,
            y=6 + 24 * n,
            width=18,
            height=18,
            fill=colour,
            stroke=palette.TEXT,
            stroke_width="0.8",
        )
        + svg.write_text(30, 20 + 24 * n, words, font_size=_TEXT)
        for n, (colour, words) in enumerate(classes)
    ]
