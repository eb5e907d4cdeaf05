"""Computes every cell of a cuboid, each perturbed in its own right.

By the same roll-up and the same perturbation as the published cubes, so that the same people give
the same figure in both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from nino_assets.methods.disclosure import cell_key
from nino_assets.methods.disclosure.dimensions import Dimension, build_cuboid_dimensions
from nino_assets.methods.disclosure.perturbed_cells import (
    CheckedCounts,
    list_period_members,
    perturb_occupied_cells,
    refuse_missing_quarters,
)
from nino_assets.statistic.cuboids import Cuboid, PeriodKind
from nino_assets.statistic.quarters import Quarter

TRUTH_SCHEMA = {
    "time_period": pl.String,
    "cuboid": pl.String,
    "time_period_type": pl.String,
    "occupied": pl.Int64,
    "ones": pl.Int64,
    "twos": pl.Int64,
    "changed": pl.Int64,
    "false_zeros": pl.Int64,
    "noise": pl.Int64,
}
"""What true counts say of a period's cells (restricted).

How many hold somebody, one, two; were changed; were published as 0; and the sum of what was added.
"""


@dataclass(frozen=True)
class CuboidCells:
    """The cells of a cuboid for some periods of a kind.

    `published` has a row a period and a column a cell, in the order of `dimensions`, the first of
    which is the period. `truth` is in `TRUTH_SCHEMA`, a row a period.
    """

    dimensions: tuple[Dimension, ...]
    published: NDArray[np.int32]
    truth: pl.DataFrame

    @property
    def periods(self) -> list[str]:
        return self.dimensions[0].labels["time_period"].to_list()


def name_period_type(kind: PeriodKind) -> str:
    """The published type of a kind of period: quarter or year_ending."""
    return "quarter" if kind == "quarter" else "year_ending"


def list_cuboid_periods(
    kind: PeriodKind, publish: Sequence[Quarter], first: Quarter
) -> pl.DataFrame:
    """The periods of a kind, and the quarters of each.

    As `list_period_members`; calendar years end with a fourth quarter.
    """
    ends = [each for each in publish if kind != "calendar_year" or each.number == 4]
    return list_period_members("quarter" if kind == "quarter" else "year_ending", ends, first)


def compute_cuboid_cells(
    counts: CheckedCounts, cuboid: Cuboid, kind: PeriodKind, periods: pl.DataFrame
) -> CuboidCells:
    """Every cell of a cuboid for `periods`, as `list_cuboid_periods` lists them.

    Raises WarehouseError when a quarter has no keyed counts, PerturbationTableError for a cell that
    may not be published, ValueError for middle-layer areas that were not counted.
    """
    refuse_missing_quarters(counts, cuboid.name, periods)
    area = counts.middle_layer if cuboid.area_level == "middle_layer" else counts.area
    if area is None:
        raise ValueError(f"{cuboid.name} needs counts by middle-layer area")
    dimensions = build_cuboid_dimensions(cuboid, periods, area, counts.nationality)
    cells = perturb_occupied_cells(counts, dimensions)
    cell_key.refuse_unsafe(
        cells["published"], counts.table.forbidden, table=f"cuboid {cuboid.name}"
    )
    width = int(np.prod([each.labels.height for each in dimensions[1:]], dtype=np.int64))
    published = np.zeros((dimensions[0].labels.height, width), dtype=np.int32)
    published.ravel()[cells["place"].to_numpy()] = cells["published"].to_numpy()
    return CuboidCells(dimensions, published, _sum_up(cuboid, kind, dimensions[0], cells, width))


def _sum_up(
    cuboid: Cuboid, kind: PeriodKind, period: Dimension, cells: pl.DataFrame, width: int
) -> pl.DataFrame:
    true, noise = pl.col("registrations"), pl.col("published") - pl.col("registrations")
    found = cells.group_by(ordinal=pl.col("place") // width).agg(
        occupied=pl.len(),
        ones=(true == 1).sum(),
        twos=(true == 2).sum(),
        changed=(noise != 0).sum(),
        false_zeros=(pl.col("published") == 0).sum(),
        noise=noise.sum(),
    )
    return (
        period.labels.with_columns(ordinal=pl.int_range(pl.len(), dtype=pl.Int64))
        .join(found, on="ordinal", how="left")
        .with_columns(cuboid=pl.lit(cuboid.name), time_period_type=pl.lit(name_period_type(kind)))
        .select(pl.col(name).cast(kind) for name, kind in TRUTH_SCHEMA.items())
        .with_columns(pl.col(pl.Int64).fill_null(0))
    )
