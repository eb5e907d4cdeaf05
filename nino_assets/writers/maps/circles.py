"""Circles with areas in proportion to counts, their names and legend."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from html import escape
from typing import NamedTuple

from nino_assets.writers.charts import palette, svg

RING = 1.4
"""Pixels, the radius of a ring for nil or negligible."""
_SMALLEST = 0.8
"""Pixels: a smaller circle could not be seen."""
_WIDER = 1.15
"""Fonts used in place of Arial are up to this much wider; names do not touch in those either."""


class Circle(NamedTuple):
    """Centre, radius in pixels, name, and what it shows in words.

    A radius of 0 is a place with nil or negligible: a ring.
    """

    x: float
    y: float
    radius: float
    name: str
    words: str


class Box(NamedTuple):
    """A rectangle of the picture, in pixels."""

    left: float
    top: float
    right: float
    bottom: float

    def is_apart_from(self, other: Box) -> bool:
        """Tell whether the two share no area."""
        return (
            self.left > other.right
            or other.left > self.right
            or self.top > other.bottom
            or other.top > self.bottom
        )

    def holds(self, other: Box) -> bool:
        """Tell whether the other lies inside."""
        return (
            self.left <= other.left
            and other.right <= self.right
            and self.top <= other.top
            and other.bottom <= self.bottom
        )


def scale_radius(count: int, highest: int, largest: float) -> float:
    """Return a count's radius when that of `highest` is `largest`."""
    return largest * math.sqrt(count / max(1, highest))


def draw_circles(circles: Sequence[Circle]) -> str:
    """Draw all circles, the first below the others.

    Each has its words as a title, which a pointer shows and the keyboard reads.
    """
    filled = "".join(_draw_circle(c, max(_SMALLEST, c.radius)) for c in circles if c.radius)
    rings = "".join(_draw_circle(c, RING) for c in circles if not c.radius)
    return svg.write_tag(
        "g", filled, fill=palette.NAVY, fill_opacity="0.6", stroke=palette.WHITE, stroke_width="0.7"
    ) + (
        svg.write_tag("g", rings, fill=palette.WHITE, stroke=palette.NAVY, stroke_width="0.8")
        if rings
        else ""
    )


def _draw_circle(circle: Circle, radius: float) -> str:
    title = svg.write_tag("title", escape(circle.words, quote=False))
    return svg.write_tag("circle", title, cx=circle.x, cy=circle.y, r=radius)


def draw_names(
    named: Sequence[Circle],
    among: Sequence[Circle],
    *,
    within: Box,
    around: Sequence[Box] = (),
    size: float,
) -> list[str]:
    """Write the names of some circles, clear of circles and names.

    `among` are all circles of the picture; `within` is where names may stand, `around` what they
    keep clear of besides. A name without space next to its circle stands apart, with a leader. One
    without any space is left out.
    """
    taken = [*around, *(_find_box(c) for c in among)]
    parts = []
    for circle in named:
        long = svg.estimate_width(circle.name, size) * _WIDER
        for left, base, apart in _list_places(circle, long, size):
            box = Box(left, base - 0.9 * size, left + long, base + 0.2 * size)
            if within.holds(box) and all(box.is_apart_from(other) for other in taken):
                taken.append(box)
                if apart:
                    parts.append(_draw_leader(circle, box))
                parts.append(
                    svg.write_text(
                        left + long / 2,
                        base,
                        circle.name,
                        text_anchor="middle",
                        font_size=size,
                        stroke=palette.WHITE,
                        stroke_width=3,
                        paint_order="stroke",
                    )
                )
                break
    return parts


def _find_box(circle: Circle) -> Box:
    x, y, radius = circle.x, circle.y, max(RING, circle.radius)
    return Box(x - radius, y - radius, x + radius, y + radius)


def _list_places(circle: Circle, long: float, size: float) -> Iterator[tuple[float, float, bool]]:
    """Return places for a name: left end, baseline, whether apart.

    They are to the right of the circle, to its left, below and above it, then ever farther.
    """
    x, y, radius = circle.x, circle.y, circle.radius
    level = y + size / 3
    yield x + radius + 2, level, False
    yield x - radius - 2 - long, level, False
    yield x - long / 2, y + radius + size, False
    yield x - long / 2, y - radius - 4, False
    for distance in range(16, 161, 12):
        for turn in range(16):
            angle = math.pi * turn / 8
            across, down = math.cos(angle), math.sin(angle)
            middle = x + across * (radius + distance + long / 2 * abs(across))
            yield middle - long / 2, level + down * (radius + distance), True


def _draw_leader(circle: Circle, box: Box) -> str:
    """Draw a line from a circle to its name."""
    x = min(max(circle.x, box.left), box.right)
    y = min(max(circle.y, box.top), box.bottom)
    return svg.write_tag(
        "path",
        d=f"M{svg.format_number(circle.x)} {svg.format_number(circle.y)}"
        f"L{svg.format_number(x)} {svg.format_number(y)}",
        stroke=palette.TEXT,
        stroke_width=1,
    )


def draw_legend(  # noqa: PLR0913 - one argument a measure of the legend
    measure: str,
    highest: int,
    largest: float,
    write: Callable[[int], str],
    *,
    left: float,
    top: float,
    size: float,
    nil: str = "",
) -> list[str]:
    """Draw two circles of round counts with their figures.

    `nil` is what a ring stands for, where there are rings.
    """
    steps = svg.choose_axis_steps(highest, most=2)[1:]
    sizes = [step for step in (max(1, steps[0] // 10), steps[0]) if step <= highest] or [highest]
    parts, y = [svg.write_text(left, top, measure, font_size=size)], top + 12.0
    middle = left + largest + 1
    for count in sizes:
        wide = max(_SMALLEST, scale_radius(count, highest, largest))
        y += max(wide, size / 2) + 4
        parts.append(
            svg.write_tag("circle", cx=middle, cy=y, r=wide, fill=palette.NAVY, fill_opacity="0.6")
            + svg.write_text(middle + largest + 8, y + size / 3, write(count), font_size=size)
        )
        y += max(wide, size / 2) + 4
    if nil:
        y += size / 2 + 4
        parts.append(
            svg.write_tag(
                "circle", cx=middle, cy=y, r=RING, fill=palette.WHITE, stroke=palette.NAVY
            )
            + svg.write_text(middle + largest + 8, y + size / 3, nil, font_size=size)
        )
    return parts
