"""Draws a check over the quarters, for report and web UI."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from itertools import pairwise

from markupsafe import Markup

from nino_assets.governance.check_result import CheckResult
from nino_assets.publishing.qa_report.figure_words import format_figure
from nino_assets.writers.charts.palette import GREY, MUTED_TEXT, NAVY, SHADE, WHITE

_FAILED = "#B1001F"
_STEP, _HEIGHT, _EDGE, _MARK = 16, 30, 6, 3


def draw_small_trend(history: Sequence[CheckResult]) -> Markup:
    """A line of measures, with dots for passes and diamonds for failures.

    A quarter in which the check never ran is an empty ring on the base line, without a figure.
    """
    if not history:
        return Markup("")
    figures = [result.observed for result in history if result.observed is not None]
    low, high = (min(figures), max(figures)) if figures else (0.0, 0.0)

    def place(number: int, result: CheckResult) -> tuple[float, float]:
        middle, room = _HEIGHT / 2, _HEIGHT - 2 * _EDGE
        y = _HEIGHT - _EDGE if result.passed is None else middle
        if result.observed is not None and high > low:
            y = _HEIGHT - _EDGE - room * (result.observed - low) / (high - low)
        return _EDGE + number * _STEP, y

    places = [(*place(number, result), result) for number, result in enumerate(history)]
    width = 2 * _EDGE + (len(history) - 1) * _STEP
    drawn = [
        f'<line x1="0" x2="{width}" y1="29.5" y2="29.5" stroke="{GREY}"/>',
        *_draw_line(places),
    ]
    return Markup(  # noqa: S704 - numbers and our own words
        f'<svg role="img" aria-label="{describe_trend(history)}" width="{width}" '
        f'height="{_HEIGHT}" viewBox="0 0 {width} {_HEIGHT}">{"".join(drawn)}</svg>'
    )


_WIDTH, _TALL = 420, 120
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 12, 12, 98


def draw_trend_markdown(
    history: Sequence[CheckResult], low: float | None, high: float | None
) -> str:
    """A larger picture in Markdown, with figures, quarters and bounds.

    What lies between the bounds `low` and `high` (None: without one) is shaded, as far as the
    scale reaches: it holds all that was observed, and the bounds where they are not far off.
    """
    drawing = b64encode(_draw_picture(history, low, high).encode()).decode()
    return f"![{describe_trend(history)}](data:image/svg+xml;base64,{drawing})"


def _draw_picture(history: Sequence[CheckResult], low: float | None, high: float | None) -> str:
    bottom, top = _choose_scale(history, low, high)

    def place_x(number: int) -> float:
        return _LEFT + number * (_WIDTH - _LEFT - _RIGHT) / max(1, len(history) - 1)

    def place_y(value: float) -> float:
        return _BOTTOM - (_BOTTOM - _TOP) * (min(max(value, bottom), top) - bottom) / (top - bottom)

    highest = _TOP if high is None else place_y(high)
    lowest = _BOTTOM if low is None else place_y(low)
    drawn = [
        f'<rect width="{_WIDTH}" height="{_TALL}" fill="{WHITE}"/>',
        f'<rect x="{_LEFT}" y="{highest:.1f}" width="{_WIDTH - _LEFT - _RIGHT}" '
        f'height="{max(1.0, lowest - highest):.1f}" fill="{SHADE}"/>',
        _draw_label(_LEFT - 8, _TOP + 4, "end", format_figure(round(top, 3))),
        _draw_label(_LEFT - 8, _BOTTOM + 4, "end", format_figure(round(bottom, 3))),
        _draw_label(_LEFT, _TALL - 6, "middle", str(history[0].quarter)),
        _draw_label(_WIDTH - _RIGHT, _TALL - 6, "end", str(history[-1].quarter)),
    ]
    drawn += _draw_line(
        [
            (place_x(n), _BOTTOM if result.observed is None else place_y(result.observed), result)
            for n, result in enumerate(history)
        ]
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{_TALL}" '
        f'font-family="Arial,sans-serif" font-size="11" fill="{MUTED_TEXT}">{"".join(drawn)}</svg>'
    )


def _choose_scale(
    history: Sequence[CheckResult], low: float | None, high: float | None
) -> tuple[float, float]:
    """The least and the greatest value drawn."""
    figures = [result.observed for result in history if result.observed is not None] or [0.0]
    bottom, top = min(figures), max(figures)
    reach = 4 * max(top - bottom, abs(top), abs(bottom))
    if low is not None and bottom - reach <= low:
        bottom = min(bottom, low)
    if high is not None and high <= top + reach:
        top = max(top, high)
    return (bottom, top) if top > bottom else (bottom, bottom + 1)


def _draw_line(places: Sequence[tuple[float, float, CheckResult]]) -> list[str]:
    """The line through quarters that ran, and a mark for each."""
    lines = [
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{MUTED_TEXT}"/>'
        for (x1, y1, one), (x2, y2, other) in pairwise(places)
        if one.passed is not None and other.passed is not None
    ]
    return lines + [_draw_mark(round(x, 1), y, result) for x, y, result in places]


def _draw_label(x: float, y: float, anchor: str, words: str) -> str:
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}">{words}</text>'


def describe_trend(history: Sequence[CheckResult]) -> str:
    """Say how many quarters passed, which failed, and the range."""
    if not history:
        return "The asset has no quarters"
    ran = [result for result in history if result.passed is not None]
    if not ran:
        return "Never run"
    failed = [str(result.quarter) for result in ran if not result.passed]
    words = f"Passed in {len(ran) - len(failed)} of {len(ran)} quarters run"
    if failed:
        words += f", not in {', '.join(failed)}"
    figures = [result.observed for result in ran if result.observed is not None]
    if figures:
        words += f"; observed {format_figure(min(figures))} to {format_figure(max(figures))}"
    return words


def _draw_mark(x: float, y: float, result: CheckResult) -> str:
    if result.passed is None:
        return f'<circle cx="{x}" cy="{y:.1f}" r="2" fill="none" stroke="{GREY}"/>'
    if result.passed:
        return f'<circle cx="{x}" cy="{y:.1f}" r="{_MARK}" fill="{NAVY}"/>'
    size = _MARK + 2
    return (
        f'<path d="M{x} {y - size:.1f}l{size} {size}l-{size} {size}l-{size} -{size}z" '
        f'fill="{_FAILED}"/>'
    )
