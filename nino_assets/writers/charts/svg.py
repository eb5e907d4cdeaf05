"""A small, deterministic writer of SVG."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from nino_assets.writers.charts import palette

FONT = "Arial, Helvetica, sans-serif"
FONT_SIZE = 16
_NARROW, _WIDE = frozenset("fijlrtI.,:;'()[]|! "), frozenset("mwMW%—")


def format_number(value: float) -> str:
    """Return at most one decimal, without a trailing zero.

    A tenth of a pixel cannot be seen.
    """
    text = f"{value:.1f}"
    text = text.removesuffix(".0")
    return "0" if text == "-0" else text


def write_tag(name: str, content: str = "", **attributes: str | float | None) -> str:
    """Write one element.

    Attribute names have underscores for dashes; an attribute that is None is left out.
    """
    written = "".join(
        f' {key.strip("_").replace("_", "-")}="{_format_attribute(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{written}>{content}</{name}>" if content else f"<{name}{written}/>"


def write_text(x: float, y: float, words: str, **attributes: str | float | None) -> str:
    """Write a line of text with its baseline at `y`."""
    return write_tag("text", escape(words, quote=False), x=x, y=y, **attributes)


def write_picture(width: float, height: float, parts: Iterable[str], title: str) -> str:
    """Write a whole picture with a title, which scales to its container."""
    body = write_tag("title", escape(title, quote=False)) + "".join(parts)
    return write_tag(
        "svg",
        body,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {format_number(width)} {format_number(height)}",
        font_family=FONT,
        font_size=FONT_SIZE,
        fill=palette.TEXT,
    )


def estimate_width(words: str, size: float = FONT_SIZE) -> float:
    """Return the width of a line of text in Arial.

    It is right within a few per cent, and never much too small.
    """
    units = sum(
        0.30 if c in _NARROW else 0.86 if c in _WIDE else 0.68 if c.isupper() else 0.56
        for c in words
    )
    return units * size


def estimate_bold_width(words: str, size: float = FONT_SIZE) -> float:
    """Return the width to keep for bold words.

    It is enough in any font that takes the place of Arial.
    """
    return 1.25 * estimate_width(words, size)


def wrap_words(words: str, width: float) -> list[str]:
    """Return lines no wider than `width`, as far as words allow."""
    lines: list[str] = []
    for word in words.split():
        if lines and estimate_width(f"{lines[-1]} {word}") <= width:
            lines[-1] = f"{lines[-1]} {word}"
        else:
            lines.append(word)
    return lines


def choose_axis_steps(highest: int, most: int = 6) -> list[int]:
    """Return round values from 0 to `highest` or above.

    There are at most `most` of them above 0.
    """
    target = max(highest, 1)
    unit = 1
    while True:
        for factor in (1, 2, 5):
            step = factor * unit
            if step * most >= target:
                count = -(-target // step)
                return [step * n for n in range(count + 1)]
        unit *= 10


def spread_apart(wanted: list[float], gap: float, lowest: float, highest: float) -> list[float]:
    """Return positions `gap` apart or more, nearest to those wanted.

    They keep their order and stay within the limits, the upper one before the lower.
    """
    order = sorted(range(len(wanted)), key=lambda n: wanted[n])
    groups: list[list[int]] = []
    starts: list[float] = []
    for n in order:
        groups.append([n])
        starts.append(_find_start(wanted, groups[-1], gap, lowest, highest))
        while len(groups) > 1 and starts[-2] + gap * len(groups[-2]) > starts[-1]:
            last = groups.pop()
            groups[-1] += last
            starts.pop()
            starts[-1] = _find_start(wanted, groups[-1], gap, lowest, highest)
    placed = [0.0] * len(wanted)
    for start, group in zip(starts, groups, strict=True):
        for place, n in enumerate(group):
            placed[n] = start + gap * place
    return placed


def _find_start(
    wanted: list[float], group: list[int], gap: float, lowest: float, highest: float
) -> float:
    """Return where the first of a group stands."""
    middle = sum(wanted[n] - gap * place for place, n in enumerate(group)) / len(group)
    return min(max(middle, lowest), highest - gap * (len(group) - 1))


def _format_attribute(value: str | float | None) -> str:
    return escape(value) if isinstance(value, str) else format_number(value or 0)
