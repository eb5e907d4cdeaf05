"""Maps of the United Kingdom as static SVG: circles by local authority, shaded areas.

Belongs here: projection, circles, shading, the enlarged London, legends. Does not belong here:
which figures are mapped (`bulletin/commentary/areas.py`), reading boundaries (`boundaries.py`).
The projection is sinusoidal about 2 degrees west, which keeps areas in proportion.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from nino_assets.publishing.charts import palette, svg
from nino_assets.publishing.maps.boundaries import Ring

LONDON = "E09"
"""Codes of London boroughs begin with it; they are drawn enlarged, and only there."""

WIDTH, HEIGHT = 420, 640
_REGIONS = ("E12", "W92", "S92", "N92")
_TEXT = 18.0
"""Pixels: still above 12 where the picture is 288 wide, on a page of 320."""
_LARGEST_CIRCLE = 17.0
_LABELLED = 5
_STEP = 0.8
"""Corners of boundaries nearer than this many pixels are one corner."""


_Circle = tuple[float, float, float, str]
"""Centre, radius, name."""


@dataclass(frozen=True)
class _View:
    """A window on the map: `scale` pixels a degree, with `west`, `north` at its corner."""

    scale: float
    left: float
    top: float
    x0: float
    north: float

    def place(self, longitude: float, latitude: float) -> tuple[float, float]:
        x = (longitude + 2.0) * math.cos(math.radians(latitude))
        return (
            self.left + (x - self.x0) * self.scale,
            self.top + (self.north - latitude) * self.scale,
        )


_UK = _View(57.0, 6, 6, -4.02, 60.9)
_INSET = (264.0, 100.0, 155.0, 142.0)
_LONDON_VIEW = _View(262.0, _INSET[0] + 8, _INSET[1] + 34, 0.925, 51.69)


class AreaMap:
    """The United Kingdom by `positions` (longitude, latitude by code) and, if any, `boundaries`."""

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

    def bubbles(
        self,
        counts: Mapping[str, int],
        names: Mapping[str, str],
        title: str,
        write: Callable[[int], str],
    ) -> str:
        """A circle for each area with a position, its area in proportion to the count."""
        highest = max(counts.values(), default=0)
        parts = self._land(counts)
        placed = sorted(
            (code for code in counts if code in self._positions and counts[code]),
            key=lambda code: (-counts[code], code),
        )
        home: list[_Circle] = []
        london: list[_Circle] = []
        for code in placed:
            view = _LONDON_VIEW if code.startswith(LONDON) else _UK
            x, y = view.place(*self._positions[code])
            radius = _radius(counts[code], highest)
            (london if view is _LONDON_VIEW else home).append((x, y, radius, names[code]))
        parts += [_circles(home), *_labels(home[:_LABELLED])]
        if london:
            parts += [*self._inset(self._rings(LONDON, counts)), _circles(london)]
        return svg.document(WIDTH, HEIGHT, [*parts, *_circle_legend(highest, write)], title)

    def choropleth(self, shares: Mapping[str, float], areas: Collection[str], title: str) -> str:
        """`areas` shaded in three classes of a percentage; those without a share are white."""
        low, high = _class_breaks(list(shares.values()))
        drawn = {code: self._boundaries[code] for code in areas if code in self._boundaries}
        parts = [self._shaded(drawn, shares, (low, high), _UK)]
        if any(code.startswith(LONDON) for code in drawn):
            london = {code: rings for code, rings in drawn.items() if code.startswith(LONDON)}
            parts += [*self._inset([]), self._shaded(london, shares, (low, high), _LONDON_VIEW)]
        return svg.document(WIDTH, HEIGHT, [*parts, *_class_legend(low, high)], title)

    def _rings(self, prefix: str, counts: Mapping[str, int]) -> list[Ring]:
        return [
            ring
            for code in counts
            if code.startswith(prefix)
            for ring in self._boundaries.get(code, ())
        ]

    def _land(self, counts: Mapping[str, int]) -> list[str]:
        """The twelve regions and countries where the file has them, else the areas themselves."""
        regions = [rings for code, rings in self._boundaries.items() if code[:3] in _REGIONS]
        rings = self._rings("", counts)
        if len(regions) == 12:
            rings = [ring for region in regions for ring in region]
        return [_shape(rings, _UK, fill=palette.SHADE, stroke=palette.BORDER)] if rings else []

    def _inset(self, rings: list[Ring]) -> list[str]:
        x, y, width, height = _INSET
        parts = [
            svg.tag(
                "rect",
                x=x,
                y=y,
                width=width,
                height=height,
                fill=palette.WHITE,
                stroke=palette.MUTED_TEXT,
            )
            + svg.text(x + 8, y + 22, "London enlarged", font_size=_TEXT)
        ]
        if rings:
            parts.append(_shape(rings, _LONDON_VIEW, fill=palette.SHADE, stroke=palette.BORDER))
        return parts

    def _shaded(
        self,
        drawn: Mapping[str, tuple[Ring, ...]],
        shares: Mapping[str, float],
        breaks: tuple[int, int],
        view: _View,
    ) -> str:
        by_colour: dict[str, list[Ring]] = {}
        for code, rings in drawn.items():
            colour = _colour(shares[code], breaks) if code in shares else palette.WHITE
            by_colour.setdefault(colour, []).extend(rings)
        return "".join(
            _shape(by_colour[colour], view, fill=colour, stroke=palette.TEXT)
            for colour in (palette.WHITE, *palette.SEQUENTIAL)
            if colour in by_colour
        )


def _radius(count: int, highest: int) -> float:
    return _LARGEST_CIRCLE * math.sqrt(count / max(1, highest))


def _circles(circles: list[_Circle]) -> str:
    drawn = "".join(
        svg.tag("circle", cx=x, cy=y, r=max(0.8, radius)) for x, y, radius, _ in circles
    )
    return svg.tag(
        "g", drawn, fill=palette.NAVY, fill_opacity="0.6", stroke=palette.WHITE, stroke_width="0.7"
    )


def _labels(circles: list[_Circle]) -> list[str]:
    """Names of the largest circles, where they do not run into one another or off the picture."""
    taken: list[tuple[float, float, float, float]] = []
    parts = []
    for x, y, radius, name in circles:
        width = svg.text_width(name, _TEXT)
        for left in (x + radius + 3, x - radius - 3 - width):
            box = (left, y - 11, left + width, y + 9)
            clear = all(
                box[2] < t[0] or box[0] > t[2] or box[3] < t[1] or box[1] > t[3] for t in taken
            )
            if clear and left > 0 and box[2] < WIDTH:
                taken.append(box)
                parts.append(
                    svg.text(
                        left,
                        y + 6,
                        name,
                        font_size=_TEXT,
                        stroke=palette.WHITE,
                        stroke_width=3,
                        paint_order="stroke",
                    )
                )
                break
    return parts


def _circle_legend(highest: int, write: Callable[[int], str]) -> list[str]:
    steps = svg.axis_steps(highest, most=2)[1:]
    sizes = [step for step in (max(1, steps[0] // 10), steps[0]) if step <= highest] or [highest]
    parts, y = [svg.text(4, 20, "Registrations", font_size=_TEXT)], 46.0
    for size in sizes:
        radius = _radius(size, highest)
        parts.append(
            svg.tag(
                "circle", cx=22, cy=y, r=max(0.8, radius), fill=palette.NAVY, fill_opacity="0.6"
            )
            + svg.text(48, y + 6, write(size), font_size=_TEXT)
        )
        y += radius + 24
    return parts


def _class_breaks(shares: list[float]) -> tuple[int, int]:
    """Whole percentages that cut the areas into thirds, as nearly as whole numbers can."""
    ordered = sorted(shares)
    low = round(ordered[len(ordered) // 3])
    high = round(ordered[2 * len(ordered) // 3])
    return low, max(high, low + 1)


def _colour(share: float, breaks: tuple[int, int]) -> str:
    return palette.SEQUENTIAL[sum(share >= limit for limit in breaks)]


def _class_legend(low: int, high: int) -> list[str]:
    classes = [
        (palette.SEQUENTIAL[2], f"{high}% or more"),
        (palette.SEQUENTIAL[1], f"{low}% to under {high}%"),
        (palette.SEQUENTIAL[0], f"Under {low}%"),
        (palette.WHITE, "Too few"),
    ]
    return [
        svg.tag(
            "rect",
            x=4,
            y=6 + 24 * n,
            width=18,
            height=18,
            fill=colour,
            stroke=palette.TEXT,
            stroke_width="0.8",
        )
        + svg.text(30, 20 + 24 * n, words, font_size=_TEXT)
        for n, (colour, words) in enumerate(classes)
    ]


def _shape(rings: list[Ring], view: _View, *, fill: str, stroke: str) -> str:
    """All rings as one path in steps of `_STEP` pixels: corners that fall together are one."""
    commands = []
    for ring in rings:
        corners: list[tuple[int, int]] = []
        for longitude, latitude in ring:
            x, y = view.place(longitude, latitude)
            corner = (round(x / _STEP), round(y / _STEP))
            if not corners or corner != corners[-1]:
                corners.append(corner)
        if len(corners) > 3:
            commands.append(_relative(_without_slight(corners)))
    return svg.tag(
        "path",
        d="".join(commands),
        transform=f"scale({_STEP})",
        fill=fill,
        fill_rule="evenodd",
        stroke=stroke,
        stroke_width="0.5",
    )


def _without_slight(corners: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Without corners that stand out by next to nothing between their neighbours.

    Of two slight corners in a row one stays, so that a border moves by less than a pixel.
    """
    kept, dropped = corners[:1], False
    for (ax, ay), (bx, by), (cx, cy) in zip(corners, corners[1:], corners[2:], strict=False):
        twice_area = abs((bx - ax) * (cy - ay) - (by - ay) * (cx - ax))
        dropped = twice_area == 0 or (twice_area == 1 and not dropped)
        if not dropped:
            kept.append((bx, by))
    return [*kept, corners[-1]]


def _relative(corners: list[tuple[int, int]]) -> str:
    (x, y), *others = corners
    path = [f"M{x} {y}l"]
    for n, (across, down) in enumerate(others):
        step = f"{across - x} {down - y}"
        path.append(step if n == 0 or step.startswith("-") else f" {step}")
        x, y = across, down
    return "".join(path).replace(" -", "-") + "z"
