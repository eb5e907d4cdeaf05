"""Re-derives numbers and claims of the bulletin from published cells, for the agreement check.

This module shares nothing with the commentary but the names of cells: it has its own look-up, its
own arithmetic and its own comparisons, so that a mistake on one side shows.

A mark in the page is a cell (`cube/time_period/geography_code/nationality_code/age/sex/
arrival_lag`), a figure of another source (`source:series/time_period`, a year ending), or one of
these, where a, b … are cells or such figures:

Numbers:

- `a`: the published count; `change(a,b)`: a - b; `share(a,b)`: 100 a / b
- `increase(a,b)`: a - b, which must not be below 0
- `percent-change(a,b)`: 100 (a - b) / b; `percent-increase(a,b)`: the same, not below 0;
  `percent-decrease(a,b)`: 100 (b - a) / b, not below 0

Claims, and when they hold:

- `increased(a,b)`, `decreased(a,b)`: a moved from b by half a percent or more
- `unchanged(a,b)`: it moved by less
- `record-highest(a)`, `record-lowest(a)`: no earlier period of its series reached a
- `highest-since(a,b)`, `lowest-since(a,b)`: b reached a, and no period between them did
- `peak(a,b,c)`, `trough(a,b,c)`: a is the extreme of its series from b to c
- `rank(a,level,n)`: a is among the n largest of its level
- `largest-rise(a,b,level)`, `largest-fall(a,b,level)`: no member of the level moved more
- `at-least(a,b)`, `largest-of(a,b,…)`, `smallest-of(a,b,…)`: a is no less (no more) than the others
- `above-for(a,b,n)`: a is more than b in its own and the n - 1 periods before, not in the one
  before these
- `descending(a,b,…)`: each is no less than the next
- `largest-share(a,b,level,n)`: a / b is the largest of the level where b is n or more

A level is a value of nationality_level or geography_level, or `age`, `sex` or `lag`. Unknown
members are not ranked. Belongs here: deriving. Does not belong here: reading the page
(`reading.py`), comparing and reporting (`agreement.py`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import pairwise

import polars as pl

from nino_assets.publishing.bulletin.source_figures import MARK, OtherSource
from nino_assets.publishing.cells import PublishedCells
from nino_assets.statistic.published_domain import CUBE_BY_NAME, Cube
from nino_assets.statistic.quarters import Quarter

_COLUMNS = ("geography_code", "nationality_code", "age", "sex", "arrival_lag")
_READ = (
    "time_period",
    *_COLUMNS,
    "geography_name",
    "geography_level",
    "nationality",
    "nationality_level",
    "registrations",
)
_CALL = re.compile(r"([a-z-]+)\((.*)\)")
_DIMENSION_OF_LEVEL = {"age": "age", "sex": "sex", "lag": "arrival_lag"}
_UNRANKED = frozenset({"unknown", "unknown-other", "other-unknown", "Unknown", "OVERSEAS", "All"})
_HALF_A_PERCENT = Fraction(1, 200)


class DerivationError(Exception):
    """A mark that names no such cell, or is not one of the forms above."""


class Derivation:
    """Derives marks from the cells of one edition."""

    def __init__(self, cells: PublishedCells, sources: Sequence[OtherSource] = ()) -> None:
        self._cells = cells
        self._sources = {source.series: source for source in sources}
        self._frames: dict[str, dict[str, pl.DataFrame]] = {}
        self._counts: dict[tuple[str, str], dict[tuple[str, ...], int]] = {}
        self._labels: dict[tuple[str, str], dict[tuple[str, ...], set[str]]] = {}

    def number(self, mark: str) -> Fraction:
        """The value of a marked number. Raises Underivable."""
        name, arguments = _taken_apart(mark)
        if name == "":
            return Fraction(self._count(mark))
        first, second = (self._count(cell) for cell in _exactly(2, arguments, mark))
        if name == "share":
            return Fraction(100 * first, _base(second, mark))
        way = -1 if name.endswith("decrease") else 1
        value = Fraction(way * (first - second))
        if name.startswith("percent-"):
            value = 100 * value / _base(second, mark)
        if name.endswith("crease") and value < 0:
            raise DerivationError(f"{mark}: the change has the other direction")
        if name not in {
            "change",
            "increase",
            "percent-change",
            "percent-increase",
            "percent-decrease",
        }:
            raise DerivationError(f"{mark}: no such derivation")
        return value

    def holds(self, mark: str) -> bool:
        """Whether a claim is true of the cells. Raises Underivable."""
        name, arguments = _taken_apart(mark)
        claims: dict[str, Callable[..., bool]] = {
            "increased": lambda a, b: self._moved(a, b) == 1,
            "decreased": lambda a, b: self._moved(a, b) == -1,
            "unchanged": lambda a, b: self._moved(a, b) == 0,
            "record-highest": lambda a: self._is_record(a, 1),
            "record-lowest": lambda a: self._is_record(a, -1),
            "highest-since": lambda a, b: self._is_since(a, b, 1),
            "lowest-since": lambda a, b: self._is_since(a, b, -1),
            "peak": lambda a, b, c: self._count(a) == max(self._series(a, b, c)),
            "trough": lambda a, b, c: self._count(a) == min(self._series(a, b, c)),
            "rank": lambda a, level, n: self._rank(a, level) <= int(n),
            "largest-rise": lambda a, b, level: self._moved_most(a, b, level, 1),
            "largest-fall": lambda a, b, level: self._moved_most(a, b, level, -1),
            "at-least": lambda a, b: self._count(a) >= self._count(b),
            "above-for": self._above_for,
            "largest-of": lambda a, *bs: self._count(a) == max(self._count(b) for b in bs),
            "smallest-of": lambda a, *bs: self._count(a) == min(self._count(b) for b in bs),
            "descending": self._descending,
            "largest-share": self._largest_share,
        }
        if name not in claims:
            raise DerivationError(f"{mark}: no such claim")
        try:
            return claims[name](*arguments)
        except TypeError as error:
            raise DerivationError(f"{mark}: wrong number of cells") from error

    def labels(self, mark: str) -> set[str]:
        """The published labels of a cell's members, by which a table may name it."""
        cube, period, *members = _cell_parts(mark)
        if (cube, period) not in self._labels:
            found: dict[tuple[str, ...], set[str]] = {}
            columns = (*_COLUMNS, "geography_name", "nationality")
            for row in self._frame(cube, period).select(columns).iter_rows():
                codes, labels = row[: len(_COLUMNS)], row[2:]
                found.setdefault(codes, set()).update(labels)
            self._labels[cube, period] = found
        return self._labels[cube, period].get(tuple(members), set())

    def _count(self, cell: str) -> int:
        if cell.startswith(MARK):
            return self._of_another(cell)
        cube, period, *members = _cell_parts(cell)
        try:
            return self._period(cube, period)[tuple(members)]
        except KeyError as error:
            raise DerivationError(f"{cell}: no such cell") from error

    def _of_another(self, mark: str) -> int:
        series, period = _source_parts(mark)
        try:
            return self._sources[series].values[Quarter.parse(period)]
        except (KeyError, ValueError) as error:
            raise DerivationError(f"{mark}: no such figure of another source") from error

    def _period(self, cube: str, period: str) -> dict[tuple[str, ...], int]:
        if (cube, period) not in self._counts:
            frame = self._frame(cube, period)
            self._counts[cube, period] = {
                row[:-1]: row[-1] for row in frame.select(*_COLUMNS, "registrations").iter_rows()
            }
        return self._counts[cube, period]

    def _by_period(self, cube: str) -> dict[str, pl.DataFrame]:
        if cube not in self._frames:
            frame = self._cells.get_cube(_declared(cube)).select(_READ)
            parts = frame.partition_by("time_period", include_key=False, as_dict=True)
            self._frames[cube] = {str(period): frame for (period,), frame in parts.items()}
        return self._frames[cube]

    def _frame(self, cube: str, period: str) -> pl.DataFrame:
        return self._by_period(cube).get(period, self._cells.get_cube(_declared(cube)).clear())

    def _periods(self, cube: str) -> list[str]:
        return sorted(self._by_period(cube))

    def _series(self, cell: str, first: str, last: str) -> list[int]:
        cube, _, *members = _cell_parts(cell)
        start, end = _cell_parts(first)[1], _cell_parts(last)[1]
        return [
            self._count("/".join((cube, period, *members)))
            for period in self._periods(cube)
            if start <= period <= end
        ]

    def _moved(self, now: str, then: str) -> int:
        a, b = self._count(now), self._count(then)
        if a == b or abs(a - b) < _HALF_A_PERCENT * b:
            return 0
        return 1 if a > b else -1

    def _is_record(self, cell: str, way: int) -> bool:
        cube, period, *members = _cell_parts(cell)
        earlier = [p for p in self._periods(cube) if p < period]
        return bool(earlier) and all(
            way * (self._count(cell) - self._count("/".join((cube, p, *members)))) > 0
            for p in earlier
        )

    def _is_since(self, cell: str, since: str, way: int) -> bool:
        *between, now = self._series(cell, since, cell)
        return way * (between[0] - now) >= 0 and all(way * (now - b) > 0 for b in between[1:])

    def _level(self, cell: str, level: str) -> list[str]:
        """The ranked members of a level, other dimensions as in `cell`."""
        cube, period, *members = _cell_parts(cell)
        frame = self._frame(cube, period)
        column = _DIMENSION_OF_LEVEL.get(level)
        if column is None:
            by_area = level in frame["geography_level"].unique().to_list()
            column = "geography_code" if by_area else "nationality_code"
            frame = frame.filter(
                pl.col("geography_level" if by_area else "nationality_level") == level
            )
        place = _COLUMNS.index(column)
        found = [code for code in frame[column].unique().to_list() if code not in _UNRANKED]
        return [
            "/".join((cube, period, *members[:place], code, *members[place + 1 :]))
            for code in found
        ]

    def _rank(self, cell: str, level: str) -> int:
        rivals = self._level(cell, level)
        if cell not in rivals:
            raise DerivationError(f"{cell}: not a ranked member of {level}")
        own = self._count(cell)
        return 1 + sum(self._count(rival) > own for rival in rivals)

    def _moved_most(self, now: str, then: str, level: str, way: int) -> bool:
        before = _cell_parts(then)[1]
        period = _cell_parts(now)[1]
        moves = [
            way * (self._count(rival) - self._count(rival.replace(f"/{period}/", f"/{before}/", 1)))
            for rival in self._level(now, level)
        ]
        return way * (self._count(now) - self._count(then)) == max(moves)

    def _above_for(self, high: str, low: str, run: str) -> bool:
        cube, last, *_ = _cell_parts(high)
        periods = [period for period in self._periods(cube) if period <= last][::-1]
        above = [
            self._count(high.replace(f"/{last}/", f"/{period}/", 1))
            > self._count(low.replace(f"/{last}/", f"/{period}/", 1))
            for period in periods[: int(run) + 1]
        ]
        return above == [True] * int(run) + [False]

    def _descending(self, *cells: str) -> bool:
        counts = [self._count(cell) for cell in cells]
        return all(a >= b for a, b in pairwise(counts))

    def _largest_share(self, part: str, whole: str, level: str, least: str) -> bool:
        parts, wholes = self._level(part, level), self._level(whole, level)
        shares = [
            Fraction(self._count(a), self._count(b))
            for a, b in zip(sorted(parts), sorted(wholes), strict=True)
            if self._count(b) >= int(least)
        ]
        return Fraction(self._count(part), self._count(whole)) == max(shares)


def cells_of(mark: str) -> list[str]:
    """The cells that a mark names."""
    name, arguments = _taken_apart(mark)
    return [a for a in arguments if "/" in a] if name else [mark]


def period_of(term: str) -> tuple[str, bool]:
    """The period of a cell, or of a figure of another source, and whether it is a year ending."""
    if term.startswith(MARK):
        return _source_parts(term)[1], True
    cube, period, *_ = _cell_parts(term)
    return period, _declared(cube).period == "year_ending"


def _declared(name: str) -> Cube:
    if name not in CUBE_BY_NAME:
        raise DerivationError(f"{name}: no such cube")
    return CUBE_BY_NAME[name]


def _taken_apart(mark: str) -> tuple[str, list[str]]:
    call = _CALL.fullmatch(mark)
    return (call[1], call[2].split(",")) if call else ("", [])


def _exactly(count: int, arguments: list[str], mark: str) -> list[str]:
    if len(arguments) != count:
        raise DerivationError(f"{mark}: wrong number of cells")
    return arguments


def _base(count: int, mark: str) -> int:
    if count == 0:
        raise DerivationError(f"{mark}: a share or percentage of nil")
    return count


def _source_parts(mark: str) -> list[str]:
    parts = mark.removeprefix(MARK).split("/")
    if len(parts) != 2:
        raise DerivationError(f"{mark}: not the name of a figure of another source")
    return parts


def _cell_parts(cell: str) -> list[str]:
    parts = cell.split("/")
    if len(parts) != 7:
        raise DerivationError(f"{cell}: not the name of a cell")
    return parts
