"""The committed lists hold what the contract and the published workbook say."""

from __future__ import annotations

import csv

from nino_assets.statistic import vocabulary as v
from nino_assets.statistic.list_declarations import LISTS
from nino_assets.statistic.reference_folder import find_packaged_folder
from nino_assets.statistic.reference_lists import (
    read_areas,
    read_list,
    read_nationalities,
    read_nationality_aliases,
)
from nino_assets_tests.truth import AREAS, PUBLISHED

STRUCTURE = PUBLISHED / "mar2018_table4_nationality_structure.csv"
"""Every nationality with its groups, as published; those that are unknown have no row there."""


def test_nationalities_are_the_published_ones() -> None:
    with STRUCTURE.open(encoding="utf-8", newline="") as file:
        published = {
            (row["nationality"], row["sub_group"], row["world_region"])
            for row in csv.DictReader(file)
        }
    published.add((v.UNKNOWN, v.UNKNOWN_SUB_GROUP, v.UNKNOWN_WORLD_AREA))
    ours = read_nationalities()
    assert set(ours.select("nationality", "sub_group", "world_area").rows()) == published
    assert ours["nationality"].n_unique() == ours["nationality_code"].n_unique() == len(ours) == 235
    assert (ours["sub_group"].n_unique(), ours["world_area"].n_unique()) == (15, 5)
    rows = {row["nationality"]: row for row in ours.rows(named=True)}
    assert rows[v.UNKNOWN]["sub_group"] == v.UNKNOWN_SUB_GROUP
    assert rows[v.UNKNOWN]["world_area"] == v.UNKNOWN_WORLD_AREA


def test_codes_are_iso_alpha_3_or_slugs() -> None:
    for code in read_nationalities()["nationality_code"]:
        assert code.isascii()
        iso = len(code) == 3 and code.isupper()
        assert iso or (code == code.lower() and " " not in code)


def test_aliases_lead_to_listed_nationalities_and_hide_none() -> None:
    labels = set(read_nationalities()["nationality"])
    codes = dict(read_nationalities().select("nationality_code", "nationality").rows())
    aliases = dict(read_nationality_aliases().rows())
    assert set(aliases.values()) <= labels
    assert not set(aliases) & labels
    for code in set(aliases) & set(codes):
        assert aliases[code] == codes[code]
    assert aliases == {
        "SRB": "Serbia & Montenegro",
        "MNE": "Serbia & Montenegro",
        "ATG": "Antigua",
        "CUW": "Aruba and Cura\u00e7ao",
        "ABW": "Aruba and Cura\u00e7ao",
        "ANT": "Antilles (Netherlands)",
    }


def test_areas_hold_the_fixed_levels_and_every_vintage() -> None:
    levels = read_areas().group_by("geography_level").len()
    counts = dict(levels.rows())
    assert (counts["uk"], counts["country"], counts["region"]) == (1, 4, 12)
    codes = set(
        read_areas().filter(read_areas()["geography_level"] == "local_authority")["area_code"]
    )
    for path in sorted(AREAS.glob("lad_20*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        column = next(name for name in rows[0] if "code" in name.lower() or name.endswith("CD"))
        assert {row[column] for row in rows} <= codes, path.name


def test_every_packaged_list_is_declared_and_names_its_sources() -> None:
    assert sorted(LISTS) == [path.stem for path in sorted(find_packaged_folder().glob("*.csv"))]
    for name in LISTS:
        facts = read_list(name)
        assert not facts.filter(facts["source"] == "").height


def test_a_list_is_read_as_it_stands_in_the_file() -> None:
    for name in LISTS:
        path = find_packaged_folder() / f"{name}.csv"
        with path.open(encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file)
        read = read_list(name)
        assert read.columns == header
        assert read.rows() == [tuple(row) for row in rows]
