"""The list of nationalities is the one in force in each quarter; names of before are known."""

from __future__ import annotations

import polars as pl
import pytest

from nino_assets.statistic.nationality_list import (
    add_former_labels,
    list_delivered_spellings,
    list_former_labels,
    list_nationalities,
    list_sub_groups,
)
from nino_assets.statistic.quarters import Quarter
from nino_assets.statistic.reference_lists import read_nationalities
from nino_assets_tests.support.own_lists import OwnLists

BEFORE, AFTER = Quarter(2018, 1), Quarter(2026, 4)
CHANGES = """nationality_code,from_quarter,nationality,sub_group,world_area,source
SWZ,2019-Q2,Eswatini,,,a test
ISL,2020-Q1,,European Union Other,European Union,a test
PSE,2020-Q1,Palestine,Middle East and Central Asia,Asia,a test
CUW,2020-Q1,Curaçao,Central and South America,Rest of the World,a test
"""


@pytest.fixture
def changed(own_lists: OwnLists) -> None:
    own_lists.write("nationality_changes.csv", CHANGES)


def test_the_list_of_the_2018_tables_is_as_it_was_published() -> None:
    assert list_nationalities(BEFORE).equals(read_nationalities())
    assert [group.short for group in list_sub_groups(BEFORE)][:4] == [
        "EU15",
        "EU8",
        "EU2",
        "EU Other",
    ]


def test_what_is_public_of_later_lists_is_in_force_in_its_time() -> None:
    before, after = list_nationalities(Quarter(2020, 4)), list_nationalities(AFTER)
    assert "European Union EU15" in before["sub_group"]
    assert "European Union EU15" not in after["sub_group"]
    of = dict(after.select("nationality", "sub_group").rows())
    assert of["France"] == "European Union EU14"
    assert of["Kosovo"] == "Other Europe"
    assert of["South Sudan"] == "Sub-Saharan Africa"
    assert of["Curaçao"] == "Central and South America"
    assert after.height == before.height + 3
    assert after["sub_group"].n_unique() == before["sub_group"].n_unique() == 15


@pytest.mark.usefixtures("changed")
def test_rows_are_renamed_moved_and_added_from_their_quarter_on() -> None:
    def find(as_at: Quarter) -> dict[str, tuple[str, ...]]:
        return {row[0]: row[1:] for row in list_nationalities(as_at).rows()}

    assert find(Quarter(2019, 1))["SWZ"][0] == "Swaziland"
    renamed = find(Quarter(2019, 2))
    assert renamed["SWZ"] == ("Eswatini", "Sub-Saharan Africa", "Rest of the World")
    assert renamed["ISL"][1] == "Other Europe"
    moved = find(Quarter(2020, 1))
    assert moved["ISL"] == ("Iceland", "European Union Other", "European Union")
    assert moved["PSE"][0] == "Palestine"
    groups = list_nationalities(Quarter(2020, 1))["sub_group"].to_list()
    assert len(list(dict.fromkeys(groups))) == sum(
        a != b for a, b in zip(["", *groups], groups, strict=False)
    )


@pytest.mark.usefixtures("changed")
def test_a_former_label_is_read_as_todays() -> None:
    groups = list_nationalities(AFTER)
    former = dict(list_former_labels(groups).rows())
    assert former["Swaziland"] == former["Eswatini"] == "Eswatini"
    assert len(former) == list_former_labels(groups).height
    grouped = add_former_labels(groups)
    assert set(grouped.filter(pl.col("nationality_code") == "SWZ")["nationality"]) == {
        "Swaziland",
        "Eswatini",
    }
    # An edition from before the list had it, corrected now.
    assert dict(list_former_labels(list_nationalities(BEFORE)).rows())["Palestine"] == "Unknown"


@pytest.mark.usefixtures("changed")
def test_a_delivered_label_of_before_and_an_alias_find_todays_label() -> None:
    spellings = dict(list_delivered_spellings(list_nationalities(AFTER)).rows())
    assert spellings["Swaziland"] == "Eswatini"
    assert spellings["MNE"] == "Serbia & Montenegro"
    # Its own row since 2020, and until then a spelling of another's.
    assert "CUW" not in spellings
    before = dict(list_delivered_spellings(list_nationalities(BEFORE)).rows())
    assert before["CUW"] == "Aruba and Curaçao"


def test_a_group_that_nothing_names_is_called_as_listed(own_lists: OwnLists) -> None:
    text = read_nationalities().with_columns(
        iso_alpha2=pl.lit(""),
        source=pl.lit("a test"),
        sub_group=pl.col("sub_group").replace("Oceania", "Pacific"),
    )
    own_lists.write("nationalities.csv", text.write_csv())
    labels = [group.label for group in list_sub_groups(AFTER)]
    assert labels[-2:] == ["Pacific", "Unknown / other"]
    assert len(labels) == 15
