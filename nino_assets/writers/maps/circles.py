"""Circles with areas in proportion to counts, their names and legend."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

from nino_assets.writers.charts import palette, svg

_SMALLEST = 0.8
"""Pixels: a smaller circle could not be seen."""
_WIDER = 1.15
"""Fonts used in place of Arial are up to this much wider; names do not touch in those either."""


class Circle(NamedTuple):
    """Centre, radius in pixels, name."""

    x: float
    y: float
    radius: float
    name: str


def scale_radius(count: int, highest: int, largest: float) -> float:
    """Return a count's radius when that of `highest` is `largest`."""
    return largest * math.sqrt(count / max(1, highest))


def draw_circles(circles: Sequence[Circle]) -> str:
    """Draw all circles, the first below the others."""
    shapes = "".join(
        svg.write_tag("circle", cx=c.x, cy=c.y, r=max(_SMALLEST, c.radius)) for c in circles
    )
    return svg.write_tag(
        "g", shapes, fill=palette.NAVY, fill_opacity="0.6", stroke=palette.WHITE, stroke_width="0.7"
    )


def draw_names(circles: Sequence[Circle], *, width: float, size: float) -> list[str]:
    """Write names next to circles where there is space.

    A name that would run into another name or circle, or off the picture, is left out.
    """
    taken = [(c.x - c.radius, c.y - c.radius, c.x + c.radius, c.y + c.radius) for c in circles]
    parts = []
    for circle in circles:
        long = svg.estimate_width(circle.name, size) * _WIDER
        for left, base in _list_places(circle, long, size):
            box = (left, base - 0.9 * size, left + long, base + 0.2 * size)
            clear = all(
                box[2] < t[0] or box[0] > t[2] or box[3] < t[1] or box[1] > t[3] for t in taken
            )
            if clear and left > 0 and box[2] < width:
                taken.append(box)
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


def _list_places(circle: Circle, long: float, size: float) -> list[tuple[float, float]]:
    """Return left end and baseline of a name in four places.

    They are to the right of the circle, to its left, below and above it.
    """
    x, y, radius, _ = circle
    level = y + size / 3
    return [
        (x + radius + 2, level),
        (x - radius - 2 - long, level),
        (x - long / 2, y + radius + size),
        (x - long / 2, y - radius - 4),
    ]


def draw_legend(  # noqa: PLR0913 - one argument a measure of the legend
    measure: str,
    highest: int,
    largest: float,
    write: Callable[[int], str],
    *,
    left: float,
    top: float,
    size: float,
) -> list[str]:
    """Draw two circles of round counts with their figures."""
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
    return parts
