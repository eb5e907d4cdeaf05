"""Published cells by cube, period and member, never added up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain

import polars as pl

from nino_assets.statistic import vocabulary as v
from nino_assets.statistic.published_domain import CUBES, Cube, make_slug
from nino_assets.statistic.quarters import Quarter

_ADDRESS_COLUMNS = ("geography_code", "nationality_code", "age", "sex", "arrival_lag")

Run = tuple[int, int]
"""The first of some consecutive rows, and how many they are."""


@dataclass(frozen=True)
class Cell:
    """The name of one published cell.

    Written `cube/time_period/geography_code/nationality_code/age/sex/arrival_lag`, for example
    `year_nationality/2020-Q4/K02000001/all/All/All/All`: the values of those columns of the open
    data, so that a reader can find the row. No label in them holds a slash or a comma.
    """

    cube: Cube
    quarter: Quarter
    geography: str = v.UK_CODE
    nationality: str = make_slug(v.ALL)
    age: str = v.ALL
    sex: str = v.ALL
    lag: str = v.ALL

    def __str__(self) -> str:
        return "/".join((self.cube.name, self.quarter.label, *self.members))

    @property
    def members(self) -> tuple[str, str, str, str, str]:
        """Geography code, nationality code, age, sex, arrival lag."""
        return (self.geography, self.nationality, self.age, self.sex, self.lag)

    def move_to(self, quarter: Quarter) -> Cell:
        """Return the same cell of another period."""
        return replace(self, quarter=quarter)


class PublishedCells:
    """Every cell of an edition, from a frame in `published_domain.CELL_COLUMNS`."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self._frame = frame
        self._runs = _find_runs(frame)
        self._cubes: dict[str, pl.DataFrame] = {}
        self._values: dict[tuple[str, Quarter], dict[tuple[str, ...], int]] = {}

    def get_cube(self, cube: Cube) -> pl.DataFrame:
        """Return all cells of one cube, in published order."""
        if cube.name not in self._cubes:
            self._cubes[cube.name] = self._take_rows(sorted(chain(*self._runs[cube.name].values())))
        return self._cubes[cube.name]

    def get_period(self, cube: Cube, quarter: Quarter) -> pl.DataFrame:
        """Return the cells of one cube and period, in published order.

        The frame is empty when there is none.
        """
        return self._take_rows(self._runs[cube.name].get(quarter.label, []))

    def list_quarters(self, cube: Cube) -> list[Quarter]:
        """List the periods that a cube holds, in order."""
        return sorted(Quarter.parse(label) for label in self._runs[cube.name])

    def _take_rows(self, runs: Sequence[Run]) -> pl.DataFrame:
        parts = [self._frame.slice(start, length) for start, length in runs]
        return pl.concat(parts) if parts else self._frame.clear()

    def get_count(self, cell: Cell) -> int | None:
        """Return the published count of `cell`, or None without such a cell."""
        period = (cell.cube.name, cell.quarter)
        if period not in self._values:
            columns = [*_ADDRESS_COLUMNS, "registrations"]
            rows = self.get_period(cell.cube, cell.quarter).select(columns).iter_rows()
            self._values[period] = {row[:-1]: int(row[-1]) for row in rows}
        return self._values[period].get(cell.members)


def _find_runs(frame: pl.DataFrame) -> dict[str, dict[str, list[Run]]]:
    """Return where the rows of each cube and period are.

    As stored, they are one run of rows.
    """
    runs: dict[str, dict[str, list[Run]]] = {cube.name: {} for cube in CUBES}
    named = frame.select("cube", "time_period")
    is_first = pl.any_horizontal(pl.all().ne_missing(pl.all().shift()))
    starts = named.select(is_first.arg_true()).to_series().to_list()
    for (cube, period), start, end in zip(
        named[starts].iter_rows(), starts, [*starts[1:], frame.height], strict=True
    ):
        if cube in runs:
            runs[cube].setdefault(period, []).append((start, end - start))
    return runs
