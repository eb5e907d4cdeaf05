"""Which rows an edition's open data may and must hold.

Local authorities are those of the directory that a quarter was made with: any code of one is
allowed, and a quarter has those that its perturbed cubes have.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable

import numpy as np
import numpy.typing as npt
import polars as pl

from nino_assets.publishing.edition import Edition
from nino_assets.publishing.open_data.numbering import NumberedRows, RowLabels
from nino_assets.statistic import reference_lists
from nino_assets.statistic import vocabulary as v
from nino_assets.statistic.nationality_list import list_nationalities
from nino_assets.statistic.published_domain import (
    CUBE_BY_NAME,
    CUBES,
    Cube,
    list_nationality_members,
)
from nino_assets.statistic.quarters import Quarter

_PERIOD = ("cube", "time_period", "time_period_type")
_AREA = ("cube", "time_period", "geography_code", "geography_level")
_NATIONALITY = ("cube", "nationality_code", "nationality", "nationality_level")
_CATEGORY = ("cube", "age", "sex", "arrival_lag")

_LOCAL_AUTHORITY = re.compile(r"[EWSN][0-9]{8}")
_FIRST_YEAR_ENDING = 3
"""Quarters before the first year ending: a year needs four."""


class DeclaredDomain:
    """The declared cells of one edition.

    `cells` are its perturbed cubes, for their local areas.
    """

    def __init__(self, edition: Edition, cells: NumberedRows) -> None:
        self._periods = {
            (cube.name, label, cube.period)
            for cube in CUBES
            for label in _list_period_labels(cube, edition)
        }
        self._nationalities = {
            (cube.name, *member)
            for cube in CUBES
            for member in _list_nationalities(cube, edition.quarter)
        }
        self._categories = {
            (cube.name, *member) for cube in CUBES for member in _list_categories(cube)
        }
        fixed = {
            (cube, label, *area)
            for cube, label, _ in self._periods
            for area in _list_fixed_areas(CUBE_BY_NAME[cube])
        }
        self._areas: set[RowLabels] = fixed | {
            member for member in cells.list_members(_AREA)[0] if self._may_be_local(member)
        }

    def _may_be_local(self, area: RowLabels) -> bool:
        cube, label, code, level = area
        declared = CUBE_BY_NAME.get(cube or "")
        return (
            declared is not None
            and declared.by_area
            and (cube, label, declared.period) in self._periods
            and level == "local_authority"
            and _LOCAL_AUTHORITY.fullmatch(code or "") is not None
        )

    @property
    def size(self) -> int:
        """How many cells the domain has."""
        nationalities = Counter(cube for cube, *_ in self._nationalities)
        categories = Counter(cube for cube, *_ in self._categories)
        areas = Counter(str(cube) for cube, *_ in self._areas)
        return sum(nationalities[cube] * categories[cube] * areas[cube] for cube in areas)

    def holds(self, rows: NumberedRows) -> npt.NDArray[np.bool_]:
        """Tell for each row whether all its members are declared."""
        tests: dict[tuple[str, ...], Callable[[RowLabels], bool]] = {
            _PERIOD: self._periods.__contains__,
            _AREA: self._areas.__contains__,
            _NATIONALITY: self._nationalities.__contains__,
            _CATEGORY: self._categories.__contains__,
        }
        is_declared = np.ones(rows.count, dtype=np.bool_)
        for columns, test in tests.items():
            members, of_row = rows.list_members(columns)
            is_declared &= np.array([test(member) for member in members], dtype=np.bool_)[of_row]
        return is_declared


def _list_period_labels(cube: Cube, edition: Edition) -> list[str]:
    quarters = edition.first_quarter.list_until(edition.quarter)
    first = _FIRST_YEAR_ENDING if cube.period == "year_ending" else 0
    return [quarter.label for quarter in quarters[first:]]


def _list_fixed_areas(cube: Cube) -> Iterable[tuple[str, str]]:
    yield v.UK_CODE, "uk"
    if cube.by_area:
        yield v.OVERSEAS_CODE, "overseas"
        yield from (
            reference_lists.read_areas()
            .filter(pl.col("geography_level").is_in(["country", "region"]))
            .select("area_code", "geography_level")
            .iter_rows()
        )


def _list_nationalities(cube: Cube, as_at: Quarter) -> Iterable[tuple[str, str, str]]:
    members = list_nationality_members(list_nationalities(as_at))
    if cube.nationality_depth == "sub_group":
        members = members.filter(pl.col("nationality_level") != "nationality")
    return (
        members.select("nationality_code", "nationality", "nationality_level").unique().iter_rows()
    )


def _list_categories(cube: Cube) -> Iterable[tuple[str, str, str]]:
    ages = (v.ALL, *v.AGE_BANDS) if cube.by_age_sex else (v.ALL,)
    sexes = (v.ALL, *v.SEXES) if cube.by_age_sex else (v.ALL,)
    lags = (v.ALL, *v.ARRIVAL_LAGS) if cube.by_lag else (v.ALL,)
    return ((age, sex, lag) for age in ages for sex in sexes for lag in lags)
