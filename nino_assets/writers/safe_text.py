"""Makes texts that others wrote only words, place by place.

A page has this from its templates, which escape every text. Here are the other places: a cell of a
CSV file, Markdown in the web UI, Govspeak, and a terminal.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import TextIO

_FORMULA = re.compile(r"\s*[=+\-@\t\r]")
_NUMBER = re.compile(r"[+-]?[0-9][0-9,]*(\.[0-9]+)?%?")
_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
_MARKS = re.compile(r"[\\`*_{}\[\]<>|~^$&%]")
_UNSEEN = "\N{REPLACEMENT CHARACTER}"


def write_csv_rows(file: TextIO, rows: Iterable[Sequence[object]]) -> None:
    """Write rows as CSV whose texts no spreadsheet takes for a formula.

    Lines end as in RFC 4180, and quotes stand where needed.
    """
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerows([_make_cell(value) for value in row] for row in rows)


def format_csv_rows(rows: Iterable[Sequence[object]]) -> str:
    """Format rows as `write_csv_rows` writes them."""
    text = io.StringIO()
    write_csv_rows(text, rows)
    return text.getvalue()


def write_markdown(text: str) -> str:
    """Write a text so that Markdown shows it as it is."""
    return _PUNCTUATION.sub(r"\\\1", _join_lines(text))


def write_govspeak(text: str) -> str:
    """Write a text so that Govspeak shows it as it is.

    Govspeak reads its own marks before Markdown is read, so they are written as references.
    """
    return _MARKS.sub(lambda mark: f"&#{ord(mark[0])};", _join_lines(text))


def write_terminal(text: str) -> str:
    """Write a text so that a terminal takes no command from it.

    Line breaks stay. Other control characters, and those that change the direction of writing or
    are not seen, are shown as a replacement character.
    """
    return "".join(_UNSEEN if _is_unseen(character) else character for character in text)


def _make_cell(value: object) -> object:
    if isinstance(value, str) and _FORMULA.match(value) and not _NUMBER.fullmatch(value):
        return f"'{value}"
    return value


def _join_lines(text: str) -> str:
    return " ".join(text.split())


def _is_unseen(character: str) -> bool:
    category = unicodedata.category(character)
    return character != "\n" and (category in ("Cc", "Cf", "Cs") or category in ("Zl", "Zp"))
