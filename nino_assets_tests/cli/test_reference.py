"""The team's lists are judged, and what is in force is shown."""

from __future__ import annotations

import csv

import pytest
from click.testing import CliRunner

from nino_assets.cli.main import cli
from nino_assets.statistic.list_declarations import LISTS
from nino_assets_tests.support.own_lists import OwnLists

HEADER = "nationality_code,from_quarter,nationality,sub_group,world_area,source\n"


def run(*arguments: str) -> tuple[int, str]:
    ended = CliRunner().invoke(cli, ["reference", *arguments])
    return ended.exit_code, ended.output


@pytest.mark.usefixtures("own_lists")
def test_the_packaged_lists_are_in_order() -> None:
    assert run("check") == (0, f"{len(LISTS)} lists are in order; 0 files are the team's own.\n")


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("XKX,2021-Q1,Kosovo,,,a test", "XKX is new and lacks a label, sub_group or world_area"),
        ("SWZ,2021-Q1,Lesotho,,,a test", "Lesotho stands twice in nationality"),
        ("SWZ,2021-Q1,,Oceania,Asia,a test", "Oceania lies in two world areas"),
        ("SWZ,2021-Q1,,Africa,Rest of the World,a test", "does not name the sub-group Africa"),
    ],
)
def test_a_change_that_does_not_fit_the_list_is_told(
    own_lists: OwnLists, row: str, fault: str
) -> None:
    own_lists.write("nationality_changes.csv", f"{HEADER}{row}\n")
    code, text = run("check")
    assert code == 1
    assert f"nationalities as at 2021-Q1: {fault}" in text.replace("sub_groups.csv ", "")


def test_an_area_without_its_region_is_told(own_lists: OwnLists) -> None:
    own_lists.copy(
        "areas.csv",
        (
            "E06000001,Hartlepool,local_authority,E12000001,",
            "E06000001,Hartlepool,local_authority,,",
        ),
    )
    assert run("check") == (1, "areas.csv: E06000001 has no region that is listed\n")


def test_a_list_that_breaks_its_schema_is_told_with_its_rule(own_lists: OwnLists) -> None:
    own_lists.write("nationality_changes.csv", f"{HEADER}SWZ,2021,Eswatini,,,a test\n")
    code, text = run("check")
    assert code == 1
    assert "row 2, column from_quarter" in text
    assert "Rule: " in text


@pytest.mark.usefixtures("own_lists")
@pytest.mark.parametrize(("quarter", "label"), [("2020-Q4", "EU15"), ("2024-Q2", "EU14")])
def test_what_is_in_force_is_shown(quarter: str, label: str) -> None:
    code, text = run("show", "--as-at", quarter)
    assert code == 0
    lines = text.splitlines()
    rows = 235 if label == "EU15" else 238
    at = lines.index(f"# nationalities in force: {rows} rows as at {quarter}")
    france = next(row for row in csv.reader(lines[at + 1 :]) if row[:1] == ["FRA"])
    assert france[2] == f"European Union {label}"
    # One row of each: the latest up to the quarter.
    at = lines.index(f"# percentage_bases.csv: 1 rows as at {quarter}")
    assert lines[at + 1].startswith("from_quarter,")
