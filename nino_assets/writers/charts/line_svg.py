"""Line charts as static SVG, with labels at the ends of lines.

Events are lettered above the chart, breaks are shaded.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from nino_assets.writers.charts import palette, svg
from nino_assets.writers.charts.chart import Chart, EventMark

ROW = 19
LABEL_HEIGHT = 38
"""Pixels from one line's name to the next: the name and the latest figure below it."""
_BOTTOM, _RIGHT_GAP = 30, 16
FARTHEST = 5
"""Pixels that a name may stand from the end of its line without a leader."""


@dataclass(frozen=True)
class _Frame:
    """Where the plotting area is in the picture."""

    left: float
    right: float
    top: float
    bottom: float
    categories: int
    axis_top: int

    def to_x(self, n: float) -> float:
        return self.left + (self.right - self.left) * n / max(1, self.categories - 1)

    def to_y(self, value: float) -> float:
        return self.bottom - (self.bottom - self.top) * value / self.axis_top


def draw_line_chart(
    chart: Chart, title: str, *, width: int, height: int, write: Callable[[int], str]
) -> str:
    """Draw a line chart `width` pixels wide with 16-pixel text.

    `write` gives the text of a count as the edition rounds it, for the ends of lines.
    """
    steps = svg.choose_axis_steps(chart.highest)
    unit = choose_axis_unit(chart.highest)
    labels = [f"{step // unit:,}" for step in steps]
    left = max(svg.estimate_bold_width(label) for label in labels) + 8
    right = width - measure_label_room(chart, write)
    rows, letters = place_letters(chart, left, right)
    top = 34 + ROW * rows
    frame = _Frame(left, right, top, height - _BOTTOM, len(chart.categories), steps[-1])
    parts = [svg.write_text(0, 16, write_axis_title(chart))]
    parts += _draw_shades(chart, frame)
    parts += [
        svg.write_tag(
            "path",
            d=f"M{svg.format_number(left)} {svg.format_number(frame.to_y(s))}"
            f"H{svg.format_number(right)}",
            stroke=palette.TEXT if s == 0 else palette.GRID,
        )
        + svg.write_text(left - 8, frame.to_y(s) + 5, label, text_anchor="end")
        for s, label in zip(steps, labels, strict=True)
    ]
    parts += _draw_ticks(chart, frame, width)
    parts += _draw_marks(letters, frame)
    parts += _draw_lines(chart, frame, write)
    return svg.write_picture(width, height, parts, title)


def measure_label_room(chart: Chart, write: Callable[[int], str]) -> float:
    """Return the pixels kept for names and latest figures."""
    texts = [text for s in chart.series for text in (s.label, write(s.points[-1].value))]
    return max(svg.estimate_bold_width(text) for text in texts) + _RIGHT_GAP + 3


def choose_axis_unit(highest: int) -> int:
    """Return 1,000 when the axis reaches thousands, else 1."""
    return 1000 if highest >= 10_000 else 1


def write_axis_title(chart: Chart) -> str:
    """Return the measure and its unit, as the axis states it."""
    return chart.measure + (" (thousands)" if choose_axis_unit(chart.highest) == 1000 else "")


def _draw_shades(chart: Chart, frame: _Frame) -> list[str]:
    shades = []
    for mark in chart.marks:
        if mark.shaded:
            x = max(frame.left, frame.to_x(mark.first - 0.5))
            end = min(frame.right, frame.to_x(mark.last + 0.5))
            shades.append(
                svg.write_tag(
                    "rect",
                    x=x,
                    y=frame.top,
                    width=end - x,
                    height=frame.bottom - frame.top,
                    fill=palette.SHADE,
                    # Breaks that adjoin stay two.
                    stroke=palette.WHITE,
                )
            )
    return shades


def _draw_ticks(chart: Chart, frame: _Frame, width: int) -> list[str]:
    parts, free = [], -1.0
    for n, label in chart.ticks:
        half = svg.estimate_bold_width(label) / 2
        x = min(max(frame.to_x(n), half), width - half)
        parts.append(
            svg.write_tag(
                "path",
                d=f"M{svg.format_number(frame.to_x(n))} {svg.format_number(frame.bottom)}v6",
                stroke=palette.TEXT,
            )
        )
        if x - half > free:
            parts.append(svg.write_text(x, frame.bottom + 24, label, text_anchor="middle"))
            free = x + half + 8
    return parts


def place_letters(
    chart: Chart, left: float, right: float
) -> tuple[int, list[tuple[EventMark, float, int]]]:
    """Give each mark a row so that no two letters touch.

    Returns the number of rows, and the mark, x and row of each letter.
    """
    span = (right - left) / max(1, len(chart.categories) - 1)
    ends: list[float] = []
    placed = []
    for mark in sorted(chart.marks, key=lambda m: (m.first + m.last, m.letter)):
        x = left + span * (mark.first + mark.last) / 2
        row = next((n for n, end in enumerate(ends) if x - 9 >= end), len(ends))
        ends[row : row + 1] = [x + 9]
        placed.append((mark, x, row))
    return len(ends), placed


def _draw_marks(letters: list[tuple[EventMark, float, int]], frame: _Frame) -> list[str]:
    parts = []
    for mark, x, row in letters:
        y = frame.top - 8 - ROW * row
        if not mark.shaded:
            parts.append(
                svg.write_tag(
                    "path",
                    d=f"M{svg.format_number(x)} {svg.format_number(y + 3)}"
                    f"V{svg.format_number(frame.bottom)}",
                    stroke=palette.MUTED_TEXT,
                    stroke_dasharray="1 4",
                )
            )
        parts.append(
            svg.write_text(
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


def _draw_lines(chart: Chart, frame: _Frame, write: Callable[[int], str]) -> list[str]:
    parts = []
    ends = [frame.to_y(s.points[-1].value) for s in chart.series]
    heights = svg.spread_apart(ends, LABEL_HEIGHT, frame.top + 4, frame.bottom - 14)
    for series, end, height in zip(chart.series, ends, heights, strict=True):
        points = [
            f"{svg.format_number(frame.to_x(n))} {svg.format_number(frame.to_y(p.value))}"
            for n, p in enumerate(series.points)
        ]
        parts.append(
            svg.write_tag(
                "path",
                d="M" + "L".join(points),
                fill="none",
                stroke=series.colour,
                stroke_width=3,
                stroke_linejoin="round",
                stroke_dasharray=palette.DASHES[series.dash] or None,
            )
            + svg.write_tag(
                "circle", cx=frame.to_x(len(points) - 1), cy=end, r=4, fill=series.colour
            )
            + _draw_leader(frame, end, height)
            + svg.write_text(frame.right + _RIGHT_GAP, height + 3, series.label, font_weight="bold")
            + svg.write_text(frame.right + _RIGHT_GAP, height + 20, write(series.points[-1].value))
        )
    return parts


def _draw_leader(frame: _Frame, end: float, height: float) -> str:
    """Join the end of a line to a name that stands apart."""
    if abs(height - end) <= FARTHEST:
        return ""
    start, stop = svg.format_number(frame.right + 5), svg.format_number(frame.right + 13)
    return svg.write_tag(
        "path",
        d=f"M{start} {svg.format_number(end)}L{stop} {svg.format_number(height - 2)}",
        stroke=palette.MUTED_TEXT,
    )
