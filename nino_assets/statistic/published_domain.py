"""The published domain: the declared cubes, and the members of each dimension.

A new breakdown is one more `Cube`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import polars as pl

from nino_assets.errors import ReferenceListError
from nino_assets.statistic import vocabulary as v

CELL_COLUMNS = (
    "cube",
    "time_period",
    "time_period_type",
    "geography_code",
    "geography_name",
    "geography_level",
    "nationality_code",
    "nationality",
    "nationality_level",
    "age",
    "sex",
    "arrival_lag",
    "registrations",
    "observation_status",
)
"""Columns of every published cell, in order. `registrations` is an integer, all others text."""


@dataclass(frozen=True)
class Cube:
    """One published breakdown.

    Dimensions that it lacks hold `All`, or the United Kingdom for areas.
    `name` is the value of the column `cube` and part of each cell's address in the bulletin. No
    code reads a meaning from it. Raises ValueError for a name that an address could not hold.
    """

    name: str
    title: str
    period: Literal["quarter", "year_ending"]
    by_area: bool = False
    by_age_sex: bool = False
    by_lag: bool = False
    nationality_depth: Literal["nationality", "sub_group"] = "sub_group"

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z][a-z0-9_]*", self.name):
            raise ValueError(f"a cube's name is lower-case letters, digits and _: {self.name!r}")

    @property
    def quarters(self) -> int:
        """How many quarters each of its periods holds."""
        return 4 if self.period == "year_ending" else 1


QUARTER_NATIONALITY = Cube(
    "quarter_nationality", "Quarter by nationality", "quarter", nationality_depth="nationality"
)
QUARTER_AREA = Cube(
    "quarter_area", "Quarter by area and nationality sub-group", "quarter", by_area=True
)
YEAR_NATIONALITY = Cube(
    "year_nationality", "Year ending by nationality", "year_ending", nationality_depth="nationality"
)
YEAR_AREA = Cube(
    "year_area", "Year ending by area and nationality sub-group", "year_ending", by_area=True
)
YEAR_AGE_SEX = Cube(
    "year_age_sex",
    "Year ending by age, sex and nationality sub-group",
    "year_ending",
    by_age_sex=True,
)
YEAR_LAG = Cube(
    "year_lag",
    "Year ending by time from arrival to registration and nationality sub-group",
    "year_ending",
    by_lag=True,
)

CUBES = (
    QUARTER_NATIONALITY,
    QUARTER_AREA,
    YEAR_NATIONALITY,
    YEAR_AREA,
    YEAR_AGE_SEX,
    YEAR_LAG,
)
"""Every published cube, in published order. Those that a page or table shows have a constant."""

CUBE_BY_NAME = {cube.name: cube for cube in CUBES}


def make_slug(label: str) -> str:
    """Make a code for a label without one: `Other Europe` → `other-europe`."""
    plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def list_nationality_members(groups: pl.DataFrame) -> pl.DataFrame:
    """List the members of the nationality dimension with what each holds.

    Takes the `nationality_groups` table (nationality_code, nationality, sub_group, world_area).
    Returns one row a member and nationality: member_order, nationality_code, nationality,
    nationality_level, member_of (a nationality's label). Order: total, aggregate, world areas and
    sub-groups as first listed, nationalities as listed.
    """
    every = groups["nationality"].to_list()
    world_areas = _first_seen(groups["world_area"].to_list())
    non_eu = groups.filter(~pl.col("world_area").is_in([v.EU, v.UNKNOWN_WORLD_AREA]))
    members: list[tuple[str, str, str, list[str]]] = [
        (make_slug(v.ALL), v.ALL, "total", every),
        (make_slug(v.NON_EU), v.NON_EU, "aggregate", non_eu["nationality"].to_list()),
    ]
    for level, column, labels in (
        ("world_area", "world_area", world_areas),
        ("sub_group", "sub_group", _first_seen(groups["sub_group"].to_list())),
    ):
        for label in labels:
            held = groups.filter(pl.col(column) == label)["nationality"].to_list()
            members.append((make_slug(label), label, level, held))
    for code, label in groups.select("nationality_code", "nationality").iter_rows():
        members.append((code, label, "nationality", [label]))
    return pl.DataFrame(
        [
            (order, code, label, level, held)
            for order, (code, label, level, helds) in enumerate(members)
            for held in helds
        ],
        schema={
            "member_order": pl.Int32,
            "nationality_code": pl.String,
            "nationality": pl.String,
            "nationality_level": pl.String,
            "member_of": pl.String,
        },
        orient="row",
    )


def list_area_members(
    areas: pl.DataFrame, local_authorities: pl.DataFrame, *, by_area: bool = True
) -> pl.DataFrame:
    """List the members of the area dimension with what each holds.

    `areas` is the reference table; `local_authorities` the directory in use, one row a local
    authority: local_authority, region, country (codes). The lowest areas are the local authorities,
    `OVERSEAS`, and blank for records with no area, which only the United Kingdom holds.
    Returns one row a member and lowest area: area_order, geography_code, geography_name,
    geography_level, member_of. Raises ReferenceListError for a local authority that `areas` does
    not name.
    """
    lowest = [*local_authorities["local_authority"].to_list(), v.OVERSEAS_CODE, ""]
    members: list[tuple[str, str, str, Sequence[str | None]]] = [
        (v.UK_CODE, v.UK_NAME, "uk", lowest)
    ]
    if by_area:
        for level, column in (("country", "country"), ("region", "region")):
            for code, name in (
                areas.filter(pl.col("geography_level") == level)
                .select("area_code", "area_name")
                .iter_rows()
            ):
                held = local_authorities.filter(pl.col(column) == code)["local_authority"].to_list()
                members.append((code, name, level, held))
        names = dict(
            areas.filter(pl.col("geography_level") == "local_authority")
            .select("area_code", "area_name")
            .iter_rows()
        )
        _refuse_unnamed(local_authorities, names)
        for code in sorted(local_authorities["local_authority"].to_list()):
            members.append((code, names[code], "local_authority", [code]))
        members.append((v.OVERSEAS_CODE, v.OVERSEAS_NAME, "overseas", [v.OVERSEAS_CODE]))
    return pl.DataFrame(
        [
            (order, code, name, level, held)
            for order, (code, name, level, helds) in enumerate(members)
            # A member that holds nothing (a region the directory lacks) is still listed, as zeros.
            for held in helds or [None]
        ],
        schema={
            "area_order": pl.Int32,
            "geography_code": pl.String,
            "geography_name": pl.String,
            "geography_level": pl.String,
            "member_of": pl.String,
        },
        orient="row",
    )


def _refuse_unnamed(local_authorities: pl.DataFrame, names: Mapping[str, str]) -> None:
    rows = [
        describe_missing_area(*row)
        for row in local_authorities.select("local_authority", "region", "country").iter_rows()
        if row[0] not in names
    ]
    if rows:
        raise ReferenceListError(
            f"areas.csv lacks the names of {len(rows)} local authorities of the postcode "
            "directory in use",
            rule="every local authority of the directory in use has a name",
            next_step=f"add to areas.csv: {'; '.join(rows)}",
        )


def describe_missing_area(code: str, region: str, country: str) -> str:
    """The row that a local authority needs, but for name and source."""
    return f"{code},NAME,local_authority,{region},{country},SOURCE"


def list_category_members(labels: Sequence[str], *, split: bool) -> pl.DataFrame:
    """List `All` and, where `split`, each label, with what each holds.

    Columns: category_order, category, member_of.
    """
    rows = [(0, v.ALL, label) for label in labels]
    if split:
        rows += [(order, label, label) for order, label in enumerate(labels, start=1)]
    return pl.DataFrame(
        rows,
        schema={"category_order": pl.Int32, "category": pl.String, "member_of": pl.String},
        orient="row",
    )


def _first_seen(labels: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(labels))
