"""Damages to a single value, whatever holds it."""

from __future__ import annotations

from collections.abc import Callable

Change = Callable[[str], str]

CHANGES: dict[str, Change] = {
    "blank": lambda text: "",
    "NULL": lambda text: "NULL",
    "#N/A": lambda text: "#N/A",
    "apostrophe before": lambda text: f"'{text}",
    "time after": lambda text: f"{text} 00:00:00",
    "ISO time after": lambda text: f"{text}T00:00:00",
    "spaces around": lambda text: f"  {text} ",
    "no-break space after": lambda text: f"{text}\u00a0",
    "tab after": lambda text: f"{text}\t",
    "quotes around": lambda text: f'"{text}"',
    "line break inside": lambda text: f"{text[:3]}\r\n{text[3:]}",
    "in small letters": str.lower,
    "cut short": lambda text: text[:-1],
    "day and month swapped": lambda text: "-".join(
        [text[:4], text[8:], text[5:7]] if len(text) == 10 else [text]
    ),
    "written 31/12/2020": lambda text: "/".join(reversed(text.split("-"))),
    "fullwidth": lambda text: "".join(
        chr(ord(each) + 0xFEE0) if each.isdigit() else each for each in text
    ),
    "zero-width space inside": lambda text: f"{text[:2]}\u200b{text[2:]}",
    "byte order mark before": lambda text: f"\ufeff{text}",
    "NUL after": lambda text: f"{text}\0",
}
