"""What each written table must show, from published cells.

It shares no code with the layouts, so that an error in a layout cannot hide itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

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
Expected = Mapping[RowKey, Mapping[str, Shown]]
"""For each row, the value under each header."""
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
    labels = {q.label: f"{_MONTHS[q.number]} {q.year}" for q in quarters}
    return _expect_groups(
        cells.get_cube(QUARTER_NATIONALITY), lambda row: (labels[str(row["time_period"])],)
    )


def expect_areas(cells: PublishedCells, edition: Edition) -> Expected:
    """Expect table 2: the latest year by area and nationality group."""
    latest = _get_latest(cells, YEAR_AREA, edition)
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


def expect_nationalities(cells: PublishedCells, edition: Edition) -> Expected:
    """Expect table 3: two years by nationality, with their change."""
    earlier, later = edition.quarter - 4, edition.quarter
    before, now = (
        {str(row["nationality_code"]): row["registrations"] for row in frame.iter_rows(named=True)}
        for frame in (cells.get_period(YEAR_NATIONALITY, q) for q in (earlier, later))
    )
    headers = [f"Year ending {q.last_month} {q.year}" for q in (earlier, later)]
    expected: dict[RowKey, dict[str, Shown]] = {}
    for code in now | before:
        pair = (before.get(code), now.get(code))
        values = {header: _format_shown(count) for header, count in zip(headers, pair, strict=True)}
        shorthand = _NONE if None in pair else v.LOW
        known = all(pair)
        old, new = (int(count or 0) for count in pair)
        values["Difference\n(number)"] = new - old if known else shorthand
        # No share of a base under the threshold: the difference is what such a row tells.
        told = known and old >= find_smallest_base(later)
        values["Change\n(%)"] = (new - old) / old if told else shorthand
        expected[code,] = values
    return expected


def expect_areas_and_quarters(cells: PublishedCells, edition: Edition) -> Expected:
    """Expect table 7: every quarter by area, a row a year."""
    years = range(edition.first_quarter.year, edition.quarter.year + 1)
    headers = (*_MONTHS.values(), "Year ending December")
    expected: dict[RowKey, dict[str, Shown]] = {}
    for cube in (QUARTER_AREA, YEAR_AREA):
        frame = cells.get_cube(cube).filter(pl.col("nationality_level") == "total")
        periods = {label: Quarter.parse(label) for label in frame["time_period"].unique()}
        columns = ("time_period", "geography_code", "geography_name", "geography_level")
        for label, code, name, level, count in frame.select(*columns, "registrations").iter_rows():
            quarter, area = periods[label], (code, name, _LEVELS[level])
            if (*area, str(years[0])) not in expected:
                expected.update({(*area, str(y)): dict.fromkeys(headers, _NONE) for y in years})
            value = _format_shown(count)
            if cube is QUARTER_AREA:
                expected[*area, str(quarter.year)][_MONTHS[quarter.number]] = value
            elif quarter.number == 4:
                expected[*area, str(quarter.year)]["Year ending December"] = value
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
    expected: dict[RowKey, dict[str, Shown]] = {}
    for row in groups.iter_rows(named=True):
        header = _name_total(row["nationality"], "All nationalities")
        expected.setdefault(key(row), {})[header] = _format_shown(row["registrations"])
    return expected


def _name_area(row: Mapping[str, object]) -> tuple[str, str]:
    return str(row["geography_name"]), _LEVELS[str(row["geography_level"])]


def _name_total(label: object, shown: str) -> str:
    return shown if label == v.ALL else str(label)


def _format_shown(count: object) -> Shown:
    if count is None:
        return _NONE
    return int(str(count)) or v.LOW
