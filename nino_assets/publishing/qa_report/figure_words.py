"""How the QA report writes figures, in page and workbook."""

from __future__ import annotations

_SPELT = {"nino": "NINo", "uk": "UK", "bfpo": "BFPO"}


def format_figure(value: float | None, nothing: str = "–") -> str:
    """A measure as people read it, or `nothing` where there is none."""
    if value is None:
        return nothing
    if value == int(value):
        return f"{int(value):,}"
    return f"{value:,.3f}".rstrip("0")


def format_label(name: str) -> str:
    """`duplicate_nino` as `Duplicate NINo`."""
    words = " ".join(_SPELT.get(word, word) for word in name.split("_"))
    return words[0].upper() + words[1:]


def count_things(number: int, thing: str) -> str:
    """`1 check`, `1,200 checks`."""
    return f"{number:,} {thing}" + ("" if number == 1 else "s")
