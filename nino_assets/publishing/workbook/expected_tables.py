"""What each written table must show, from published cells.

It shares no code with the layouts, so that an error in a layout cannot hide itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import polars as pl

from nino_assets.publishing.cells import PublishedCells
from nino_assets.publishing.edition import Edition
from nino_assets.statistic import vocabulary as v
from nino_assets.statistic.percentages import find_smallest_base
from nino_assets.statistic.published_domain import (
    QUARTER_AREA,
    QUARTER_NATIONALITY,
    YEAR_AGE_SEX,
    YEAR_AREA,
    YEAR_LAG,
    YEAR_NATIONALITY,
    Cube,
)
from nino_assets.statistic.quarters import Quarter

Shown = str | int | float
RowKey = tuple[str, ...]
"""The first labels of a row: as many as name it."""


class Figure(NamedTuple):
    """What a place shows, and the name of its published cell.

    The name is blank for a figure that is derived from others of its row, and for `[x]`.
    """

    shown: Shown
    cell: str = ""


Expected = Mapping[RowKey, Mapping[str, Figure]]
"""For each row, the figure under each header."""
ExpectedTable = Callable[[PublishedCells, Edition], Expected]

_NONE = "[x]"
_MONTHS = {1: "Jan to Mar", 2: "Apr to Jun", 3: "Jul to Sep", 4: "Oct to Dec"}
_LEVELS = {"uk": "United Kingdom", "country": "Country", "region": "Region"}
_LEVELS |= {"local_authority": "Local authority", "overseas": "Overseas"}
_ONE_SUB_GROUP = ("Non-European Union (Other Europe)", "Other / unknown")
"""World areas that are shown as their one sub-group."""


def expect_quarters(cells: PublishedCells, edition: Edition) -> Expected:
    """Expect table 1: every quarter by nationality group."""
    quarters = edition.first_quarter.list_until(edition.quarter)
    labels = {q.label: _name_quarter(q) for q in quarters}
    return _expect_groups(
        cells.get_cube(QUARTER_NATIONALITY), lambda row: (labels[str(row["time_period"])],)
    )


def expect_years(cells: PublishedCells, edition: Edition) -> Expected:
    """Expect table 8: every year ending by nationality group."""
    quarters = edition.first_quarter.list_until(edition.quarter)
    labels = {q.label: f"{q.last_month} {q.year}" for q in quarters}
    return _expect_groups(
        cells.get_cube(YEAR_NATIONALITY), lambda row: (labels[str(row["time_period"])],)
    )


def expect_areas(cube: Cube, cells: PublishedCells, edition: Edition) -> Expected:
    """Expect tables 2 and 11: the latest period by area and group."""
    latest = _get_latest(cells, cube, edition)
    return _expect_groups(latest, lambda row: (str(row["geography_code"]), *_name_area(row)))


def expect_ages_and_sexes(cells: PublishedCells, edition: Edition) -> Expected:
    """Expect table 5: the latest year by age, sex and group."""
    latest = _get_latest(cells, YEAR_AGE_SEX, edition)
    return _expect_groups(
        latest, lambda row: (_name_total(row["age"], "All ages"), str(row["sex"]))
    )


def expect_arrivals(cells: PublishedCells, edition: Edition) -> Expected:
    """Expect table 6: the latest year by time since arrival and group."""
    return _expect_groups(
        _get_latest(cells, YEAR_LAG, edition), lambda row: (str(row["arrival_lag"]),)
    )


def expect_nationalities(cube: Cube, cells: PublishedCells, edition: Edition) -> Expected:
    """Expect tables 3 and 10: two periods by nationality, with their change."""
    earlier, later = edition.quarter - 4, edition.quarter
    before, now = (
        {str(row["nationality_code"]): row for row in _name_cells(frame).iter_rows(named=True)}
        for frame in (cells.get_period(cube, q) for q in (earlier, later))
    )
    headers = [
        f"Year ending {q.last_month} {q.year}" if cube.quarters == 4 else _name_quarter(q)
        for q in (earlier, later)
    ]
    expected: dict[RowKey, dict[str, Figure]] = {}
    for code in now | before:
        rows = (before.get(code), now.get(code))
        values = {header: _expect_cell(row) for header, row in zip(headers, rows, strict=True)}
        shorthand = _NONE if None in rows else v.LOW
        old, new = (int(row["registrations"]) if row else 0 for row in rows)
        known = bool(old and new)
        values["Difference\n(number)"] = Figure(new - old if known else shorthand)
        # No share of a base under the threshold: the difference is what such a row tells.
        told = known and old >= find_smallest_base(later)
        values["Change\n(%)"] = Figure((new - old) / old if told else shorthand)
        expected[code,] = values
    return expected


def expect_areas_and_quarters(cells: PublishedCells, edition: Edition) -> Expected:
    """Expect table 7: every quarter by area, a row a year."""
    years = range(edition.first_quarter.year, edition.quarter.year + 1)
    headers = (*_MONTHS.values(), "Year ending December")
    expected: dict[RowKey, dict[str, Figure]] = {}
    for cube in (QUARTER_AREA, YEAR_AREA):
        frame = cells.get_cube(cube).filter(pl.col("nationality_level") == "total")
        periods = {label: Quarter.parse(label) for label in frame["time_period"].unique()}
        for label, code, name, level, count, cell in _iterate_areas(frame):
            quarter, area = periods[label], (code, name, _LEVELS[level])
            if (*area, str(years[0])) not in expected:
                nothing = dict.fromkeys(headers, Figure(_NONE))
                expected.update({(*area, str(y)): dict(nothing) for y in years})
            figure = Figure(count or v.LOW, cell)
            if cube is QUARTER_AREA:
                expected[*area, str(quarter.year)][_MONTHS[quarter.number]] = figure
            elif quarter.number == 4:
                expected[*area, str(quarter.year)]["Year ending December"] = figure
    return expected


def expect_areas_and_years(cells: PublishedCells, edition: Edition) -> Expected:
    """Expect table 9: years by area, by European Union or not."""
    first, last = edition.first_quarter + 3, edition.quarter
    years = [q for q in first.list_until(last) if q.number == last.number][-10:]
    frame = cells.get_cube(YEAR_AREA).filter(
        pl.col("time_period").is_in([q.label for q in years])
        & (
            pl.col("nationality_level").is_in(["total", "aggregate"])
            | (pl.col("nationality") == v.EU)
        )
    )
    months = {q.label: f"{q.last_month} {q.year}" for q in years}
    headers = {"all": "All nationalities", "european-union": v.EU, "non-european-union": v.NON_EU}
    expected: dict[RowKey, dict[str, Figure]] = {}
    for label, code, name, level, count, cell in _iterate_areas(frame):
        nationality = cell.split("/")[3]
        area = (code, name, _LEVELS[level])
        if (*area, months[years[0].label]) not in expected:
            nothing = dict.fromkeys(headers.values(), Figure(_NONE))
            expected.update({(*area, month): dict(nothing) for month in months.values()})
        expected[*area, months[label]][headers[nationality]] = Figure(count or v.LOW, cell)
    return expected


def _get_latest(cells: PublishedCells, cube: Cube, edition: Edition) -> pl.DataFrame:
    return cells.get_period(cube, edition.quarter)


def _expect_groups(frame: pl.DataFrame, key: Callable[[Mapping[str, object]], RowKey]) -> Expected:
    groups = frame.filter(
        (pl.col("nationality_level") != "nationality")
        & ~(
            (pl.col("nationality_level") == "world_area")
            & pl.col("nationality").is_in(_ONE_SUB_GROUP)
        )
    )
    expected: dict[RowKey, dict[str, Figure]] = {}
    for row in _name_cells(groups).iter_rows(named=True):
        header = _name_total(row["nationality"], "All nationalities")
        expected.setdefault(key(row), {})[header] = _expect_cell(row)
    return expected


def _iterate_areas(frame: pl.DataFrame) -> Iterator[tuple[Any, ...]]:
    """Return period, area code, name, level, count and name of cells."""
    columns = ("time_period", "geography_code", "geography_name", "geography_level")
    return _name_cells(frame).select(*columns, "registrations", "cell").iter_rows()


def _name_cells(frame: pl.DataFrame) -> pl.DataFrame:
    """Add the name of each cell, as the bulletin marks it."""
    parts = ("cube", "time_period", "geography_code", "nationality_code", "age", "sex")
    return frame.with_columns(cell=pl.concat_str([*parts, "arrival_lag"], separator="/"))


def _name_area(row: Mapping[str, object]) -> tuple[str, str]:
    return str(row["geography_name"]), _LEVELS[str(row["geography_level"])]


def _name_total(label: object, shown: str) -> str:
    return shown if label == v.ALL else str(label)


def _name_quarter(quarter: Quarter) -> str:
    return f"{_MONTHS[quarter.number]} {quarter.year}"


def _expect_cell(row: Mapping[str, object] | None) -> Figure:
    """Expect a published cell, `[low]` for 0, `[x]` without one."""
    if row is None:
        return Figure(_NONE)
    return Figure(int(str(row["registrations"])) or v.LOW, str(row["cell"]))
