"""Editions whose cells are as perturbation leaves them: an area has one value at any level."""

from pathlib import Path

import polars as pl
import pytest

from nino_assets.publishing.cells import PublishedCells
from nino_assets.publishing.edition import Edition
from nino_assets.publishing.workbook.workbook_assembly import write_workbook
from nino_assets.publishing.workbook.workbook_name import name_workbook
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


def cells_of(quarters: int, first: Quarter = SERIES_START) -> PublishedCells:
    """The whole published domain of `quarters` quarters from `first`; some counts are nil."""
    return make_cells(quarters, first, _COUNT)


@pytest.fixture(scope="session")
def twelve_quarters() -> PublishedCells:
    """January 2018 to December 2020."""
    return cells_of(12, Quarter(2018, 1))


@pytest.fixture(scope="session")
def workbook_path(
    tmp_path_factory: pytest.TempPathFactory,
    twelve_quarters: PublishedCells,
    edition_of_twelve: Edition,
) -> Path:
    """The workbook of twelve quarters to December 2020, synthetic."""
    path = tmp_path_factory.mktemp("tables") / name_workbook(edition_of_twelve.quarter)
    write_workbook(twelve_quarters, edition_of_twelve, path)
    return path
