"""A small but complete edition: five quarters, every declared cell, two local authorities."""

from __future__ import annotations

from datetime import date

import polars as pl

from nino_assets.publishing.edition import Edition
from nino_assets.statistic import reference_lists
from nino_assets.statistic import vocabulary as v
from nino_assets.statistic.published_domain import (
    CELL_COLUMNS,
    CUBES,
    Cube,
    list_area_members,
    list_nationality_members,
)
from nino_assets.statistic.quarters import Quarter

EDITION = Edition(
    quarter=Quarter(2003, 1),
    first_quarter=Quarter(2002, 1),
    published_on=date(2003, 5, 29),
    next_release_on=date(2003, 8, 28),
    synthetic=False,
)
LOCAL_AUTHORITIES = pl.DataFrame(
    {
        "local_authority": ["E08000035", "W06000015"],
        "region": ["E12000003", "W92000004"],
        "country": ["E92000001", "W92000004"],
    }
)


def make_quarter_cells(quarter: Quarter) -> pl.DataFrame:
    """What one quarter adds to every cube, in published order, counts by a fixed rule."""
    frames = [
        _make_cube_cells(cube, quarter)
        for cube in CUBES
        if cube.period == "quarter" or quarter >= EDITION.first_quarter + 3
    ]
    cells = pl.concat(frames).with_row_index("n").with_columns(pl.col("n").cast(pl.Int64))
    count = (pl.col("n") * 37 + quarter.year * quarter.number) % 1009
    return cells.with_columns(
        registrations=pl.when(count < 200).then(0).otherwise(count).cast(pl.Int64)
    ).with_columns(
        observation_status=pl.when(pl.col("registrations") == 0)
        .then(pl.lit(v.LOW))
        .otherwise(pl.lit(""))
    )[list(CELL_COLUMNS)]


def _make_cube_cells(cube: Cube, quarter: Quarter) -> pl.DataFrame:
    areas = list_area_members(reference_lists.read_areas(), LOCAL_AUTHORITIES, by_area=cube.by_area)
    nationalities = list_nationality_members(reference_lists.read_nationalities())
    if cube.nationality_depth == "sub_group":
        nationalities = nationalities.filter(pl.col("nationality_level") != "nationality")

    def members(frame: pl.DataFrame, *columns: str) -> pl.DataFrame:
        return frame.select(columns).unique(maintain_order=True)

    def labels(column: str, listed: tuple[str, ...], split: bool) -> pl.DataFrame:
        return pl.DataFrame({column: [v.ALL, *(listed if split else ())]})

    return (
        pl.DataFrame(
            {
                "cube": [cube.name],
                "time_period": [quarter.label],
                "time_period_type": [cube.period],
            }
        )
        .join(members(areas, "geography_code", "geography_name", "geography_level"), how="cross")
        .join(
            members(nationalities, "nationality_code", "nationality", "nationality_level"),
            how="cross",
        )
        .join(labels("age", v.AGE_BANDS, cube.by_age_sex), how="cross")
        .join(labels("sex", v.SEXES, cube.by_age_sex), how="cross")
        .join(labels("arrival_lag", v.ARRIVAL_LAGS, cube.by_lag), how="cross")
    )
