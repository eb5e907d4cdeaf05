"""A chart in its two static widths: one for desktop and print, one for a phone."""

from __future__ import annotations

from collections.abc import Callable

from nino_assets.writers.charts.bar_svg import bar_chart
from nino_assets.writers.charts.chart import LINE, Chart
from nino_assets.writers.charts.line_svg import line_chart

WIDE, NARROW = 720, 340
_LABELS = 236


def wide_picture(chart: Chart, title: str, write: Callable[[int], str]) -> str:
    """Static SVG 720 pixels wide; text is 16 pixels there and 14 at the narrowest it is used."""
    if chart.kind == LINE:
        return line_chart(chart, title, width=WIDE, height=420, write=write)
    return bar_chart(chart, title, width=WIDE, label_width=_LABELS, write=write)


def narrow_picture(chart: Chart, title: str, write: Callable[[int], str]) -> str:
    """Static SVG 340 pixels wide; text is 13 pixels or more at a page width of 320."""
    if chart.kind == LINE:
        return line_chart(chart, title, width=NARROW, height=360, write=write)
    return bar_chart(chart, title, width=NARROW, label_width=0, write=write)
