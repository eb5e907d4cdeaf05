"""The dimensions of cubes and cuboids: what each member holds."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from nino_assets.statistic import vocabulary as v
from nino_assets.statistic.cuboids import NATIONALITY_DEPTHS, Cuboid
from nino_assets.statistic.published_domain import Cube, list_category_members

KEYED_DIMENSIONS = (
    "time_period",
    "local_authority",
    "nationality",
    "age_band",
    "sex",
    "arrival_lag",
)
"""Dimensions of keyed counts, all text: quarter label, lowest area (a local authority, OVERSEAS or
blank), nationality label, and the labels of `vocabulary`."""


@dataclass(frozen=True)
class Dimension:
    """One dimension of a cube: its members and what each holds.

    `labels` has one row a member, in the published columns of the dimension. Keyed values that
    the same members hold are one class, so that counting needs no finer values than the cube does:
    `classes` has one row a keyed value (member_of, class), `holds` one row a member and class
    (ordinal: the member's place in `labels`, class).
    """

    keyed: str
    labels: pl.DataFrame
    classes: pl.DataFrame
    holds: pl.DataFrame

    @property
    def is_whole(self) -> bool:
        """Whether the only member is the total, which holds every keyed value."""
        return self.labels.height == 1 and self.keyed != "time_period"


def build_cube_dimensions(
    cube: Cube, periods: pl.DataFrame, area: pl.DataFrame, nationality: pl.DataFrame
) -> tuple[Dimension, ...]:
    """The cube's dimensions in published order: period, area, nationality, age, sex, lag."""
    if not cube.by_area:
        area = area.filter(pl.col("geography_level") == "uk")
    if cube.nationality_depth == "sub_group":
        nationality = nationality.filter(pl.col("nationality_level") != "nationality")
    splits = (cube.by_age_sex, cube.by_age_sex, cube.by_lag)
    return _build_dimensions(periods, "local_authority", area, nationality, splits)


def build_cuboid_dimensions(
    cuboid: Cuboid, periods: pl.DataFrame, area: pl.DataFrame, nationality: pl.DataFrame
) -> tuple[Dimension, ...]:
    """The cuboid's dimensions in published order: period, area, nationality, age, sex, lag.

    `area` has the members down to the cuboid's own level, or finer ones by local authority.
    """
    if cuboid.area_level == "uk":
        area = area.filter(pl.col("geography_level") == "uk")
    depths = NATIONALITY_DEPTHS[: NATIONALITY_DEPTHS.index(cuboid.nationality_depth) + 1]
    keyed = "middle_layer" if cuboid.area_level == "middle_layer" else "local_authority"
    nationality = nationality.filter(pl.col("nationality_level").is_in(depths))
    splits = (cuboid.by_age, cuboid.by_sex, cuboid.by_lag)
    return _build_dimensions(periods, keyed, area, nationality, splits)


def _build_dimensions(
    periods: pl.DataFrame,
    keyed_area: str,
    area: pl.DataFrame,
    nationality: pl.DataFrame,
    splits: tuple[bool, bool, bool],
) -> tuple[Dimension, ...]:
    """The dimensions of these members.

    `splits` says which of age, sex and lag have more than the total.
    """
    categories = (
        ("age_band", "age", v.AGE_BANDS),
        ("sex", "sex", v.SEXES),
        ("arrival_lag", "arrival_lag", v.ARRIVAL_LAGS),
    )
    return (
        _build_dimension("time_period", periods.rename({"period_order": "order"})),
        _build_dimension(keyed_area, area.rename({"area_order": "order"})),
        _build_dimension("nationality", nationality.rename({"member_order": "order"})),
        *(
            _build_dimension(
                keyed,
                list_category_members(labels, split=split).rename(
                    {"category_order": "order", "category": published}
                ),
            )
            for (keyed, published, labels), split in zip(categories, splits, strict=True)
        ),
    )


def _build_dimension(keyed: str, members: pl.DataFrame) -> Dimension:
    labels = members.drop("member_of").unique().sort("order")
    ordinals = labels.select("order").with_row_index("ordinal")
    held = members.drop_nulls("member_of").join(ordinals, on="order")
    classes = (
        held.group_by("member_of")
        .agg(held_by=pl.col("ordinal").unique().sort())
        .with_columns(pl.col("held_by").rank("dense").cast(pl.UInt16).alias("class"))
    )
    holds = classes.select("class", ordinal="held_by").unique().explode("ordinal")
    return Dimension(keyed, labels.drop("order"), classes.select("member_of", "class"), holds)
