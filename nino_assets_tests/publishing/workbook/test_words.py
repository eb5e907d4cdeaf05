"""Shorthand, periods, notes and the order of groups."""

import csv
import re

import pytest

from nino_assets.publishing.workbook.nationality_columns import list_nationality_groups
from nino_assets.publishing.workbook.notes import NoteBook
from nino_assets.publishing.workbook.periods import name_quarter
from nino_assets.publishing.workbook.symbols import show_change, show_count, show_difference
from nino_assets.publishing.workbook.workbook_tables import TABLE_NAMES, TABLES
from nino_assets.statistic import vocabulary as v
from nino_assets.statistic.published_domain import list_nationality_members
from nino_assets.statistic.quarters import SERIES_START, Quarter
from nino_assets.statistic.reference_lists import read_nationalities
from nino_assets_tests.support.published_cells import make_edition
from nino_assets_tests.truth import PUBLISHED

Q4 = Quarter(2020, 4)


@pytest.mark.parametrize(
    ("earlier", "later", "expected"),
    [
        (785722, 669846, (-115876, -115876 / 785722)),
        (8, 0, ("[low]", "[low]")),
        (0, 8, ("[low]", "[low]")),
        (0, 0, ("[low]", "[low]")),
        (None, 8, ("[x]", "[x]")),
        (0, None, ("[x]", "[x]")),
        (5, 5, (0, "[low]")),
        (18, 16, (-2, "[low]")),
        (99, 198, (99, "[low]")),
        (100, 5, (-95, -0.95)),
        (100, 100, (0, 0.0)),
    ],
)
def test_differences_and_changes(
    earlier: int | None, later: int | None, expected: tuple[object, object]
) -> None:
    assert (show_difference(earlier, later), show_change(earlier, later, Q4)) == expected


def test_published_values_are_shown_as_numbers_or_shorthand() -> None:
    assert [show_count(value) for value in (5, 0, None)] == [5, "[low]", "[x]"]


def test_differences_are_those_of_the_workbook_of_2018() -> None:
    compared = 0
    path = PUBLISHED / "mar2018_table3_nationality.csv"
    with path.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            years = [row["ye_mar2017"], row["ye_mar2018"]]
            if not all(re.fullmatch(r"\d+|\.\.", year or "") for year in years):
                continue
            earlier, later = (0 if year == ".." else int(year) for year in years)
            published = row["diff"], row["pct"]
            if published[0] == "..":
                assert show_difference(earlier, later) == show_change(earlier, later, Q4) == v.LOW
            else:
                assert show_difference(earlier, later) == int(float(published[0]))
                # DWP gave a percentage of any count; here none is given of fewer than 100.
                shown = show_change(earlier, later, Q4)
                assert shown == (pytest.approx(float(published[1])) if earlier >= 100 else v.LOW)
            compared += 1
    assert compared > 200


def test_quarters_in_words() -> None:
    assert name_quarter(Quarter(2002, 1)) == "Jan to Mar 2002"
    assert name_quarter(Quarter(2014, 3)) == "Jul to Sep 2014"


def test_the_columns_are_every_group_but_two_world_areas_of_one_sub_group() -> None:
    members = list_nationality_members(read_nationalities())
    groups = set(
        members.filter(members["nationality_level"] != "nationality")["nationality_code"].to_list()
    )
    columns = [group.code for group in list_nationality_groups(Q4)]
    assert len(set(columns)) == len(columns)
    assert groups - set(columns) == {"non-european-union-other-europe", "other-unknown"}
    assert set(columns) <= groups


def test_notes_keep_their_numbers_as_the_series_grows() -> None:
    early, late = NoteBook(make_edition(4), TABLE_NAMES), NoteBook(make_edition(100), TABLE_NAMES)
    assert late.notes[: len(early.notes)] == early.notes
    assert late.mark(["low", "protection"]) == "[note 1][note 4]"
    assert late.find_breaks([(Quarter(2014, 2), Quarter(2014, 2))]) == ("nino-recording-2014",)
    assert late.find_breaks([(Quarter(2014, 1), Quarter(2014, 4))]) == ()
    assert early.find_breaks([(SERIES_START, Quarter(2025, 4))]) == ()


def test_an_unknown_note_is_refused() -> None:
    with pytest.raises(KeyError):
        NoteBook(make_edition(4), TABLE_NAMES).mark(["no-such-note"])


def test_a_note_names_the_table_of_the_nationalities_wherever_it_stands() -> None:
    moved = {"Nationality_structure": "Table 9"}
    for names, wanted in ((TABLE_NAMES, "Table 4"), (moved, "Table 9")):
        notes = {note.key: note.text for note in NoteBook(make_edition(4), names).notes}
        assert f"{wanted} lists every nationality" in notes["groups"]
    place = [table.range_name for table in TABLES].index("Nationality_structure") + 1
    assert TABLE_NAMES["Nationality_structure"] == f"Table {place}"


def test_no_note_hints_at_the_size_of_adjustments() -> None:
    text = " ".join(note.text for note in NoteBook(make_edition(100), TABLE_NAMES).notes)
    assert not re.search(r"\b(threshold|variance|standard deviation|at most|up to \d)\b", text)
