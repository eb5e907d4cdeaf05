"""A team's own list takes the place of the packaged one; a mistake in it is told by its row."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from nino_assets.errors import ReferenceListError
from nino_assets.statistic.list_declarations import LISTS
from nino_assets.statistic.reference_folder import find_packaged_folder, locate_list
from nino_assets.statistic.reference_lists import (
    WORLD_LAND,
    check_reference_lists,
    keep_while_unchanged,
    read_list,
)
from nino_assets_tests.support.own_lists import OwnLists, Rows
from nino_assets_tests.support.refusals import assert_not_refused


def with_field(row: int, column: int, text: str) -> Callable[[Rows], Rows]:
    """A change of one field; the header is row 1, as a spreadsheet counts."""

    def change(rows: Rows) -> Rows:
        rows[row - 1][column] = text
        return rows

    return change


BAD = {
    "blank row": (
        "tolerances.csv",
        lambda r: [*r[:3], [""] * 8, *r[3:]],
        "row 4: the row is blank",
    ),
    "short row": (
        "tolerances.csv",
        lambda r: [*r[:3], r[1][:-1], *r[3:]],
        "row 4: it has 7 fields",
    ),
    "long row": (
        "tolerances.csv",
        lambda r: [*r[:3], [*r[1], ""], *r[3:]],
        "row 4: it has 9 fields",
    ),
    "public without a reason": (
        "tolerances.csv",
        with_field(5, 7, ""),
        "row 5, column readers_reason",
    ),
    "repeated row": (
        "tolerances.csv",
        lambda r: [*r[:3], r[2], *r[3:]],
        "row 4, column check: .* repeats row 3",
    ),
    "repeated code": (
        "nationalities.csv",
        with_field(3, 0, "CHN"),
        "row 3, column nationality_code",
    ),
    "repeated name": ("nationalities.csv", with_field(3, 1, "China"), "row 3, column nationality:"),
    "bad quarter": ("tolerances.csv", with_field(5, 1, "2020-Q5"), "row 5, column from_quarter"),
    "other quarter": ("events.csv", with_field(5, 1, "2013-07-01"), "row 5, column first_quarter"),
    "wide digits": (
        "tolerances.csv",
        with_field(5, 1, "２０２０-Q1"),
        "row 5, column from_quarter",
    ),
    "bad number": ("tolerances.csv", with_field(5, 2, "1,5"), "row 5, column at_least"),
    "not a number": ("tolerances.csv", with_field(5, 2, "nan"), "row 5, column at_least"),
    "exponent": ("tolerances.csv", with_field(5, 2, "1e3"), "row 5, column at_least"),
    "negative count": ("rounding.csv", with_field(2, 1, "-1"), "row 2, column at_least"),
    "bad day": ("changes.csv", with_field(2, 2, "2012-02-30"), "row 2, column takes_effect_on"),
    "day in words": (
        "changes.csv",
        with_field(2, 2, "29/02/2012"),
        "row 2, column takes_effect_on",
    ),
    "blank field": ("tolerances.csv", with_field(5, 4, ""), "row 5, column evidence: .* is blank"),
    "spaces only": ("tolerances.csv", with_field(5, 5, "  "), "row 5, column source: .* is blank"),
    "unknown kind": ("events.csv", with_field(2, 6, "politics"), "row 2, column kind"),
    "unknown event": ("known_breaks.csv", with_field(2, 0, "flood"), "row 2, column event"),
    "unknown group": ("known_breaks.csv", with_field(2, 2, "EU15"), "row 2, column sub_group"),
    "unknown label": (
        "nationality_aliases.csv",
        with_field(2, 1, "Serbia"),
        "row 2, column nation",
    ),
    "ends early": ("events.csv", with_field(3, 2, "2006-Q4"), "row 3, column last_quarter"),
    "no bound": (
        "tolerances.csv",
        with_field(2, 2, ""),
        "row 2, column at_least: .* breaks a rule",
    ),
    "crossed bounds": ("tolerances.csv", with_field(4, 3, "0.5"), "row 4, column at_most"),
    "no digits": ("rounding.csv", with_field(2, 3, ""), "row 2, column digits"),
    "later start": ("tolerances.csv", with_field(2, 1, "2002-Q2"), "the list as a whole"),
    "no unknown": (
        "nationalities.csv",
        lambda r: [x for x in r if x[0] != "unknown"],
        "as a whole",
    ),
    "two groups": ("nationalities.csv", with_field(2, 3, "Europe"), "the list as a whole"),
    "no UK": ("areas.csv", lambda r: [x for x in r if x[2] != "uk"], "the list as a whole"),
    "longitude": ("nationality_positions.csv", with_field(2, 2, "361"), "row 2, column longitude"),
    "no keeper": ("code_of_practice.csv", with_field(2, 4, "checks"), "row 2, column kept_by"),
    "no rows": ("events.csv", lambda r: r[:1], "no row stands below the header"),
    "missing column": (
        "events.csv",
        lambda r: [x[:-1] for x in r],
        "row 1: there is no column sou",
    ),
    "unknown column": (
        "events.csv",
        lambda r: [[*x, "note"] for x in r],
        "row 1: 'note' is no col",
    ),
    "renamed column": ("events.csv", with_field(1, 0, "Event"), "row 1: there is no column event"),
    "repeated column": (
        "events.csv",
        lambda r: [[*x, x[0]] for x in r],
        "row 1: column event stands",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_list_is_one_message_with_file_row_column_and_rule(
    own_lists: OwnLists, case: str
) -> None:
    name, change, place = BAD[case]
    path = own_lists.edit(name, change)
    with pytest.raises(ReferenceListError, match=place) as refused:
        read_list(path.stem)
    assert refused.value.what.startswith(f"{path}: ")
    assert refused.value.rule
    assert refused.value.next_step == "correct it, or take it away to use the packaged one"
    with pytest.raises(ReferenceListError, match=place):
        check_reference_lists()


@pytest.mark.parametrize(
    ("text", "encoding", "what"),
    [
        ("supplier_check,what,source\na,Größe,b\n", "latin-1", "cannot be read as CSV"),
        ("supplier_check,what,source\na,b,c\n", "utf-16", "cannot be read as CSV"),
        ('supplier_check,what,source\na,"b,c\n', "utf-8", "cannot be read as CSV"),
        ("supplier_check;what;source\na;b;c\n", "utf-8", "there is no column supplier_check"),
        ("", "utf-8", "there is no column supplier_check"),
    ],
)
def test_a_file_that_is_no_such_csv_is_refused(
    own_lists: OwnLists, text: str, encoding: str, what: str
) -> None:
    path = own_lists.write("supplier_checks.csv", text, encoding)
    with pytest.raises(ReferenceListError, match=what) as refused:
        read_list("supplier_checks")
    assert str(path) in refused.value.what


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("supplier_check,what,source\nvolumes,All rows,Us\n", "utf-8"),
        ("supplier_check,what,source\nvolumes,All rows,Us", "utf-8-sig"),
        ("supplier_check,what,source\r\n\r\nvolumes, All rows ,Us\r\n\r\n", "utf-8"),
        ('what,"source",supplier_check\n"All rows",Us,volumes\n', "utf-8"),
    ],
)
def test_what_spreadsheets_write_is_read_alike(
    own_lists: OwnLists, text: str, encoding: str
) -> None:
    own_lists.write("supplier_checks.csv", text, encoding)
    columns = ("supplier_check", "what", "source")
    assert read_list("supplier_checks").select(columns).rows() == [("volumes", "All rows", "Us")]


def test_one_list_replaced_leaves_every_other_packaged(own_lists: OwnLists) -> None:
    before = {name: read_list(name) for name in LISTS}
    own_lists.edit("tolerances.csv", with_field(2, 2, "90"))
    assert read_list("tolerances")["at_least"][0] == "90"
    for name in LISTS:
        changed = name == "tolerances"
        assert (locate_list(f"{name}.csv").parent == find_packaged_folder()) != changed
        assert read_list(name).equals(before[name]) != changed
    check_reference_lists()


def test_a_change_of_the_file_is_seen_by_the_next_reading(own_lists: OwnLists) -> None:
    calls = []

    @keep_while_unchanged("events")
    def name_first(ending: str) -> str:
        calls.append(ending)
        return read_list("events")["event"][0] + ending

    assert [name_first("!"), name_first("!"), name_first("?")] == [
        *("a8-accession!", "a8-accession!", "a8-accession?"),
    ]
    assert calls == ["!", "?"]
    path = own_lists.edit("events.csv", with_field(2, 0, "first"))
    assert name_first("!") == "first!"
    # Another text of the same length, and the broken list is not the one read before.
    own_lists.write("events.csv", path.read_text().replace('"first"', '"FIRST"'))
    assert name_first("!") == "FIRST!"
    own_lists.edit("events.csv", with_field(2, 0, ""))
    with pytest.raises(ReferenceListError):
        name_first("!")
    path.unlink()
    assert name_first("!") == "a8-accession!"


def test_a_list_is_held_against_the_other_list_in_use(own_lists: OwnLists) -> None:
    read_list("known_breaks")
    own_lists.edit("events.csv", lambda rows: [r for r in rows if r[0] != "ukraine-schemes"])
    with pytest.raises(ReferenceListError, match=r"not in events\.csv, column event") as refused:
        read_list("known_breaks")
    assert str(find_packaged_folder() / "known_breaks.csv") in refused.value.what


@pytest.mark.parametrize(
    "name", ["tolerance.csv", "Tolerances.csv", "layouts/a.csv", "x/events.csv"]
)
def test_a_file_that_is_no_list_is_not_passed_over(own_lists: OwnLists, name: str) -> None:
    path = own_lists.write(name, "check\n")
    with pytest.raises(ReferenceListError) as refused:
        check_reference_lists()
    assert refused.value.what == f"{path} is not a reference list"
    assert "tolerances.csv" in refused.value.rule


def test_what_may_lie_beside_the_lists(own_lists: OwnLists) -> None:
    for name in ("README.md", ".gitignore", "layouts/team.toml", WORLD_LAND):
        own_lists.write(name, "{}")
    assert_not_refused(check_reference_lists)


def test_the_code_loads_with_every_list_broken(own_lists: OwnLists) -> None:
    """The web UI and its checks stand there; only what reads a list says what is wrong with it."""
    for name in LISTS:
        own_lists.write(f"{name}.csv", "broken\n")
    for path in sorted((find_packaged_folder() / "layouts").rglob("*.toml")):
        own_lists.write(path.relative_to(find_packaged_folder()).as_posix(), "broken")
    own_lists.write(WORLD_LAND, "broken")
    load = "import nino_assets.cli.main; from nino_assets.orchestration.definitions import defs"
    code = f"{load}; defs.resolve_all_asset_specs(); print('loaded')"
    ended = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path.cwd(),
    )
    assert ended.stdout.strip() == "loaded", ended.stderr
