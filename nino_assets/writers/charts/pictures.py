"""Draws a chart in two widths: for desktop and print, and phones."""

from __future__ import annotations

from collections.abc import Callable

from nino_assets.writers.charts.bar_svg import draw_bar_chart
from nino_assets.writers.charts.chart import LINE, Chart
from nino_assets.writers.charts.line_svg import draw_line_chart

WIDE, NARROW = 720, 340
_LABELS = 236


def draw_wide_chart(chart: Chart, title: str, write: Callable[[int], str]) -> str:
    """Draw static SVG 720 pixels wide.

    Text is 16 pixels there, and 14 where the picture is narrowest.
    """
    if chart.kind == LINE:
        return draw_line_chart(chart, title, width=WIDE, height=420, write=write)
    return draw_bar_chart(chart, title, width=WIDE, label_width=_LABELS, write=write)


def draw_narrow_chart(chart: Chart, title: str, write: Callable[[int], str]) -> str:
    """Draw static SVG 340 pixels wide.

    Text is 13 pixels or more on a page 320 pixels wide.
    """
    if chart.kind == LINE:
        return draw_line_chart(chart, title, width=NARROW, height=360, write=write)
    return draw_bar_chart(chart, title, width=NARROW, label_width=0, write=write)
