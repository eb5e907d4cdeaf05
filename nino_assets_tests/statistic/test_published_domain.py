"""The declared domain is the contract's: six cubes, and every member of each dimension."""

from __future__ import annotations

import csv

import polars as pl
import pytest

from nino_assets.errors import ReferenceListError
from nino_assets.statistic import vocabulary as v
from nino_assets.statistic.published_domain import (
    CELL_COLUMNS,
    CUBE_BY_NAME,
    CUBES,
    Cube,
    list_area_members,
    list_category_members,
    list_nationality_members,
    make_slug,
)
from nino_assets.statistic.reference_lists import read_areas, read_nationalities
from nino_assets_tests.truth import PUBLISHED

AUTHORITIES = pl.DataFrame(
    {
        "local_authority": ["S12000013", "E06000001", "E06000002"],
        "region": ["S92000003", "E12000001", "E12000001"],
        "country": ["S92000003", "E92000001", "E92000001"],
    }
)


def test_the_cubes_and_columns_of_the_contract() -> None:
    assert [cube.name for cube in CUBES] == [
        *("quarter_nationality", "quarter_area", "year_nationality", "year_area"),
        *("year_age_sex", "year_lag"),
    ]
    assert ",".join(CELL_COLUMNS) == (
        "cube,time_period,time_period_type,geography_code,geography_name,geography_level,"
        "nationality_code,nationality,nationality_level,age,sex,arrival_lag,registrations,"
        "observation_status"
    )


@pytest.mark.parametrize("name", ["", "Year", "year/area", "year,area", "2020", "year area"])
def test_a_cube_with_a_name_that_no_address_could_hold_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="a cube's name is"):
        Cube(name, "Title", "quarter")


def test_each_cube_says_how_many_quarters_a_period_holds_whatever_its_name() -> None:
    assert Cube("year_of_grace", "Title", "quarter").quarters == 1
    assert Cube("quarter_past", "Title", "year_ending").quarters == 4
    assert len({cube.name for cube in CUBES}) == len(CUBE_BY_NAME) == len(CUBES)


def test_nationality_to_sub_group_is_22_cells_and_all_levels_add_the_nationalities() -> None:
    members = list_nationality_members(read_nationalities())
    listed = members.unique("member_order").sort("member_order")
    levels = dict(listed.group_by("nationality_level").len().rows())
    assert levels == {
        "total": 1,
        "aggregate": 1,
        "world_area": 5,
        "sub_group": 15,
        "nationality": 235,
    }
    assert listed["member_order"].to_list() == list(range(257))
    order = [v.NATIONALITY_LEVELS.index(level) for level in listed["nationality_level"]]
    assert order == sorted(order)
    assert listed.select("nationality_code", "nationality_level").n_unique() == 257


UNKNOWN = {
    "nationality": v.UNKNOWN,
    "sub_group": v.UNKNOWN_SUB_GROUP,
    "world_region": v.UNKNOWN_WORLD_AREA,
}
"""The one nationality that the published structure has no row for."""


def test_each_member_holds_the_nationalities_of_the_published_structure() -> None:
    structure = PUBLISHED / "mar2018_table4_nationality_structure.csv"
    with structure.open(encoding="utf-8", newline="") as file:
        published = [*csv.DictReader(file), UNKNOWN]
    members = list_nationality_members(read_nationalities())
    held = {
        (level, label): set(part["member_of"])
        for (level, label), part in members.group_by("nationality_level", "nationality")
    }
    everyone = {row["nationality"] for row in published}
    assert held["total", "All"] == everyone
    for level, column in (("world_area", "world_region"), ("sub_group", "sub_group")):
        for label in {row[column] for row in published}:
            expected = {row["nationality"] for row in published if row[column] == label}
            assert held[level, label] == expected
    unknown = {
        row["nationality"] for row in published if row["world_region"] == v.UNKNOWN_WORLD_AREA
    }
    assert held["aggregate", v.NON_EU] == everyone - held["world_area", v.EU] - unknown
    assert all(held["nationality", name] == {name} for name in everyone)


def test_areas_of_every_level_with_what_they_hold() -> None:
    members = list_area_members(read_areas(), AUTHORITIES)
    listed = members.unique("area_order").sort("area_order")
    assert dict(listed.group_by("geography_level").len().rows()) == {
        "uk": 1,
        "country": 4,
        "region": 12,
        "local_authority": 3,
        "overseas": 1,
    }
    held = {
        (level, code): [area for area in part["member_of"] if area is not None]
        for (level, code), part in members.group_by("geography_level", "geography_code")
    }
    assert sorted(held["uk", v.UK_CODE]) == sorted(
        [*AUTHORITIES["local_authority"], v.OVERSEAS_CODE, ""]
    )
    assert held["country", "S92000003"] == held["region", "S92000003"] == ["S12000013"]
    assert held["region", "E12000001"] == ["E06000001", "E06000002"]
    assert held["country", "N92000002"] == held["region", "E12000007"] == []
    assert held["overseas", v.OVERSEAS_CODE] == [v.OVERSEAS_CODE]
    names = dict(listed.select("geography_code", "geography_name").rows())
    assert (names["E06000001"], names["E06000002"]) == ("Hartlepool", "Middlesbrough")


def test_a_cube_without_areas_has_the_united_kingdom_alone() -> None:
    members = list_area_members(read_areas(), AUTHORITIES, by_area=False)
    assert members["geography_code"].unique().to_list() == [v.UK_CODE]
    assert members["geography_level"].unique().to_list() == ["uk"]


def test_categories() -> None:
    assert list_category_members(v.SEXES, split=False).rows() == [
        (0, "All", sex) for sex in v.SEXES
    ]
    split = list_category_members(v.SEXES, split=True).rows()
    assert split[3:] == [(1, "Male", "Male"), (2, "Female", "Female"), (3, "Unknown", "Unknown")]


@pytest.mark.parametrize(
    ("label", "code"),
    [
        ("European Union EU15", "european-union-eu15"),
        ("Other / unknown", "other-unknown"),
        ("C\u00f4te d'Ivoire", "cote-d-ivoire"),
        ("All", "all"),
    ],
)
def test_slugs(label: str, code: str) -> None:
    assert make_slug(label) == code


def test_an_authority_without_a_name_is_refused_with_its_row() -> None:
    unnamed = AUTHORITIES.with_columns(local_authority=pl.lit("E06999998"))
    with pytest.raises(ReferenceListError) as refused:
        list_area_members(read_areas(), unnamed.head(1))
    assert refused.value.next_step == (
        "add to areas.csv: E06999998,NAME,local_authority,S92000003,S92000003,SOURCE"
    )
