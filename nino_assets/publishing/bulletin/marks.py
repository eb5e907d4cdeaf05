"""Marks of the bulletin: how numbers and claims name their cells.

A mark in the page is a cell (`cube/time_period/geography_code/nationality_code/age/sex/
arrival_lag`), a figure of another source (`source:series/time_period`, a year ending), or one of
these, where a, b … are cells or such figures:

Numbers:

- `a`: the published count; `change(a,b)`: a - b; `share(a,b)`: 100 a / b
- `increase(a,b)`: a - b, which must not be below 0
- `percent-change(a,b)`: 100 (a - b) / b; `percent-increase(a,b)`: the same, not below 0;
  `percent-decrease(a,b)`: 100 (b - a) / b, not below 0

Claims, and when they are true:

- `increased(a,b)`, `decreased(a,b)`: a moved from b by half a per cent or more
- `unchanged(a,b)`: it moved by less
- `record-highest(a)`, `record-lowest(a)`: no earlier period of its series reached a
- `highest-since(a,b)`, `lowest-since(a,b)`: b reached a, and no period between them did
- `peak(a,b,c)`, `trough(a,b,c)`: a is the extreme of its series from b to c
- `rank(a,level,n)`: a is among the n largest of its level
- `largest-rise(a,b,level)`, `largest-fall(a,b,level)`: no member of the level moved more
- `at-least(a,b)`, `largest-of(a,b,…)`, `smallest-of(a,b,…)`: a is no less (no more) than the others
- `about-equal(a,b)`: neither may be called larger, by the floor of a comparison or as written
- `above-for(a,b,n)`: a is more than b in its own and the n - 1 periods before, not in the one
  before these
- `first-above(a,b)`: a is more than b, and was in no period before; `first-above-since(a,b,c)`: the
  last one before in which it was is that of c
- `descending(a,b,…)`: each is no less than the next
- `mostly(a,b,level,c,…)`: of the level, no others moved more in the direction from b to a than c …,
  which together make up half of that change or more
- `largest-share(a,b,level,n)`: a / b is the largest of the level where b is n or more

A level is a value of nationality_level or geography_level, or `age`, `sex` or `lag`. Unknown
members are not ranked.
"""

from __future__ import annotations

import re

from nino_assets.publishing.bulletin.source_figures import MARK
from nino_assets.statistic.published_domain import CUBE_BY_NAME, Cube

_CALL = re.compile(r"([a-z-]+)\((.*)\)")


class DerivationError(Exception):
    """A mark that names no such cell, or has another form."""


def list_cells(mark: str) -> list[str]:
    """List the cells that a mark names."""
    name, arguments = parse_mark(mark)
    return [a for a in arguments if "/" in a] if name else [mark]


def find_period(term: str) -> tuple[str, bool]:
    """Return a cell's period, and whether it is a year ending.

    The figure of another source is always of a year ending.
    """
    if term.startswith(MARK):
        return split_source(term)[1], True
    cube, period, *_ = split_cell(term)
    return period, find_cube(cube).period == "year_ending"


def parse_mark(mark: str) -> tuple[str, list[str]]:
    """Return the name of a derivation and its arguments.

    The name is blank when the mark is a single cell.
    """
    call = _CALL.fullmatch(mark)
    return (call[1], call[2].split(",")) if call else ("", [])


def split_source(mark: str) -> list[str]:
    """Return the series and the period of another source's figure."""
    parts = mark.removeprefix(MARK).split("/")
    if len(parts) != 2:
        raise DerivationError(f"{mark}: not the name of a figure of another source")
    return parts


def split_cell(cell: str) -> list[str]:
    """Return the seven parts of a cell's name."""
    parts = cell.split("/")
    if len(parts) != 7:
        raise DerivationError(f"{cell}: not the name of a cell")
    return parts


def find_cube(name: str) -> Cube:
    """Return the declared cube of that name."""
    if name not in CUBE_BY_NAME:
        raise DerivationError(f"{name}: no such cube")
    return CUBE_BY_NAME[name]
