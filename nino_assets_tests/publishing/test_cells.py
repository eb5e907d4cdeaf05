from __future__ import annotations

import time

import polars as pl
import pytest

from nino_assets.publishing.cells import Cell, PublishedCells
from nino_assets.statistic import vocabulary as v
from nino_assets.statistic.quarters import Quarter

LAST = Quarter(2020, 4)


def test_a_cell_is_named_by_its_columns_in_the_open_data() -> None:
    cell = Cell("year_age_sex", LAST, nationality="european-union-eu15", age="18-24", sex="Male")
    assert str(cell) == "year_age_sex/2020-Q4/K02000001/european-union-eu15/18-24/Male/All"


def test_value_and_at_read_the_same_cell(twelve_quarters: PublishedCells) -> None:
    frame = twelve_quarters.cube("year_area")
    wanted = frame.filter(
        (pl.col("time_period") == "2020-Q4")
        & (pl.col("geography_code") == "E12000007")
        & (pl.col("nationality") == "South Asia")
    )["registrations"].item()
    value = twelve_quarters.value(
        "year_area", LAST, nationality="South Asia", geography="E12000007"
    )
    assert value == wanted
    assert twelve_quarters.at(Cell("year_area", LAST, "E12000007", "south-asia")) == wanted


def test_a_level_tells_labels_apart_and_unknown_members_have_no_value(
    twelve_quarters: PublishedCells,
) -> None:
    cells = twelve_quarters
    assert cells.value("year_nationality", LAST, nationality="India", level="nationality")
    assert cells.value("year_nationality", LAST, nationality="India", level="sub_group") is None
    assert cells.value("year_nationality", LAST, nationality="Atlantis") is None
    assert cells.value("year_nationality", Quarter(2018, 3)) is None


def test_a_nil_cell_is_0_and_not_missing(twelve_quarters: PublishedCells) -> None:
    low = twelve_quarters.cube("year_lag").filter(pl.col("observation_status") == v.LOW)
    row = low.row(0, named=True)
    cell = Cell(
        "year_lag",
        Quarter.parse(row["time_period"]),
        nationality=row["nationality_code"],
        lag=row["arrival_lag"],
    )
    assert twelve_quarters.at(cell) == 0


def test_cells_are_found_however_cubes_and_periods_are_mixed(
    twelve_quarters: PublishedCells,
) -> None:
    names = ("quarter_area", "year_lag")
    stored = pl.concat([twelve_quarters.cube(name) for name in names])
    mixed = stored.with_columns(cube=pl.col("cube").replace("year_lag", "month_lag"))
    mixed = pl.concat([stored, mixed]).sample(fraction=0.2, shuffle=True, seed=1)
    cells = PublishedCells(mixed)
    for name in names:
        of_cube = mixed.filter(pl.col("cube") == name)
        assert cells.cube(name).equals(of_cube)
        labels = sorted(set(of_cube["time_period"]))
        assert [quarter.label for quarter in cells.quarters(name)] == labels
        for label in labels:
            of_period = of_cube.filter(pl.col("time_period") == label)
            assert cells.period(name, Quarter.parse(label)).equals(of_period)
    assert cells.cube("year_area").is_empty()
    assert cells.cube("year_area").schema == stored.schema
    with pytest.raises(KeyError):
        cells.cube("month_lag")


def test_an_undeclared_cube_is_refused(twelve_quarters: PublishedCells) -> None:
    with pytest.raises(KeyError):
        twelve_quarters.cube("month_nationality")


def test_looking_up_is_fast_enough_for_commentary(twelve_quarters: PublishedCells) -> None:
    twelve_quarters.value("year_nationality", LAST)
    start = time.perf_counter()
    for _ in range(2000):
        twelve_quarters.value("year_nationality", LAST, nationality="India")
    assert time.perf_counter() - start < 1
