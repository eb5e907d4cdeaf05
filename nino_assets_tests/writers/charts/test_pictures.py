from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from nino_assets.writers.charts import palette
from nino_assets.writers.charts.chart import BARS, LINE, Chart, EventMark, Point, build_series
from nino_assets.writers.charts.pictures import NARROW, draw_narrow_chart, draw_wide_chart
from nino_assets.writers.charts.plotly_figures import CONFIG, build_plotly_figure, compress_plotly

SVG = "{http://www.w3.org/2000/svg}"
SMALLEST_PAGE = 320 - 2 * 16
"""Pixels that a picture has on the narrowest page."""


def points(*values: int) -> tuple[Point, ...]:
    return tuple(Point(value, f"cell-{value}") for value in values)


LINES = Chart(
    LINE,
    "Registrations",
    "Quarter",
    tuple(f"Q{n}" for n in range(20)),
    build_series(
        ("Total", points(*range(30_000, 50_000, 1000))),
        ("EU", points(*range(20_000, 40_000, 1000))),
        ("Non-EU", points(*([10_000] * 20))),
    ),
    ticks=((0, "2002"), (10, "2012")),
    marks=(EventMark("A", 3, 3, False), EventMark("B", 3, 4, True), EventMark("C", 4, 4, False)),
)
TWO_BARS = Chart(
    BARS,
    "Registrations",
    "Sub-group",
    ("Middle East and Central Asia", "South Asia", "Oceania"),
    build_series(("Before", points(120, 60, 0)), ("Now", points(100, 90, 5))),
)


def text(value: int) -> str:
    return f"{value:,}"


@pytest.mark.parametrize("draw", [draw_wide_chart, draw_narrow_chart])
def test_lines_are_labelled_at_their_ends_dashed_and_inside_the_picture(draw) -> None:
    root = ElementTree.fromstring(draw(LINES, "A title", text))
    words = [t.text for t in root.iter(f"{SVG}text")]
    assert {"Total", "EU", "Non-EU", "A", "B", "C", "Registrations (thousands)"} <= set(words)
    lines = [p for p in root.iter(f"{SVG}path") if p.get("stroke-width") == "3"]
    assert len({p.get("stroke-dasharray") for p in lines}) == 3
    width = float(root.attrib["viewBox"].split()[2])
    for label in root.iter(f"{SVG}text"):
        assert 0 <= float(label.attrib["x"]) <= width


@pytest.mark.parametrize("draw", [draw_wide_chart, draw_narrow_chart])
def test_bars_begin_at_nought_and_carry_their_figures(draw) -> None:
    root = ElementTree.fromstring(draw(TWO_BARS, "A title", text))
    words = " ".join(str(t.text) for t in root.iter(f"{SVG}text"))
    assert all(name in words for name in ("South Asia", "Before", "Now", "120", "90", "5"))
    bars = [r for r in root.iter(f"{SVG}rect") if r.get("height") in ("18", "22")]
    assert len({r.get("x") for r in bars}) == 1
    widths = [float(r.attrib["width"]) for r in bars]
    assert widths[0] / widths[1] == pytest.approx(1.2, rel=0.01)


def test_text_is_readable_on_the_narrowest_page() -> None:
    for chart in (LINES, TWO_BARS):
        picture = draw_narrow_chart(chart, "A title", text)
        sizes = [float(size) for size in re.findall(r'font-size="([\d.]+)"', picture)]
        assert min(sizes) * SMALLEST_PAGE / NARROW >= 12


def test_letters_of_events_close_together_do_not_touch() -> None:
    root = ElementTree.fromstring(draw_narrow_chart(LINES, "A title", text))
    places = [
        (float(t.attrib["x"]), float(t.attrib["y"]))
        for t in root.iter(f"{SVG}text")
        if t.text in ("A", "B", "C")
    ]
    for n, (x, y) in enumerate(places):
        assert all(abs(x - a) >= 18 or abs(y - b) >= 18 for a, b in places[n + 1 :])


def test_the_same_chart_gives_the_same_picture() -> None:
    assert draw_wide_chart(LINES, "A", text) == draw_wide_chart(LINES, "A", text)
    assert build_plotly_figure(LINES, text) == build_plotly_figure(LINES, text)


def test_the_interactive_chart_has_the_same_data_colours_and_dashes() -> None:
    figure = build_plotly_figure(LINES, text)
    assert [t["y"] for t in figure["data"]] == [[p.value for p in s.points] for s in LINES.series]
    assert [t["line"]["color"] for t in figure["data"]] == list(palette.CATEGORICAL[:3])
    assert len({t["line"]["dash"] for t in figure["data"]}) == 3
    total = f"<b>Total</b><br>{text(LINES.series[0].points[-1].value)}"
    assert {"<b>A</b>", total} <= {a["text"] for a in figure["layout"]["annotations"]}
    bars = build_plotly_figure(TWO_BARS, text)
    assert [t["x"] for t in bars["data"]] == [[120, 60, 0], [100, 90, 5]]
    assert bars["layout"]["yaxis"]["autorange"] == "reversed"


def test_nothing_can_be_sent_from_a_chart_and_plotly_fits_the_page() -> None:
    assert CONFIG["showSendToCloud"] is False
    assert CONFIG["displayModeBar"] is False
    assert CONFIG["plotlyServerURL"] == ""
    assert len(compress_plotly()) < 2_000_000
