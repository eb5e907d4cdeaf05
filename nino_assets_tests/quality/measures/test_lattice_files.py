"""The Parquet files of cuboids against their arrays, period by period."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from nino_assets.methods.disclosure.dimensions import build_cuboid_dimensions
from nino_assets.publishing.tabulations.cuboid_files import PeriodCells, write_cuboid
from nino_assets.publishing.tabulations.lattice_index import build_axes
from nino_assets.quality.measures.lattice_files import count_parquet_differences
from nino_assets.releases.lattice import Axis, LatticeCuboid
from nino_assets.statistic.cuboids import Cuboid
from nino_assets_tests.support.keyed_people import AREA, NATIONALITY

SEXES = Cuboid("sexes", "By sex and nationality", ("quarter",), by_sex=True, area_level="uk")
PERIODS = ["2020-Q1", "2020-Q2", "2020-Q3"]


@pytest.fixture
def cuboid(tmp_path: Path) -> LatticeCuboid:
    none = pl.DataFrame(schema={"period_order": pl.Int32, "time_period": pl.String})
    none = none.with_columns(member_of=pl.lit(None, pl.String))
    dimensions = build_cuboid_dimensions(SEXES, none, AREA, NATIONALITY)[1:]
    width = int(np.prod([each.labels.height for each in dimensions]))
    draws = np.random.default_rng(1).integers(0, 3, (len(PERIODS), width)).astype(np.int32) * 5
    cells = [PeriodCells("quarter", label, row) for label, row in zip(PERIODS, draws, strict=True)]
    write_cuboid(SEXES, dimensions, cells, tmp_path)
    ids = [f"quarter:{label}" for label in PERIODS]
    axes = [Axis(axis["field"], tuple(axis["members"])) for axis in build_axes(ids, dimensions)]
    array = np.load(tmp_path / "sexes.npy")
    return LatticeCuboid("sexes", "", tuple(axes), array, tmp_path / "sexes.parquet")


def change_row(cuboid: LatticeCuboid, column: str, row: int, value: object) -> None:
    table = pq.read_table(cuboid.file)
    values = table[column].to_pylist()
    assert values[row] != value
    values[row] = value
    place = table.column_names.index(column)
    changed = table.set_column(place, column, pa.array(values, table[column].type))
    pq.write_table(changed, cuboid.file, row_group_size=table.num_rows // len(PERIODS))


def test_the_files_as_written_are_alike(cuboid: LatticeCuboid) -> None:
    assert count_parquet_differences(cuboid) == 0


@pytest.mark.parametrize("at", [0.0, 0.5, 1.0], ids=["first", "middle", "last"])
@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("sex", "Zzyzx"),
        ("age", "18-24"),
        ("nationality_code", "GBR"),
        ("nationality", "Atlantis"),
        ("geography_code", "E92000001"),
        ("observation_status", "low"),
        ("registrations", 123),
    ],
)
def test_one_other_value_in_any_period_is_counted(
    cuboid: LatticeCuboid, column: str, value: object, at: float
) -> None:
    change_row(cuboid, column, int(at * (cuboid.cells.size - 1)), value)
    assert count_parquet_differences(cuboid)


def test_one_row_of_another_period_is_counted(cuboid: LatticeCuboid) -> None:
    change_row(cuboid, "time_period", cuboid.cells.size - 1, "2020-Q2")
    assert count_parquet_differences(cuboid)


def test_periods_that_stand_in_another_order_are_counted(cuboid: LatticeCuboid) -> None:
    rows = pq.read_table(cuboid.file)
    width = rows.num_rows // len(PERIODS)
    swapped = pa.concat_tables([rows.slice(width), rows.slice(0, width)])
    pq.write_table(swapped, cuboid.file, row_group_size=width)
    assert count_parquet_differences(cuboid)


def test_row_groups_that_are_not_periods_are_counted(cuboid: LatticeCuboid) -> None:
    pq.write_table(pq.read_table(cuboid.file), cuboid.file, row_group_size=7)
    assert count_parquet_differences(cuboid) == cuboid.cells.size
