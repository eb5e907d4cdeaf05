"""Horizontal bar charts as static SVG.

One or two series; each bar is labelled with its figure.
"""

from __future__ import annotations

from collections.abc import Callable

from nino_assets.writers.charts import palette, svg
from nino_assets.writers.charts.chart import Chart

_BAR, _SINGLE, _GAP, _LEGEND = 20, 24, 12, 24
_TOP = 4


def draw_bar_chart(
    chart: Chart, title: str, *, width: int, label_width: int, write: Callable[[int], str]
) -> str:
    """Draw bars from zero, one group for each category.

    `label_width` 0 puts each name above its bars, for narrow pictures.

    `write` gives the text of a count as the edition rounds it.
    """
    thickness = _BAR if len(chart.series) > 1 else _SINGLE
    room = max(
        (svg.estimate_bold_width(write(p.value)) for s in chart.series for p in s.points), default=0
    )
    scale = (width - label_width - room - 8) / max(1, chart.highest)
    parts: list[str] = []
    y = _TOP + _GAP / 2
    if len(chart.series) > 1:
        parts, y = _draw_legend(chart, width)
    start = f"M{label_width} {svg.format_number(y - _GAP / 2)}"
    for n, category in enumerate(chart.categories):
        names = svg.wrap_words(category, (label_width - 12) / 1.15) if label_width else [category]
        height = thickness * len(chart.series)
        if label_width:
            height = max(height, 19 * len(names))
            first = y + height / 2 - 19 * (len(names) - 1) / 2 + 6
            parts += [
                svg.write_text(label_width - 10, first + 19 * i, name, text_anchor="end")
                for i, name in enumerate(names)
            ]
        else:
            parts.append(svg.write_text(0, y + 15, category))
            y += 20
        bars = y + (height - thickness * len(chart.series)) / 2
        for s, series in enumerate(chart.series):
            value = series.points[n].value
            top = bars + s * thickness
            parts.append(
                svg.write_tag(
                    "rect",
                    x=label_width,
                    y=top + 1,
                    width=max(1, value * scale),
                    height=thickness - 2,
                    fill=series.colour,
                    stroke=palette.TEXT if series.colour == palette.GREY else None,
                    stroke_width=0.8 if series.colour == palette.GREY else None,
                )
                + svg.write_text(
                    label_width + value * scale + 6, top + thickness / 2 + 6, write(value)
                )
            )
        y += height + _GAP
    axis = svg.write_tag(
        "path", d=f"{start}V{svg.format_number(y - _GAP / 2)}", stroke=palette.TEXT
    )
    return svg.write_picture(width, y, [*parts, axis] if label_width else parts, title)


def _draw_legend(chart: Chart, width: int) -> tuple[list[str], float]:
    """Return swatches with names, and where the bars begin below them."""
    parts, x, y = [], 0.0, float(_TOP)
    for series in chart.series:
        needed = 24 + svg.estimate_bold_width(series.label)
        if x and x + needed > width:
            x, y = 0.0, y + _LEGEND
        parts.append(
            svg.write_tag(
                "rect",
                x=x + 0.5,
                y=y + 0.5,
                width=16,
                height=16,
                fill=series.colour,
                stroke=palette.TEXT,
                stroke_width=0.8,
            )
            + svg.write_text(x + 24, y + 14, series.label, font_weight="bold")
        )
        x += needed + 16
    return parts, y + _LEGEND + 10
