"""Lints of the bulletin page that a browser's checker cannot do.

Each lint reads the HTML as published and says what is wrong in a sentence.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from itertools import chain
from typing import Any

from nino_assets.publishing.bulletin.blocks import LONGEST_TITLE
from nino_assets.publishing.bulletin.rounding import NEGLIGIBLE
from nino_assets.writers.charts import palette

LARGEST_PAGE = 2_500_000
"""Bytes."""
LEAST_LINE_CONTRAST, LEAST_TEXT_CONTRAST = 3.0, 4.5
"""WCAG 2.2: 1.4.11 for lines and bars, 1.4.3 for text."""
_SHORTEST_DESCRIPTION = 60
_SAYS_HOW_MANY = re.compile(rf"\d|{NEGLIGIBLE}")
_PALETTE = {*palette.CATEGORICAL, palette.GREY}
_FETCHES = re.compile(
    r"""<(?:link|img|iframe|script|source|image|use)\b[^>]*\b(?:src|href)\s*=|@import|@font-face"""
    r"""|\burl\(|srcset\s*=""",
    re.IGNORECASE,
)
_SENDS_NOTHING = (("showSendToCloud", False), ("displayModeBar", False), ("plotlyServerURL", ""))


@dataclass(frozen=True)
class ChartMeasures:
    """The most series of any chart, and the least contrasts.

    Contrasts are in per cent: 300 is 3:1. They are None without charts.

    None without charts.
    """

    most_series: int
    least_line_contrast_percent: int | None
    least_text_contrast_percent: int | None


def lint_page(html: str) -> tuple[str, ...]:
    """Return every fault of a page, in a sentence each."""
    return tuple(chain.from_iterable(find_page_faults(html).values()))


def find_page_faults(html: str) -> dict[str, tuple[str, ...]]:
    """Return the faults of a page by kind.

    The kinds are requests (to anywhere outside the page), file, headings, figures, tables, charts
    and pictures.
    """
    page = _Page()
    page.feed(html)
    faults = {
        "requests": _find_request_faults(html),
        "file": _find_file_faults(html),
        "headings": _find_heading_faults(page),
        "figures": _find_figure_faults(page),
        "tables": _find_table_faults(page),
        "charts": _find_chart_faults(html),
        "pictures": _find_picture_faults(html),
    }
    return {kind: tuple(sentences) for kind, sentences in faults.items()}


def _find_request_faults(html: str) -> Iterator[str]:
    outside_script = re.sub(r"<script>.*?</script>", "", html, flags=re.DOTALL)
    for fetch in _FETCHES.finditer(outside_script):
        yield f"the page would fetch: {fetch[0][:60]}"
    config = _read_settings(html).get("config", {})
    for name, wanted in _SENDS_NOTHING:
        if config.get(name) != wanted:
            yield f"plotly's {name} is not {wanted!r}: figures could be sent away"


def _find_file_faults(html: str) -> Iterator[str]:
    size = len(html.encode())
    if size > LARGEST_PAGE:
        yield f"the page is {size:,} bytes, the limit {LARGEST_PAGE:,}"
    if html.count("<script") != 1:
        yield f"the page has {html.count('<script')} scripts, not one"
    if 'lang="en-GB"' not in html[:400]:
        yield "the page does not say that it is in British English"
    if not re.search(r"<title>[^<]{20,}</title>", html):
        yield "the page has no title"


def _find_heading_faults(page: _Page) -> Iterator[str]:
    levels = [level for level, _ in page.headings]
    if levels.count(1) != 1:
        yield f"the page has {levels.count(1)} first-level headings, not one"
    for (before, _), (level, words) in zip(page.headings, page.headings[1:], strict=False):
        if level > before + 1:
            yield f"the heading '{words}' skips a level"
    for level, words in page.headings:
        if not words.strip():
            yield f"a heading of level {level} is empty"


def _find_figure_faults(page: _Page) -> Iterator[str]:
    for figure in page.figures:
        name = figure["id"]
        title = page.words_by_id.get(figure.get("aria-labelledby", ""), "")
        description = page.words_by_id.get(figure.get("aria-describedby", ""), "")
        if not title:
            yield f"{name} has no accessible name"
        elif len(title.split(": ", 1)[-1].split()) > LONGEST_TITLE:
            yield f"{name}: the title has more than {LONGEST_TITLE} words"
        if len(description) < _SHORTEST_DESCRIPTION or not _SAYS_HOW_MANY.search(description):
            yield f"{name}: the description does not say what the picture shows"
        if description and description == title:
            yield f"{name}: the description repeats the title"
        if name not in page.with_picture:
            yield f"{name} has no static picture"
        if name not in page.with_table:
            yield f"{name} has no table of its data"
    for repeated in {i for i in page.ids if page.ids.count(i) > 1}:
        yield f"two elements are called {repeated}"


def _find_table_faults(page: _Page) -> Iterator[str]:
    for n, (captions, columns, rows, unequal) in enumerate(page.tables, start=1):
        if captions != 1:
            yield f"table {n} has {captions} captions, not one"
        if not columns or not rows:
            yield f"table {n} lacks column or row headers"
        if unequal:
            yield f"table {n} has rows of different length"


def _find_chart_faults(html: str) -> Iterator[str]:
    for name, chart in sorted(_read_settings(html).get("figures", {}).items()):
        traces, layout = chart["data"], chart["layout"]
        if len(traces) > palette.MAX_SERIES:
            yield f"{name} has {len(traces)} series, the most is {palette.MAX_SERIES}"
        lines = [trace["line"] for trace in traces if "line" in trace]
        if len({line["dash"] for line in lines}) != len(lines):
            yield f"{name}: two lines have the same dash"
        for trace in traces:
            colour = (trace.get("line") or trace["marker"])["color"]
            seen = _compute_line_contrast(trace)
            if colour not in _PALETTE:
                yield f"{name}: {colour} is not in the palette"
            if seen < LEAST_LINE_CONTRAST:
                yield f"{name}: {colour} has a contrast of {seen:.2f} on white, less than 3"
        text = palette.compute_contrast(layout["font"]["color"], layout["plot_bgcolor"])
        if text < LEAST_TEXT_CONTRAST:
            yield f"{name}: its text has a contrast of {text:.2f}, less than 4.5"


def _compute_line_contrast(trace: dict[str, Any]) -> float:
    """Return the contrast on white of a line, bar or outline.

    Of a bar and its outline the greater counts.
    """
    colour = (trace.get("line") or trace["marker"])["color"]
    outline = trace.get("marker", {}).get("line", {}).get("color", colour)
    return max(palette.compute_contrast(c, palette.WHITE) for c in (colour, outline))


def measure_charts(html: str) -> ChartMeasures:
    """Return the measures of a page's charts."""
    charts = _read_settings(html).get("figures", {}).values()
    lines = [_compute_line_contrast(trace) for chart in charts for trace in chart["data"]]
    texts = [
        palette.compute_contrast(chart["layout"]["font"]["color"], chart["layout"]["plot_bgcolor"])
        for chart in charts
    ]
    return ChartMeasures(
        most_series=max((len(chart["data"]) for chart in charts), default=0),
        least_line_contrast_percent=int(100 * min(lines)) if lines else None,
        least_text_contrast_percent=int(100 * min(texts)) if texts else None,
    )


def _find_picture_faults(html: str) -> Iterator[str]:
    """Check that static pictures keep to the palette.

    Text takes its own colour or that of the picture.
    """
    drawn = "".join(re.findall(r"<svg .*?</svg>", html, re.DOTALL))
    for colour in sorted(set(re.findall(r'(?:fill|stroke)="(#\w{6})"', drawn)) - palette.DRAWN):
        yield f"a static picture uses {colour}, which is not in the palette"
    for colour in set(re.findall(r'<svg [^>]*?fill="(#\w{6})"', html)) | set(
        re.findall(r'<text [^>]*?fill="(#\w{6})"', html)
    ):
        if palette.compute_contrast(colour, palette.WHITE) < LEAST_TEXT_CONTRAST:
            yield f"text in a picture is {colour}, too light on white"


def _read_settings(html: str) -> dict[str, Any]:
    start = html.find('{"config":')
    found: dict[str, Any] = json.JSONDecoder().raw_decode(html[start:])[0] if start >= 0 else {}
    return found


class _Page(HTMLParser):
    """Reads a page's headings, figures, tables and words by id."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.headings: list[tuple[int, str]] = []
        self.figures: list[dict[str, str]] = []
        self.tables: list[tuple[int, int, int, bool]] = []
        self.words_by_id: dict[str, str] = {}
        self.ids: list[str] = []
        self.with_picture: set[str] = set()
        self.with_table: set[str] = set()
        self._open: list[tuple[str, str]] = []
        self._counts = [0, 0, 0]
        self._lengths: list[int] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if tag not in ("meta", "link", "br", "img", "input", "hr"):
            self._open.append((tag, attributes.get("id", "")))
        if "id" in attributes:
            self.ids.append(attributes["id"])
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append((int(tag[1]), ""))
        elif tag == "figure":
            self.figures.append(attributes)
        elif tag in ("svg", "table") and any(name == "figure" for name, _ in self._open):
            (self.with_picture if tag == "svg" else self.with_table).add(self.figures[-1]["id"])
        self._count_table_part(tag, attributes)

    def _count_table_part(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "table":
            self._counts, self._lengths = [0, 0, 0], []
        elif tag == "caption":
            self._counts[0] += 1
        elif tag == "th":
            self._counts[1 if attributes.get("scope") == "col" else 2] += 1
        if tag == "tr":
            self._lengths.append(0)
        elif tag in ("td", "th"):
            self._lengths[-1] += 1

    def handle_endtag(self, tag: str) -> None:
        if self._open and self._open[-1][0] == tag:
            self._open.pop()
        if tag == "table":
            unequal = len(set(self._lengths)) > 1
            self.tables.append((self._counts[0], self._counts[1], self._counts[2], unequal))

    def handle_data(self, data: str) -> None:
        for tag, name in self._open:
            if name and tag not in ("section", "main", "figure"):
                self.words_by_id[name] = self.words_by_id.get(name, "") + data
            if re.fullmatch(r"h[1-6]", tag):
                level, words = self.headings[-1]
                self.headings[-1] = (level, words + data)
