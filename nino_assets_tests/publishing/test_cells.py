from __future__ import annotations

import time

import polars as pl
import pytest

from nino_assets.publishing.cells import Cell, PublishedCells
from nino_assets.statistic import vocabulary as v
from nino_assets.statistic.published_domain import (
    QUARTER_AREA,
    YEAR_AGE_SEX,
    YEAR_AREA,
    YEAR_LAG,
    YEAR_NATIONALITY,
    Cube,
)
from nino_assets.statistic.quarters import Quarter

LAST = Quarter(2020, 4)


def test_a_cell_is_named_by_its_columns_in_the_open_data() -> None:
    cell = Cell(YEAR_AGE_SEX, LAST, nationality="european-union-eu15", age="18-24", sex="Male")
    assert str(cell) == "year_age_sex/2020-Q4/K02000001/european-union-eu15/18-24/Male/All"


def test_a_cell_is_found_by_its_members(twelve_quarters: PublishedCells) -> None:
    frame = twelve_quarters.get_cube(YEAR_AREA)
    wanted = frame.filter(
        (pl.col("time_period") == "2020-Q4")
        & (pl.col("geography_code") == "E12000007")
        & (pl.col("nationality") == "South Asia")
    )["registrations"].item()
    assert twelve_quarters.get_count(Cell(YEAR_AREA, LAST, "E12000007", "south-asia")) == wanted


def test_a_cell_that_was_not_published_has_no_count(twelve_quarters: PublishedCells) -> None:
    assert twelve_quarters.get_count(Cell(YEAR_NATIONALITY, LAST, nationality="IND"))
    assert twelve_quarters.get_count(Cell(YEAR_AREA, LAST, nationality="IND")) is None
    assert twelve_quarters.get_count(Cell(YEAR_NATIONALITY, LAST, nationality="atlantis")) is None
    assert twelve_quarters.get_count(Cell(YEAR_NATIONALITY, Quarter(2018, 3))) is None


def test_a_nil_cell_is_0_and_not_missing(twelve_quarters: PublishedCells) -> None:
    low = twelve_quarters.get_cube(YEAR_LAG).filter(pl.col("observation_status") == v.LOW)
    row = low.row(0, named=True)
    cell = Cell(
        YEAR_LAG,
        Quarter.parse(row["time_period"]),
        nationality=row["nationality_code"],
        lag=row["arrival_lag"],
    )
    assert twelve_quarters.get_count(cell) == 0


def test_cells_are_found_however_cubes_and_periods_are_mixed(
    twelve_quarters: PublishedCells,
) -> None:
    cubes = (QUARTER_AREA, YEAR_LAG)
    stored = pl.concat([twelve_quarters.get_cube(cube) for cube in cubes])
    mixed = stored.with_columns(cube=pl.col("cube").replace("year_lag", "month_lag"))
    mixed = pl.concat([stored, mixed]).sample(fraction=0.2, shuffle=True, seed=1)
    cells = PublishedCells(mixed)
    for cube in cubes:
        of_cube = mixed.filter(pl.col("cube") == cube.name)
        assert cells.get_cube(cube).equals(of_cube)
        labels = sorted(set(of_cube["time_period"]))
        assert [quarter.label for quarter in cells.list_quarters(cube)] == labels
        for label in labels:
            of_period = of_cube.filter(pl.col("time_period") == label)
            assert cells.get_period(cube, Quarter.parse(label)).equals(of_period)
    assert cells.get_cube(YEAR_AREA).is_empty()
    assert cells.get_cube(YEAR_AREA).schema == stored.schema
    with pytest.raises(KeyError):
        cells.get_cube(Cube("month_lag", "Month by lag", "quarter"))


def test_looking_up_is_fast_enough_for_commentary(twelve_quarters: PublishedCells) -> None:
    twelve_quarters.get_count(Cell(YEAR_NATIONALITY, LAST))
    start = time.perf_counter()
    for _ in range(2000):
        twelve_quarters.get_count(Cell(YEAR_NATIONALITY, LAST, nationality="IND"))
    assert time.perf_counter() - start < 1
