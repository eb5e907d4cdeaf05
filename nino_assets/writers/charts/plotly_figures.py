"""Charts as plotly figures, and plotly compressed into a page.

They show the same data as the static pictures. Nothing can be sent anywhere from the figure:
`CONFIG` switches off the mode bar and its "share chart" button.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable
from functools import cache
from typing import Any

import plotly.graph_objects as go
from plotly.offline import get_plotlyjs

from nino_assets.writers.charts import palette, svg
from nino_assets.writers.charts.base85 import encode_base85
from nino_assets.writers.charts.chart import LINE, Chart
from nino_assets.writers.charts.line_svg import (
    FARTHEST,
    LABEL_HEIGHT,
    ROW,
    choose_axis_unit,
    measure_label_room,
    place_letters,
    write_axis_title,
)

_PLOTTED = 600
"""Pixels of the category axis on a desktop page, which the rows of letters are fitted to."""
_HIGH = 330
"""Pixels of the value axis there, which the names of lines are spread over."""
CONFIG: dict[str, Any] = {
    "displayModeBar": False,
    "showSendToCloud": False,
    "plotlyServerURL": "",
    "displaylogo": False,
    "responsive": True,
    "scrollZoom": False,
}


@cache
def compress_plotly() -> str:
    """Return plotly.js as gzip in base85 (RFC 1924).

    It is 1.84 MB instead of 4.82, and a browser decompresses it without a library.
    """
    packed = gzip.compress(get_plotlyjs().encode(), compresslevel=9, mtime=0)
    return encode_base85(packed)


def build_plotly_figure(chart: Chart, write: Callable[[int], str]) -> dict[str, Any]:
    """Return `data` and `layout` for `Plotly.newPlot`.

    `write` gives the text of a count for the labels of bars.
    """
    figure = go.Figure(data=_build_traces(chart, write), layout=_build_layout(chart, write))
    written: dict[str, Any] = figure.to_plotly_json()
    written["layout"].pop("template", None)
    return written


def _build_traces(chart: Chart, write: Callable[[int], str]) -> list[Any]:
    traces = []
    for series in chart.series:
        values = [point.value for point in series.points]
        if chart.kind == LINE:
            traces.append(
                go.Scatter(
                    x=list(chart.categories),
                    y=values,
                    name=series.label,
                    mode="lines",
                    line={
                        "color": series.colour,
                        "width": 3,
                        "dash": palette.PLOTLY_DASHES[series.dash],
                    },
                    hovertemplate="%{y:,}",
                )
            )
        else:
            traces.append(
                go.Bar(
                    x=values,
                    y=list(chart.categories),
                    name=series.label,
                    orientation="h",
                    text=[write(value) for value in values],
                    textposition="outside",
                    cliponaxis=False,
                    marker={
                        "color": series.colour,
                        "line": {"color": palette.TEXT, "width": 0.8},
                    },
                    hovertemplate="%{y}, " + series.label + ": %{x:,}<extra></extra>",
                )
            )
    return traces


def _build_layout(chart: Chart, write: Callable[[int], str]) -> dict[str, Any]:
    shared: dict[str, Any] = {
        "font": {"family": svg.FONT, "size": 15, "color": palette.TEXT},
        "paper_bgcolor": palette.WHITE,
        "plot_bgcolor": palette.WHITE,
        "showlegend": False,
        "dragmode": False,
        "hoverlabel": {"font": {"size": 15}, "bgcolor": palette.WHITE, "namelength": -1},
    }
    if chart.kind == LINE:
        return shared | _build_line_layout(chart, write)
    return shared | _build_bar_layout(chart, write)


def _build_line_layout(chart: Chart, write: Callable[[int], str]) -> dict[str, Any]:
    steps = svg.choose_axis_steps(chart.highest)
    unit = choose_axis_unit(chart.highest)
    ends = [series.points[-1].value for series in chart.series]
    rows, letters = place_letters(chart, 0, _PLOTTED)
    gap = steps[-1] * LABEL_HEIGHT / _HIGH
    labels = svg.spread_apart([float(end) for end in ends], gap, gap / 2, float(steps[-1]))
    return {
        "hovermode": "x unified",
        "margin": {
            "l": 56,
            "r": round(measure_label_room(chart, write)),
            "t": 34 + ROW * rows,
            "b": 36,
        },
        "xaxis": {
            "type": "category",
            "tickmode": "array",
            "tickvals": [chart.categories[n] for n, _ in chart.ticks],
            "ticktext": [label for _, label in chart.ticks],
            "tickangle": 0,
            "fixedrange": True,
            "range": [0, len(chart.categories) - 1],
            "showgrid": False,
            "ticks": "outside",
        },
        "yaxis": {
            "range": [0, steps[-1] * 1.005],
            "tickvals": steps,
            "ticktext": [f"{step // unit:,}" for step in steps],
            "gridcolor": palette.GRID,
            "zerolinecolor": palette.TEXT,
            "ticksuffix": " ",
            "ticks": "outside",
            "ticklen": 4,
            "tickcolor": palette.WHITE,
            "fixedrange": True,
        },
        "annotations": [
            {
                "text": write_axis_title(chart),
                "x": 0,
                "y": 1,
                "xref": "paper",
                "yref": "paper",
                "xanchor": "left",
                "yanchor": "bottom",
                "yshift": 12 + ROW * rows,
                "xshift": -56,
                "showarrow": False,
            },
            *(
                {
                    "text": f"<b>{series.label}</b><br>{write(end)}",
                    "align": "left",
                    "x": 1,
                    "y": at,
                    "xref": "paper",
                    "xanchor": "left",
                    "xshift": 14,
                    "showarrow": False,
                }
                for series, at, end in zip(chart.series, labels, ends, strict=True)
            ),
            *(
                {
                    "text": f"<b>{mark.letter}</b>",
                    "x": (mark.first + mark.last) / 2,
                    "y": 1,
                    "yref": "paper",
                    "yanchor": "bottom",
                    "yshift": ROW * row,
                    "showarrow": False,
                }
                for mark, _, row in letters
            ),
        ],
        "shapes": [
            *(_build_event_shape(mark.first, mark.last, mark.shaded) for mark in chart.marks),
            *(
                _build_leader(end, at)
                for end, at in zip(ends, labels, strict=True)
                if abs(at - end) * _HIGH > FARTHEST * steps[-1]
            ),
        ],
    }


def _build_leader(end: int, at: float) -> dict[str, Any]:
    """Join the end of a line to a name that stands apart."""
    across = {"xref": "paper", "xsizemode": "pixel", "xanchor": 1, "x0": 4, "x1": 13}
    line = {"color": palette.MUTED_TEXT, "width": 1}
    return {"type": "line", **across, "y0": end, "y1": at, "line": line}


def _build_event_shape(first: int, last: int, shaded: bool) -> dict[str, Any]:
    across = {"yref": "paper", "y0": 0, "y1": 1, "layer": "below"}
    if shaded:
        return across | {
            "type": "rect",
            "x0": first - 0.5,
            "x1": last + 0.5,
            "fillcolor": palette.SHADE,
            # Breaks that adjoin stay two.
            "line": {"width": 1, "color": palette.WHITE},
        }
    middle = (first + last) / 2
    return across | {
        "type": "line",
        "x0": middle,
        "x1": middle,
        "line": {"color": palette.MUTED_TEXT, "width": 1, "dash": "dot"},
    }


def _build_bar_layout(chart: Chart, write: Callable[[int], str]) -> dict[str, Any]:
    room = max(
        (svg.estimate_bold_width(write(p.value)) for s in chart.series for p in s.points), default=0
    )
    return {
        "barmode": "group",
        "bargap": 0.3,
        "margin": {
            "l": 236,
            "r": round(room),
            "t": 44 if len(chart.series) > 1 else 10,
            "b": 10,
        },
        "showlegend": len(chart.series) > 1,
        "legend": {"orientation": "h", "x": 0, "y": 1, "yanchor": "bottom", "traceorder": "normal"},
        # Every bar has its figure next to it, so the axis has none.
        "xaxis": {
            "range": [0, max(1, chart.highest)],
            "showgrid": False,
            "showticklabels": False,
            "fixedrange": True,
            "zerolinecolor": palette.TEXT,
        },
        "yaxis": {
            "autorange": "reversed",
            "fixedrange": True,
            "ticks": "outside",
            "ticklen": 6,
            "tickcolor": palette.WHITE,
        },
    }
