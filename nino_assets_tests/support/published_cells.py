"""Published cells made up by a rule: whole published domains of a few quarters and few areas."""

from __future__ import annotations

import polars as pl

from nino_assets.governance.calendar import compute_release_date
from nino_assets.publishing.cells import PublishedCells
from nino_assets.publishing.edition import Edition
from nino_assets.statistic import reference_lists
from nino_assets.statistic import vocabulary as v
from nino_assets.statistic.nationality_list import list_nationalities
from nino_assets.statistic.published_domain import (
    CELL_COLUMNS,
    CUBES,
    Cube,
    list_area_members,
    list_category_members,
    list_nationality_members,
)
from nino_assets.statistic.quarters import SERIES_START, Quarter

AUTHORITIES = pl.DataFrame(
    {
        "local_authority": ["E09000025", "E08000025", "S12000036", "N09000003"],
        "region": ["E12000007", "E12000005", "S92000003", "N92000002"],
        "country": ["E92000001", "E92000001", "S92000003", "N92000002"],
    }
)
POSITIONS = pl.DataFrame(
    {
        "area_code": ["E09000025", "E08000025", "S12000036", "N09000003"],
        "latitude": [51.53, 52.48, 55.94, 54.6],
        "longitude": [0.03, -1.87, -3.22, -5.94],
    }
)

_SEED = (
    pl.sum_horizontal(
        pl.col(name) * factor
        for name, factor in (
            ("place", 7),
            ("member", 13),
            ("by_age", 29),
            ("by_sex", 31),
            ("by_lag", 37),
        )
    )
    % 23
)
_WHOLE = (pl.col("member") == 0).cast(pl.Int64) + sum(
    (pl.col(name) == 0).cast(pl.Int64) for name in ("place", "by_age", "by_sex", "by_lag")
)
_MOVES = 10 + (_SEED + pl.col("period") * pl.col("period")) % 7
_COUNT = (_SEED * 41 + 17) * pl.lit(4).pow(_WHOLE) * _MOVES // 200
LIVELY = pl.when((_COUNT < 5) | ((_SEED == 11) & (_WHOLE < 4))).then(0).otherwise(_COUNT)
"""Counts that differ by member and move up and down; some are nil.

`period` is the number of the period from 0; `place`, `member`, `by_age`, `by_sex` and `by_lag` the
places of the members in published order, 0 for the whole.
"""


def make_cells(
    quarters: int, first: Quarter = SERIES_START, count: pl.Expr = LIVELY
) -> PublishedCells:
    """The whole published domain of `quarters` quarters from `first`, counts by `count`."""
    frames = []
    for cube in CUBES:
        numbers = range(quarters) if cube.period == "quarter" else range(3, quarters)
        periods = pl.DataFrame(
            {
                "period": list(numbers),
                "cube": [cube.name for _ in numbers],
                "time_period": [(first + n).label for n in numbers],
                "time_period_type": [cube.period for _ in numbers],
            },
            schema_overrides={"period": pl.Int64, "cube": pl.String, "time_period": pl.String},
        )
        frames.append(_members(cube, periods, first + (quarters - 1)))
    cells = pl.concat(frames, how="vertical_relaxed").with_columns(
        registrations=count.cast(pl.Int64)
    )
    low = pl.when(pl.col("registrations") == 0).then(pl.lit(v.LOW)).otherwise(pl.lit(""))
    return PublishedCells(cells.with_columns(observation_status=low).select(CELL_COLUMNS))


def make_edition(
    quarters: int, first: Quarter = SERIES_START, *, synthetic: bool = False
) -> Edition:
    last = first + (quarters - 1)
    return Edition(
        last, first, compute_release_date(last), compute_release_date(last + 1), synthetic
    )


def _members(cube: Cube, periods: pl.DataFrame, as_at: Quarter) -> pl.DataFrame:
    names = ["nationality_code", "nationality", "nationality_level"]
    members = (
        list_nationality_members(list_nationalities(as_at))
        .select(names)
        .unique(maintain_order=True)
        .with_row_index("member")
    )
    if cube.nationality_depth == "sub_group":
        members = members.filter(pl.col("nationality_level") != "nationality")
    places = (
        list_area_members(reference_lists.read_areas(), AUTHORITIES, by_area=cube.by_area)
        .select("geography_code", "geography_name", "geography_level")
        .unique(maintain_order=True)
        .with_row_index("place")
    )
    frame = periods.join(places, how="cross").join(members, how="cross")
    for column, labels, split in (
        ("age", v.AGE_BANDS, cube.by_age_sex),
        ("sex", v.SEXES, cube.by_age_sex),
        ("arrival_lag", v.ARRIVAL_LAGS, cube.by_lag),
    ):
        categories = (
            list_category_members(labels, split=split)
            .select(pl.col("category").alias(column))
            .unique(maintain_order=True)
            .with_row_index(f"by_{column.removeprefix('arrival_')}")
        )
        frame = frame.join(categories, how="cross")
    numbers = ["period", "place", "member", "by_age", "by_sex", "by_lag"]
    return frame.with_columns(pl.col(numbers).cast(pl.Int64))
