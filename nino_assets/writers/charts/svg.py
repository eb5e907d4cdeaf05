"""A small, deterministic writer of SVG: elements, numbers, widths of text, round axis steps.

Belongs here: what every picture needs. Does not belong here: any one chart or map.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from nino_assets.writers.charts import palette

FONT = "Arial, Helvetica, sans-serif"
FONT_SIZE = 16
_NARROW, _WIDE = frozenset("fijlrtI.,:;'()[]|! "), frozenset("mwMW%—")


def number(value: float) -> str:
    """At most one decimal, no trailing zero: a tenth of a pixel is below sight."""
    text = f"{value:.1f}"
    text = text.removesuffix(".0")
    return "0" if text == "-0" else text


def tag(name: str, content: str = "", **attributes: str | float | None) -> str:
    """One element. Attribute names are written with underscores for dashes; None is left out."""
    written = "".join(
        f' {key.strip("_").replace("_", "-")}="{_attribute(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{written}>{content}</{name}>" if content else f"<{name}{written}/>"


def text(x: float, y: float, words: str, **attributes: str | float | None) -> str:
    """A line of text with its baseline at `y`."""
    return tag("text", escape(words, quote=False), x=x, y=y, **attributes)


def document(width: float, height: float, parts: Iterable[str], title: str) -> str:
    """A whole picture with a title, scaling to the room it is given."""
    body = tag("title", escape(title, quote=False)) + "".join(parts)
    return tag(
        "svg",
        body,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {number(width)} {number(height)}",
        font_family=FONT,
        font_size=FONT_SIZE,
        fill=palette.TEXT,
    )


def text_width(words: str, size: float = FONT_SIZE) -> float:
    """The width of a line in Arial, within a few percent and never much too small."""
    units = sum(
        0.30 if c in _NARROW else 0.86 if c in _WIDE else 0.68 if c.isupper() else 0.56
        for c in words
    )
    return units * size


def room_for(words: str, size: float = FONT_SIZE) -> float:
    """The width to keep for bold words in any font that stands in for Arial."""
    return 1.25 * text_width(words, size)


def wrapped(words: str, width: float) -> list[str]:
    """Lines no wider than `width`, where a single word allows."""
    lines: list[str] = []
    for word in words.split():
        if lines and text_width(f"{lines[-1]} {word}") <= width:
            lines[-1] = f"{lines[-1]} {word}"
        else:
            lines.append(word)
    return lines


def axis_steps(highest: int, most: int = 6) -> list[int]:
    """Round values from 0 to at least `highest`, at most `most` above 0."""
    target = max(highest, 1)
    unit = 1
    while True:
        for factor in (1, 2, 5):
            step = factor * unit
            if step * most >= target:
                count = -(-target // step)
                return [step * n for n in range(count + 1)]
        unit *= 10


def spread(wanted: list[float], gap: float, lowest: float, highest: float) -> list[float]:
    """Positions near those wanted, in their order, at least `gap` apart within the limits."""
    order = sorted(range(len(wanted)), key=lambda n: wanted[n])
    placed = [0.0] * len(wanted)
    at = lowest - gap
    for n in order:
        at = max(wanted[n], at + gap)
        placed[n] = at
    at = highest + gap
    for n in reversed(order):
        at = min(placed[n], at - gap)
        placed[n] = at
    return placed


def _attribute(value: str | float | None) -> str:
    return escape(value) if isinstance(value, str) else number(value or 0)
