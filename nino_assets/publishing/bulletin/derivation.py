"""Derives numbers and claims of the bulletin again from published cells.

The module shares nothing with the commentary but the names of cells: it has its own look-up,
arithmetic and comparisons, so that a mistake on one side shows. The forms of marks are in
`marks.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import pairwise

import polars as pl

from nino_assets.publishing.bulletin.derived_moves import has_moved_most, make_up_most
from nino_assets.publishing.bulletin.marks import (
    DerivationError,
    find_cube,
    parse_mark,
    split_cell,
    split_source,
)
from nino_assets.publishing.bulletin.source_figures import MARK, OtherSource
from nino_assets.publishing.cells import PublishedCells
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
_DIMENSION_OF_LEVEL = {"age": "age", "sex": "sex", "lag": "arrival_lag"}
_UNRANKED = frozenset({"unknown", "unknown-other", "other-unknown", "Unknown", "OVERSEAS", "All"})
_CHANGES = frozenset({"change", "increase", "decrease"})
_HALF_A_PERCENT = Fraction(1, 200)


class Derivation:
    """Derives marks from the cells of one edition."""

    def __init__(self, cells: PublishedCells, sources: Sequence[OtherSource] = ()) -> None:
        self._cells = cells
        self._sources = {source.series: source for source in sources}
        self._frames: dict[str, dict[str, pl.DataFrame]] = {}
        self._counts: dict[tuple[str, str], dict[tuple[str, ...], int]] = {}
        self._labels: dict[tuple[str, str], dict[tuple[str, ...], set[str]]] = {}

    def derive_number(self, mark: str) -> Fraction:
        """Return the value of a marked number. Raises DerivationError."""
        name, arguments = parse_mark(mark)
        if name == "":
            return Fraction(self._get_count(mark))
        first, second = (self._get_count(cell) for cell in _require_count(2, arguments, mark))
        if name == "share":
            return Fraction(100 * first, _require_base(second, mark))
        way = -1 if name.endswith("decrease") else 1
        value = Fraction(way * (first - second))
        if name.startswith("percent-"):
            value = 100 * value / _require_base(second, mark)
        if name.endswith("crease") and value < 0:
            raise DerivationError(f"{mark}: the change has the other direction")
        if name.removeprefix("percent-") not in _CHANGES or name == "decrease":
            raise DerivationError(f"{mark}: no such derivation")
        return value

    def holds(self, mark: str) -> bool:
        """Tell whether a claim is true of the cells. Raises DerivationError."""
        name, arguments = parse_mark(mark)
        claims: dict[str, Callable[..., bool]] = {
            "increased": lambda a, b: self._find_direction(a, b) == 1,
            "decreased": lambda a, b: self._find_direction(a, b) == -1,
            "unchanged": lambda a, b: self._find_direction(a, b) == 0,
            "record-highest": lambda a: self._is_record(a, 1),
            "record-lowest": lambda a: self._is_record(a, -1),
            "highest-since": lambda a, b: self._is_since(a, b, 1),
            "lowest-since": lambda a, b: self._is_since(a, b, -1),
            "peak": lambda a, b, c: self._get_count(a) == max(self._list_series(a, b, c)),
            "trough": lambda a, b, c: self._get_count(a) == min(self._list_series(a, b, c)),
            "rank": lambda a, level, n: self._find_rank(a, level) <= int(n),
            "largest-rise": lambda a, b, level: self._has_moved_most(a, b, level, 1),
            "largest-fall": lambda a, b, level: self._has_moved_most(a, b, level, -1),
            "at-least": lambda a, b: self._get_count(a) >= self._get_count(b),
            "about-equal": lambda a, b: self._get_count(a) >= self._get_count(b),
            "above-for": self._is_above_for,
            "first-above": lambda a, b: self._list_above(a, b) == [split_cell(a)[1]],
            "first-above-since": lambda a, b, c: (
                self._list_above(a, b)[-2:] == [split_cell(c)[1], split_cell(a)[1]]
            ),
            "largest-of": lambda a, *bs: all(self._get_count(a) >= self._get_count(b) for b in bs),
            "smallest-of": lambda a, *bs: self._get_count(a) == min(self._get_count(b) for b in bs),
            "descending": self._is_descending,
            "largest-share": self._has_largest_share,
            "mostly": lambda a, b, level, *named: make_up_most(
                self._list_moves(a, b, level), self._get_count(a) - self._get_count(b), named
            ),
        }
        if name not in claims:
            raise DerivationError(f"{mark}: no such claim")
        try:
            return claims[name](*arguments)
        except TypeError as error:
            raise DerivationError(f"{mark}: wrong number of cells") from error

    def find_rival(self, mark: str) -> tuple[int, int] | None:
        """Return the figure of a superlative and the nearest other figure.

        None for a claim that compares no two figures. Raises DerivationError.
        """
        name, arguments = parse_mark(mark)
        way = -1 if name in {"record-lowest", "lowest-since"} else 1
        others: list[int] = []
        if name in {"largest-rise", "largest-fall", "at-least", "above-for", "about-equal"}:
            others = [self._get_count(arguments[1])]
        elif name == "largest-of":
            others = [self._get_count(c) for c in arguments[1:] if c != arguments[0]]
        elif name == "rank":
            cell, level, place = arguments
            ranked = sorted(map(self._get_count, self._list_level(cell, level)), reverse=True)
            others = ranked[int(place) :]
        elif name.startswith("record-"):
            cube, _, *members = split_cell(arguments[0])
            first = "/".join((cube, self._list_periods(cube)[0], *members))
            others = self._list_series(arguments[0], first, arguments[0])[:-1]
        elif name.endswith("-since"):
            others = self._list_series(arguments[0], arguments[1], arguments[0])[1:-1]
        nearest = max((way * other for other in others), default=None)
        return None if nearest is None else (self._get_count(arguments[0]), way * nearest)

    def get_labels(self, mark: str) -> set[str]:
        """Return the published labels of a cell's members.

        A table may name the cell by any of them.
        """
        cube, period, *members = split_cell(mark)
        if (cube, period) not in self._labels:
            found: dict[tuple[str, ...], set[str]] = {}
            columns = (*_COLUMNS, "geography_name", "nationality")
            for row in self._get_frame(cube, period).select(columns).iter_rows():
                codes, labels = row[: len(_COLUMNS)], row[2:]
                found.setdefault(codes, set()).update(labels)
            self._labels[cube, period] = found
        return self._labels[cube, period].get(tuple(members), set())

    def _get_count(self, cell: str) -> int:
        if cell.startswith(MARK):
            return self._get_source_figure(cell)
        cube, period, *members = split_cell(cell)
        try:
            return self._get_period(cube, period)[tuple(members)]
        except KeyError as error:
            raise DerivationError(f"{cell}: no such cell") from error

    def _get_source_figure(self, mark: str) -> int:
        series, period = split_source(mark)
        try:
            return self._sources[series].values[Quarter.parse(period)]
        except (KeyError, ValueError) as error:
            raise DerivationError(f"{mark}: no such figure of another source") from error

    def _get_period(self, cube: str, period: str) -> dict[tuple[str, ...], int]:
        if (cube, period) not in self._counts:
            frame = self._get_frame(cube, period)
            self._counts[cube, period] = {
                row[:-1]: row[-1] for row in frame.select(*_COLUMNS, "registrations").iter_rows()
            }
        return self._counts[cube, period]

    def _split_by_period(self, cube: str) -> dict[str, pl.DataFrame]:
        if cube not in self._frames:
            frame = self._cells.get_cube(find_cube(cube)).select(_READ)
            parts = frame.partition_by("time_period", include_key=False, as_dict=True)
            self._frames[cube] = {str(period): frame for (period,), frame in parts.items()}
        return self._frames[cube]

    def _get_frame(self, cube: str, period: str) -> pl.DataFrame:
        return self._split_by_period(cube).get(
            period, self._cells.get_cube(find_cube(cube)).clear()
        )

    def _list_periods(self, cube: str) -> list[str]:
        return sorted(self._split_by_period(cube))

    def _list_series(self, cell: str, first: str, last: str) -> list[int]:
        cube, _, *members = split_cell(cell)
        start, end = split_cell(first)[1], split_cell(last)[1]
        return [
            self._get_count("/".join((cube, period, *members)))
            for period in self._list_periods(cube)
            if start <= period <= end
        ]

    def _find_direction(self, now: str, then: str) -> int:
        a, b = self._get_count(now), self._get_count(then)
        if a == b or abs(a - b) < _HALF_A_PERCENT * b:
            return 0
        return 1 if a > b else -1

    def _is_record(self, cell: str, way: int) -> bool:
        cube, period, *members = split_cell(cell)
        earlier = [p for p in self._list_periods(cube) if p < period]
        return bool(earlier) and all(
            way * (self._get_count(cell) - self._get_count("/".join((cube, p, *members)))) > 0
            for p in earlier
        )

    def _is_since(self, cell: str, since: str, way: int) -> bool:
        *between, now = self._list_series(cell, since, cell)
        return way * (between[0] - now) >= 0 and all(way * (now - b) > 0 for b in between[1:])

    def _list_level(self, cell: str, level: str) -> list[str]:
        """List the ranked members of a level.

        Other dimensions are as in `cell`.
        """
        cube, period, *members = split_cell(cell)
        frame = self._get_frame(cube, period)
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

    def _find_rank(self, cell: str, level: str) -> int:
        rivals = self._list_level(cell, level)
        if cell not in rivals:
            raise DerivationError(f"{cell}: not a ranked member of {level}")
        own = self._get_count(cell)
        return 1 + sum(self._get_count(rival) > own for rival in rivals)

    def _has_moved_most(self, now: str, then: str, level: str, way: int) -> bool:
        moved = self._get_count(now) - self._get_count(then)
        return has_moved_most(self._list_moves(now, then, level), moved, way)

    def _list_moves(self, now: str, then: str, level: str) -> dict[str, int]:
        """Return how far each member of a level moved between two periods."""
        period, before = split_cell(now)[1], split_cell(then)[1]
        return {
            cell: self._get_count(cell)
            - self._get_count(cell.replace(f"/{period}/", f"/{before}/", 1))
            for cell in self._list_level(now, level)
        }

    def _is_above_for(self, high: str, low: str, run: str) -> bool:
        cube, last, *_ = split_cell(high)
        periods = [period for period in self._list_periods(cube) if period <= last]
        above = self._list_above(high, low)
        return [p in above for p in periods[-int(run) - 1 :]] == [False] + [True] * int(run)

    def _list_above(self, high: str, low: str) -> list[str]:
        """List the periods in which `high` is above `low`."""
        last = split_cell(high)[1]
        return [
            period
            for period in self._list_periods(split_cell(high)[0])
            if period <= last
            and self._get_count(high.replace(f"/{last}/", f"/{period}/", 1))
            > self._get_count(low.replace(f"/{last}/", f"/{period}/", 1))
        ]

    def _is_descending(self, *cells: str) -> bool:
        counts = [self._get_count(cell) for cell in cells]
        return all(a >= b for a, b in pairwise(counts))

    def _has_largest_share(self, part: str, whole: str, level: str, least: str) -> bool:
        parts, wholes = self._list_level(part, level), self._list_level(whole, level)
        shares = [
            Fraction(self._get_count(a), self._get_count(b))
            for a, b in zip(sorted(parts), sorted(wholes), strict=True)
            if self._get_count(b) >= int(least)
        ]
        return Fraction(self._get_count(part), self._get_count(whole)) == max(shares)


def _require_count(count: int, arguments: list[str], mark: str) -> list[str]:
    if len(arguments) != count:
        raise DerivationError(f"{mark}: wrong number of cells")
    return arguments


def _require_base(count: int, mark: str) -> int:
    if count == 0:
        raise DerivationError(f"{mark}: a share or percentage of nil")
    return count
