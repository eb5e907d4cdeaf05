"""Published cells made up as perturbation leaves them: an area has one value at any level."""

from __future__ import annotations

import polars as pl

from nino_assets.publishing.cells import PublishedCells
from nino_assets.statistic.quarters import SERIES_START, Quarter
from nino_assets_tests.support.published_cells import make_cells

# Wales, Scotland and Northern Ireland are members twice, as a country and as a region.
_PLACE = pl.col("place").min().over("geography_code")
_MEMBERS = ("member", "by_age", "by_sex", "by_lag")
_SEED = (
    _PLACE * 7
    + pl.col("period") * pl.col("period") * 3
    + pl.sum_horizontal(pl.col(n) * f for n, f in zip(_MEMBERS, (13, 29, 31, 37), strict=True))
) % 23
_WHOLE = pl.sum_horizontal((pl.col(name) == 0).cast(pl.Int64) for name in ("place", *_MEMBERS))
_COUNT = (
    pl.when((_SEED < 3) & (pl.col("member") > 3))
    .then(0)
    .otherwise((_SEED * 41 + 17) * pl.lit(4).pow(_WHOLE) // 8)
)


def make_consistent_cells(quarters: int, first: Quarter = SERIES_START) -> PublishedCells:
    """The whole published domain of `quarters` quarters from `first`; some counts are nil."""
    return make_cells(quarters, first, _COUNT)
