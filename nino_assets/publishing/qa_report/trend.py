"""A check over the quarters as a picture the size of a word.

Belongs here: the drawing and its words. Does not belong here: which quarters are shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from markupsafe import Markup

from nino_assets.publishing.charts.palette import GREY, MUTED_TEXT, NAVY
from nino_assets.publishing.qa_report.figures import figure_text
from nino_assets.publishing.qa_report.results import Past

_FAILED = "#B1001F"
_STEP, _HEIGHT, _EDGE, _MARK = 16, 30, 6, 3


def trend_svg(history: Sequence[Past]) -> Markup:
    """A line through what was observed, with a dot where it passed and a diamond where it did not.

    A quarter in which the check never ran is an empty ring on the base line, without a figure.
    """
    if not history:
        return Markup("")
    figures = [past.observed for past in history if past.observed is not None]
    low, high = (min(figures), max(figures)) if figures else (0.0, 0.0)

    def place(number: int, past: Past) -> tuple[float, float]:
        middle, room = _HEIGHT / 2, _HEIGHT - 2 * _EDGE
        y = _HEIGHT - _EDGE if past.passed is None else middle
        if past.observed is not None and high > low:
            y = _HEIGHT - _EDGE - room * (past.observed - low) / (high - low)
        return _EDGE + number * _STEP, y

    places = [(*place(number, past), past) for number, past in enumerate(history)]
    width = 2 * _EDGE + (len(history) - 1) * _STEP
    drawn = [f'<line x1="0" x2="{width}" y1="29.5" y2="29.5" stroke="{GREY}"/>']
    for (x1, y1, one), (x2, y2, other) in pairwise(places):
        if one.passed is not None and other.passed is not None:
            drawn.append(
                f'<line x1="{x1}" y1="{y1:.1f}" x2="{x2}" y2="{y2:.1f}" stroke="{MUTED_TEXT}"/>'
            )
    drawn += [_mark(x, y, past) for x, y, past in places]
    return Markup(  # noqa: S704 - numbers and our own words
        f'<svg role="img" aria-label="{trend_words(history)}" width="{width}" height="{_HEIGHT}" '
        f'viewBox="0 0 {width} {_HEIGHT}">{"".join(drawn)}</svg>'
    )


def trend_words(history: Sequence[Past]) -> str:
    """The same in words: how many quarters passed, which did not, and the range observed."""
    if not history:
        return "The asset has no quarters"
    ran = [past for past in history if past.passed is not None]
    if not ran:
        return "Never run"
    failed = [past.quarter for past in ran if not past.passed]
    words = f"Passed in {len(ran) - len(failed)} of {len(ran)} quarters run"
    if failed:
        words += f", not in {', '.join(failed)}"
    figures = [past.observed for past in ran if past.observed is not None]
    if figures:
        words += f"; observed {figure_text(min(figures))} to {figure_text(max(figures))}"
    return words


def _mark(x: float, y: float, past: Past) -> str:
    if past.passed is None:
        return f'<circle cx="{x}" cy="{y:.1f}" r="2" fill="none" stroke="{GREY}"/>'
    if past.passed:
        return f'<circle cx="{x}" cy="{y:.1f}" r="{_MARK}" fill="{NAVY}"/>'
    size = _MARK + 2
    return (
        f'<path d="M{x} {y - size:.1f}l{size} {size}l-{size} {size}l-{size} -{size}z" '
        f'fill="{_FAILED}"/>'
    )
