"""Outlines of land and areas as one small SVG path.

Corners are thinned to those that can be seen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from nino_assets.writers.charts import svg
from nino_assets.writers.maps.boundaries import Ring

Place = Callable[[float, float], tuple[float, float]]
"""Where a longitude and latitude are in a picture."""
_STEP = 0.8
"""Corners of boundaries nearer than this many pixels are one corner."""


def draw_outline(rings: Iterable[Ring], place: Place, *, fill: str, stroke: str) -> str:
    """Draw all rings as one path in steps of `_STEP` pixels.

    Corners that fall together are one.
    """
    commands = []
    for ring in rings:
        corners: list[tuple[int, int]] = []
        for longitude, latitude in ring:
            x, y = place(longitude, latitude)
            corner = (round(x / _STEP), round(y / _STEP))
            if not corners or corner != corners[-1]:
                corners.append(corner)
        if len(corners) > 3:
            commands.append(_write_path(_drop_slight_corners(corners)))
    return svg.write_tag(
        "path",
        d="".join(commands),
        transform=f"scale({_STEP})",
        fill=fill,
        fill_rule="evenodd",
        stroke=stroke,
        stroke_width="0.5",
    )


def _drop_slight_corners(corners: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Leave out corners that are nearly in line with their neighbours.

    Of two slight corners in a row one stays, so that a border moves by less than a pixel.
    """
    kept, dropped = corners[:1], False
    for (ax, ay), (bx, by), (cx, cy) in zip(corners, corners[1:], corners[2:], strict=False):
        twice_area = abs((bx - ax) * (cy - ay) - (by - ay) * (cx - ax))
        dropped = twice_area == 0 or (twice_area == 1 and not dropped)
        if not dropped:
            kept.append((bx, by))
    return [*kept, corners[-1]]


def _write_path(corners: list[tuple[int, int]]) -> str:
    (x, y), *others = corners
    path = [f"M{x} {y}l"]
    for n, (across, down) in enumerate(others):
        step = f"{across - x} {down - y}"
        path.append(step if n == 0 or step.startswith("-") else f" {step}")
        x, y = across, down
    return "".join(path).replace(" -", "-") + "z"
