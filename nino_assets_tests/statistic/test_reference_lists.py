"""The committed lists hold what the contract and the published workbook say."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from nino_assets.statistic import vocabulary as v
from nino_assets.statistic.reference_lists import (
    REFERENCE_DIR,
    areas,
    nationalities,
    nationality_aliases,
    read_facts,
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
    ours = nationalities()
    assert set(ours.select("nationality", "sub_group", "world_area").rows()) == published
    assert ours["nationality"].n_unique() == ours["nationality_code"].n_unique() == len(ours) == 235
    assert (ours["sub_group"].n_unique(), ours["world_area"].n_unique()) == (15, 5)
    rows = {row["nationality"]: row for row in ours.rows(named=True)}
    assert rows[v.UNKNOWN]["sub_group"] == v.UNKNOWN_SUB_GROUP
    assert rows[v.UNKNOWN]["world_area"] == v.UNKNOWN_WORLD_AREA


def test_codes_are_iso_alpha_3_or_slugs() -> None:
    for code in nationalities()["nationality_code"]:
        assert code.isascii()
        iso = len(code) == 3 and code.isupper()
        assert iso or (code == code.lower() and " " not in code)


def test_aliases_lead_to_listed_nationalities_and_hide_none() -> None:
    labels = set(nationalities()["nationality"])
    codes = dict(nationalities().select("nationality_code", "nationality").rows())
    aliases = dict(nationality_aliases().rows())
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
    levels = areas().group_by("geography_level").len()
    counts = dict(levels.rows())
    assert (counts["uk"], counts["country"], counts["region"]) == (1, 4, 12)
    codes = set(areas().filter(areas()["geography_level"] == "local_authority")["area_code"])
    for path in sorted(AREAS.glob("lad_20*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        column = next(name for name in rows[0] if "code" in name.lower() or name.endswith("CD"))
        assert {row[column] for row in rows} <= codes, path.name


@pytest.mark.parametrize("path", sorted(REFERENCE_DIR.glob("*.csv")), ids=lambda path: path.stem)
def test_every_fact_names_its_source(path: Path) -> None:
    facts = read_facts(path.stem)
    assert "source" in facts.columns
    assert not facts.filter(facts["source"] == "").height
