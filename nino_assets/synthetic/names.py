"""Invented surnames and forenames, built from syllables: no real person's."""

from __future__ import annotations

from functools import cache
from itertools import product

import polars as pl

_ONSETS = (
    "Ba",
    "Ka",
    "Mo",
    "Ra",
    "Sa",
    "To",
    "Vi",
    "Li",
    "Jo",
    "Da",
    "Po",
    "Na",
    "Ze",
    "Ha",
    "Cri",
)
_MIDDLES = ("ra", "li", "no", "ves", "man", "tar", "do", "ko", "shi", "wal")
_ENDS = ("ski", "escu", "ov", "ez", "i", "son", "ova", "ou", "ingh", "u", "ini", "ak")
_FORENAME_ENDS = ("na", "n", "ra", "el", "ka", "s", "mir", "l")
AWKWARD_SURNAMES = (
    "O'Reilly-Nowak",
    "de la Cruz, y Ruiz",
    'Van der "Bek"',
    "Łukaszewicz",
    "Nguyễn",
    "Søndergård",
    "García\nLópez",
    "  Kaya ",
    "Ξένος",
    "李",
)
"""Quotes, commas, line breaks, outer spaces and letters beyond ASCII: all valid in a CSV field."""


@cache
def list_surnames() -> pl.Series:
    """Plain surnames, some two thousand of them, without commas or quotes."""
    return pl.Series(["".join(parts) for parts in product(_ONSETS, _MIDDLES, _ENDS)])


@cache
def list_forenames() -> pl.Series:
    """Plain forenames, one or two to a person."""
    single = ["".join(parts) for parts in product(_ONSETS, _MIDDLES, _FORENAME_ENDS)]
    return pl.Series(single + [f"{a} {b}" for a, b in zip(single, reversed(single), strict=True)])
