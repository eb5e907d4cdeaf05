"""The declared cuboids, from which readers build their own tables.

A new one is one more `Cuboid`. Each is judged whole for sparsity, so that choosing values cannot
get round the limit.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

PeriodKind = Literal["quarter", "year_ending", "calendar_year"]
AreaLevel = Literal["uk", "local_authority", "middle_layer"]
NationalityDepth = Literal["total", "world_area", "sub_group", "nationality"]

NATIONALITY_DEPTHS: tuple[NationalityDepth, ...] = (
    "total",
    "world_area",
    "sub_group",
    "nationality",
)
"""Levels of nationality; a cuboid has all from the total down to its depth."""


@dataclass(frozen=True)
class Cuboid:
    """Every cell of some fields, at each of their levels.

    Levels go from the total down. `calendar_year` is a year ending with its fourth quarter.
    `area_level` is the finest level: `uk` alone; down to `local_authority` with overseas
    registrations; or `middle_layer`, with the countries and regions above but no local authority,
    since two sets of small areas that overlap would tell people apart. `sparse_because` is the
    ground on which a cuboid is served that is over the limit of sparsity.

    Raises ValueError for a name that no file could have, or fields that are too fine together.
    """

    name: str
    title: str
    periods: tuple[PeriodKind, ...]
    area_level: AreaLevel = "uk"
    nationality_depth: NationalityDepth = "total"
    by_age: bool = False
    by_sex: bool = False
    by_lag: bool = False
    sparse_because: str = ""

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z][a-z0-9_]*", self.name):
            raise ValueError(f"a cuboid's name is lower-case letters, digits and _: {self.name!r}")
        if not self.periods or {"year_ending", "calendar_year"} <= {*self.periods}:
            raise ValueError(f"{self.name}: name quarters, and years ending or calendar years")
        fine = self.nationality_depth in ("sub_group", "nationality")
        by_more = fine or self.by_age or self.by_sex or self.by_lag
        if self.area_level == "middle_layer" and (self.periods != ("calendar_year",) or by_more):
            raise ValueError(
                f"{self.name}: middle-layer areas stand by calendar year and world area alone"
            )


CUBOIDS = (
    Cuboid(
        "area_sub_group",
        "Quarter and year ending by area and nationality sub-group",
        ("quarter", "year_ending"),
        area_level="local_authority",
        nationality_depth="sub_group",
    ),
    Cuboid(
        "nationality_age_sex",
        "Year ending by nationality, age and sex",
        ("year_ending",),
        nationality_depth="nationality",
        by_age=True,
        by_sex=True,
    ),
    Cuboid(
        "area_world_area_age_sex",
        "Year ending by area, world area of nationality, age and sex",
        ("year_ending",),
        area_level="local_authority",
        nationality_depth="world_area",
        by_age=True,
        by_sex=True,
    ),
    Cuboid(
        "area_sub_group_arrival",
        "Year ending by area, nationality sub-group and time from arrival to registration",
        ("year_ending",),
        area_level="local_authority",
        nationality_depth="sub_group",
        by_lag=True,
    ),
    Cuboid(
        "middle_layer_world_area",
        "Calendar year by middle-layer area and world area of nationality",
        ("calendar_year",),
        area_level="middle_layer",
        nationality_depth="world_area",
    ),
    Cuboid(
        "area_nationality",
        "Quarter and year ending by area and nationality",
        ("quarter", "year_ending"),
        area_level="local_authority",
        nationality_depth="nationality",
        sparse_because="Nationality by local authority is what these statistics are used for. "
        "Every cell is adjusted in its own right, and small counts are never published, "
        "so that no figure tells of one or two people.",
    ),
)
"""Every cuboid that is served, in the order in which it is looked for."""
