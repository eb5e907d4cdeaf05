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
    "North America": (80, 110),
    "Central and South America": (105, 375),
    "European Union EU15": (245, 110),
    "European Union EU8": (360, 70),
    "European Union EU2": (390, 170),
    "European Union Other": (300, 205),
    "Other Europe": (480, 85),
    "North Africa": (250, 280),
    "Sub-Saharan Africa": (310, 385),
    "Middle East and Central Asia": (435, 265),
    "South Asia": (510, 350),
    "East Asia": (610, 170),
    "South East Asia": (620, 300),
    "Oceania": (640, 425),
    "Unknown / other": (80, 245),
}
"""Centre of each sub-group's circle in a picture 720 pixels wide."""
WIDTH, HEIGHT = 720, 480
_LARGEST = 62.0
_SHORT = {
    "Middle East and Central Asia": "Middle East and C. Asia",
    "Central and South America": "C. and S. America",
    "European Union EU15": "EU15",
    "European Union EU8": "EU8",
    "European Union EU2": "EU2",
    "European Union Other": "EU Other",
}


def world_picture(
    counts: list[tuple[str, int]], title: str, write: Callable[[int], str]
) -> str:
    """Circles with areas in proportion to the counts, each with its name and figure."""
    highest = max((count for _, count in counts), default=0)
    circles, words = [], []
    for name, count in counts:
        x, y = PLACES[name]
        radius = max(2.0, _LARGEST * math.sqrt(count / max(1, highest)))
        circles.append(svg.tag("circle", cx=x, cy=y, r=radius))
        label = _SHORT.get(name, name)
        below = y + radius + 17
        halo = {"text_anchor": "middle", "stroke": palette.WHITE, "stroke_width": 3.0,
                "paint_order": "stroke"}
        words.append(
            svg.text(x, below, label, **halo)
            + svg.text(x, below + 18, write(count), font_weight="bold", **halo)
        )
    drawn = svg.tag("g", "".join(circles), fill=palette.NAVY, fill_opacity="0.75")
    return svg.document(WIDTH, HEIGHT, [drawn, *words], title)
