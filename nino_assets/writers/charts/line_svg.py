"""Line charts as static SVG: direct labels at the line ends, lettered events, shaded breaks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from nino_assets.writers.charts import palette, svg
from nino_assets.writers.charts.chart import Chart, EventMark

ROW = 19
LABEL_HEIGHT = 38
"""Pixels from one line's name to the next: the name and the latest figure below it."""
_BOTTOM, _RIGHT_GAP = 30, 8


@dataclass(frozen=True)
class _Frame:
    """Where the plotting area lies in the picture."""

    left: float
    right: float
    top: float
    bottom: float
    categories: int
    axis_top: int

    def x(self, n: float) -> float:
        return self.left + (self.right - self.left) * n / max(1, self.categories - 1)

    def y(self, value: float) -> float:
        return self.bottom - (self.bottom - self.top) * value / self.axis_top


def line_chart(
    chart: Chart, title: str, *, width: int, height: int, write: Callable[[int], str]
) -> str:
    """Draw a line chart `width` pixels wide with 16-pixel text.

    `write` gives the text of a count as the edition rounds it, for the ends of lines.
    """
    steps = svg.axis_steps(chart.highest)
    unit = axis_unit(chart.highest)
    labels = [f"{step // unit:,}" for step in steps]
    left = max(svg.room_for(label) for label in labels) + 8
    right = width - label_room(chart, write)
    rows, letters = letter_rows(chart, left, right)
    top = 34 + ROW * rows
    frame = _Frame(left, right, top, height - _BOTTOM, len(chart.categories), steps[-1])
    parts = [svg.text(0, 16, axis_title(chart))]
    parts += _shades(chart, frame)
    parts += [
        svg.tag(
            "path",
            d=f"M{svg.number(left)} {svg.number(frame.y(s))}H{svg.number(right)}",
            stroke=palette.TEXT if s == 0 else palette.GRID,
        )
        + svg.text(left - 8, frame.y(s) + 5, label, text_anchor="end")
        for s, label in zip(steps, labels, strict=True)
    ]
    parts += _ticks(chart, frame, width)
    parts += _marks(letters, frame)
    parts += _lines(chart, frame, write)
    return svg.document(width, height, parts, title)


def label_room(chart: Chart, write: Callable[[int], str]) -> float:
    """Pixels to the right of the lines for their names and their latest figures."""
    texts = [text for s in chart.series for text in (s.label, write(s.points[-1].value))]
    return max(svg.room_for(text) for text in texts) + _RIGHT_GAP + 3


def axis_unit(highest: int) -> int:
    """Axes are in thousands when they reach that far."""
    return 1000 if highest >= 10_000 else 1


def axis_title(chart: Chart) -> str:
    """The measure and its unit, as the axis states it."""
    return chart.measure + (" (thousands)" if axis_unit(chart.highest) == 1000 else "")


def _shades(chart: Chart, frame: _Frame) -> list[str]:
    shades = []
    for mark in chart.marks:
        if mark.shaded:
            x = max(frame.left, frame.x(mark.first - 0.5))
            end = min(frame.right, frame.x(mark.last + 0.5))
            shades.append(
                svg.tag(
                    "rect",
                    x=x,
                    y=frame.top,
                    width=end - x,
                    height=frame.bottom - frame.top,
                    fill=palette.SHADE,
                )
            )
    return shades


def _ticks(chart: Chart, frame: _Frame, width: int) -> list[str]:
    parts, free = [], -1.0
    for n, label in chart.ticks:
        half = svg.room_for(label) / 2
        x = min(max(frame.x(n), half), width - half)
        parts.append(
            svg.tag(
                "path",
                d=f"M{svg.number(frame.x(n))} {svg.number(frame.bottom)}v6",
                stroke=palette.TEXT,
            )
        )
        if x - half > free:
            parts.append(svg.text(x, frame.bottom + 24, label, text_anchor="middle"))
            free = x + half + 8
    return parts


def letter_rows(
    chart: Chart, left: float, right: float
) -> tuple[int, list[tuple[EventMark, float, int]]]:
    """Give each mark a row so that no two letters touch: (rows, [(mark, x, row)])."""
    span = (right - left) / max(1, len(chart.categories) - 1)
    ends: list[float] = []
    placed = []
    for mark in sorted(chart.marks, key=lambda m: (m.first + m.last, m.letter)):
        x = left + span * (mark.first + mark.last) / 2
        row = next((n for n, end in enumerate(ends) if x - 9 >= end), len(ends))
        ends[row : row + 1] = [x + 9]
        placed.append((mark, x, row))
    return len(ends), placed


def _marks(letters: list[tuple[EventMark, float, int]], frame: _Frame) -> list[str]:
    parts = []
    for mark, x, row in letters:
        y = frame.top - 8 - ROW * row
        if not mark.shaded:
            parts.append(
                svg.tag(
                    "path",
                    d=f"M{svg.number(x)} {svg.number(y + 3)}V{svg.number(frame.bottom)}",
                    stroke=palette.MUTED_TEXT,
                    stroke_dasharray="1 4",
                )
            )
        parts.append(
            svg.text(
                x,
                y,
                mark.letter,
                text_anchor="middle",
                font_weight="bold",
                stroke=palette.WHITE,
                stroke_width=4,
                paint_order="stroke",
            )
        )
    return parts


def _lines(chart: Chart, frame: _Frame, write: Callable[[int], str]) -> list[str]:
    parts = []
    ends = [frame.y(s.points[-1].value) for s in chart.series]
    heights = svg.spread(ends, LABEL_HEIGHT, frame.top + 4, frame.bottom - 14)
    for series, end, height in zip(chart.series, ends, heights, strict=True):
        points = [
            f"{svg.number(frame.x(n))} {svg.number(frame.y(p.value))}"
            for n, p in enumerate(series.points)
        ]
        parts.append(
            svg.tag(
                "path",
                d="M" + "L".join(points),
                fill="none",
                stroke=series.colour,
                stroke_width=3,
                stroke_linejoin="round",
                stroke_dasharray=palette.DASHES[series.dash] or None,
            )
            + svg.tag("circle", cx=frame.x(len(points) - 1), cy=end, r=4, fill=series.colour)
            + svg.text(frame.right + _RIGHT_GAP, height + 3, series.label, font_weight="bold")
            + svg.text(frame.right + _RIGHT_GAP, height + 20, write(series.points[-1].value))
        )
    return parts
