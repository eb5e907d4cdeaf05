"""Tells whether a foreign text is plain, and quotes it.

File names, manifests, delivered lists and arguments can hold control characters, which steer a
terminal, and direction marks, which reorder what is read.
"""

from __future__ import annotations

import unicodedata

_LONGEST_SHOWN = 60


def is_plain_text(text: str) -> bool:
    """Whether a text is one line without hidden characters."""
    return not any(map(_is_hidden, text))


def shorten_text(text: str) -> str:
    """A foreign text as one plain, short line."""
    line = "".join(ascii(each)[1:-1] if _is_hidden(each) else each for each in text)
    return line if len(line) <= _LONGEST_SHOWN else f"{line[:_LONGEST_SHOWN]}…"


def _is_hidden(character: str) -> bool:
    category = unicodedata.category(character)
    return category.startswith("C") or category in {"Zl", "Zp"}
