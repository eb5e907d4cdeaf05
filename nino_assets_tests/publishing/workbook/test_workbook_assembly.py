import re
import subprocess
import zipfile
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from nino_assets.publishing.cells import PublishedCells
from nino_assets.publishing.edition import Edition
from nino_assets.publishing.workbook.workbook_agreement import compare_workbook
from nino_assets.publishing.workbook.workbook_assembly import assemble_workbook, write_workbook
from nino_assets.statistic.identity import SYNTHETIC_BANNER
from nino_assets.statistic.quarters import Quarter
from nino_assets.writers.spreadsheet.accessibility import check_accessibility
from nino_assets_tests.support.browser import find_program
from nino_assets_tests.support.consistent_cells import make_consistent_cells
from nino_assets_tests.support.odf_schema import assert_valid
from nino_assets_tests.support.published_cells import make_edition
from nino_assets_tests.truth import PUBLISHED

SHEETS = ["Cover", "Contents", "Notes", *(f"Table_{n}" for n in range(1, 12))]
PERIOD = re.compile(r"(Year ending \w+|\w{3} to \w{3}) \d{4}")
Rows = list[list[object]]


def _sheets(path: Path) -> dict[str, Rows]:
    book = CalamineWorkbook.from_path(path)
    return {
        name: list(map(list, book.get_sheet_by_name(name).to_python())) for name in book.sheet_names
    }


def _table(rows: Rows) -> Rows:
    """The header and the rows below it."""
    top = next(n for n, row in enumerate(rows) if all(str(value) for value in row))
    return rows[top:]


def _lines(rows: Rows) -> list[str]:
    return [str(row[0]) for row in rows[: len(rows) - len(_table(rows))]]


def test_the_workbook_is_accessible_valid_and_shows_the_published_cells(
    workbook_path: Path, twelve_quarters: PublishedCells, edition_of_twelve: Edition
) -> None:
    assert check_accessibility(workbook_path) == []
    agreement = compare_workbook(workbook_path, twelve_quarters, edition_of_twelve)
    assert agreement.agrees
    # Quarters, year endings, areas twice, ages and sexes, times.
    group_cells = 20 * (12 + 9 + 2 * 22 + 48 + 9)
    # Nationalities of two years and of two quarters, areas by quarter and by year.
    assert agreement.compared == group_cells + 2 * 4 * 257 + 5 * 22 * 3 + 3 * 22 * 3


def test_the_smallest_workbook_is_valid_odf(tmp_path: Path) -> None:
    path = tmp_path / "one.ods"
    write_workbook(make_consistent_cells(1), make_edition(1), path)
    assert_valid(path)


def test_the_same_cells_give_the_same_bytes(
    workbook_path: Path, tmp_path: Path, edition_of_twelve: Edition
) -> None:
    again = tmp_path / "again.ods"
    write_workbook(make_consistent_cells(12, Quarter(2018, 1)), edition_of_twelve, again)
    assert again.read_bytes() == workbook_path.read_bytes()


def test_sheets_columns_and_notes_stay_from_release_to_release(
    workbook_path: Path, tmp_path: Path
) -> None:
    later = tmp_path / "later.ods"
    write_workbook(
        make_consistent_cells(17, Quarter(2018, 1)), make_edition(17, Quarter(2018, 1)), later
    )
    one, other = _sheets(workbook_path), _sheets(later)
    assert list(one) == list(other) == SHEETS
    for name in SHEETS[1:]:
        headers, later_headers = (
            [PERIOD.sub("Period", str(h)) for h in _table(s[name])[0]] for s in (one, other)
        )
        assert headers == later_headers
    notes, later_notes = ([row[:3] for row in _table(s["Notes"])] for s in (one, other))
    assert later_notes[: len(notes)] == notes
    assert len(later_notes) > len(notes)


@pytest.mark.parametrize("quarters", [1, 3, 4, 7, 8])
def test_a_short_series_says_that_a_year_is_not_available(tmp_path: Path, quarters: int) -> None:
    cells, edition = make_consistent_cells(quarters), make_edition(quarters)
    path = tmp_path / "short.ods"
    write_workbook(cells, edition, path)
    assert check_accessibility(path) == []
    assert compare_workbook(path, cells, edition).agrees
    sheets = _sheets(path)
    total = _table(sheets["Table_3"])[1]
    assert (total[4] == "[x]") == (quarters < 8)
    assert (total[5] == "[x]") == (quarters < 4)
    assert (total[6] == "[x]") == (total[7] == "[x]") == (quarters < 8)
    total = _table(sheets["Table_10"])[1]
    assert (total[4] == "[x]") == (quarters < 5)
    assert total[5] != "[x]"
    begins = "The series begins in January 2002: an earlier quarter is not available."
    assert (begins in _lines(sheets["Table_10"])) == (quarters < 5)
    years = [row[0] for row in _table(sheets["Table_8"])[1:]]
    months = ("March", "June", "September", "December")
    ends = [f"{month} {year}" for year in (2002, 2003) for month in months]
    assert years == (ends[quarters - 1 : quarters] if quarters < 4 else ends[3:quarters])
    explained = "A year has four quarters: a year that begins before January 2002 is not available."
    assert (explained in _lines(sheets["Table_2"])) == (quarters < 4)
    assert (explained in _lines(sheets["Table_3"])) == (quarters < 8)


def test_a_series_that_starts_within_a_year_shows_the_quarters_before_as_not_available(
    tmp_path: Path,
) -> None:
    path = tmp_path / "middle.ods"
    write_workbook(
        make_consistent_cells(3, Quarter(2019, 3)), make_edition(3, Quarter(2019, 3)), path
    )
    header, first, second, *_ = _table(_sheets(path)["Table_7"])
    assert header[3:] == [
        *("Year", "Jan to Mar", "Apr to Jun", "Jul to Sep", "Oct to Dec"),
        "Year ending December",
    ]
    assert first[3:6] == [2019.0, "[x]", "[x]"]
    assert isinstance(first[6], float)
    assert second[3] == 2020.0
    assert second[5:] == ["[x]"] * 4


def test_a_synthetic_edition_says_so_everywhere_and_a_real_one_nowhere(
    workbook_path: Path, tmp_path: Path
) -> None:
    for rows in _sheets(workbook_path).values():
        assert rows[1][0] == SYNTHETIC_BANNER
    with zipfile.ZipFile(workbook_path) as package:
        meta = package.read("meta.xml").decode()
    assert "<dc:title>Synthetic data: " in meta
    assert f"<dc:description>{SYNTHETIC_BANNER}" in meta
    real = tmp_path / "real.ods"
    write_workbook(make_consistent_cells(4), make_edition(4), real)
    with zipfile.ZipFile(real) as package:
        parts = b"".join(package.read(name) for name in package.namelist()).decode()
    assert "ynthetic" not in parts


def test_quarters_are_in_words_and_marked_where_the_series_breaks(tmp_path: Path) -> None:
    path = tmp_path / "break.ods"
    write_workbook(
        make_consistent_cells(5, Quarter(2014, 1)), make_edition(5, Quarter(2014, 1)), path
    )
    sheets = _sheets(path)
    labels = [row[0] for row in _table(sheets["Table_1"])[1:]]
    (note,) = (row for row in _table(sheets["Notes"]) if "April to September 2014" in str(row[1]))
    assert labels == [
        "Jan to Mar 2014",
        f"Apr to Jun 2014 {note[0]}",
        f"Jul to Sep 2014 {note[0]}",
        "Oct to Dec 2014",
        "Jan to Mar 2015",
    ]
    assert note[3] == "Table 1, Table 7"  # the year to March 2015 holds both quarters


def test_nationalities_are_in_order_of_the_latest_year(workbook_path: Path) -> None:
    rows = [row for row in _table(_sheets(workbook_path)["Table_3"]) if row[2] == "Nationality"]
    latest = [0.0 if row[5] == "[low]" else float(str(row[5])) for row in rows]
    assert latest == sorted(latest, reverse=True)
    nil = [str(row[1]).casefold() for row in rows if row[5] == "[low]"]
    assert nil == sorted(nil) and len(nil) > 1
    assert len(rows) == 235


def test_changes_are_shown_only_between_two_counts(workbook_path: Path) -> None:
    low = 0
    for row in _table(_sheets(workbook_path)["Table_3"])[1:]:
        before, now, difference, change = row[4:]
        if "[low]" in (before, now):
            low += 1
            assert (difference, change) == ("[low]", "[low]")
        else:
            before, now = float(str(before)), float(str(now))
            assert difference == now - before
            assert change == (now - before) / before
    assert low


def test_every_nationality_is_listed_with_its_groups(workbook_path: Path) -> None:
    rows = _table(_sheets(workbook_path)["Table_4"])
    assert rows[0] == ["Nationality code", "Nationality", "Sub-group", "World area"]
    real = CalamineWorkbook.from_path(PUBLISHED / "mar2018_tables_as_published.ods")
    listed = {
        tuple(str(value) for value in row)
        for row in real.get_sheet_by_name("4").to_python()[6:]
        if row[2]
    }
    assert {(str(r[3]), str(r[2]), str(r[1])) for r in rows[1:]} >= listed


@pytest.mark.browser
def test_a_printed_or_converted_workbook_keeps_its_tables(
    workbook_path: Path, tmp_path: Path
) -> None:
    office = find_program("soffice", "libreoffice-calc")
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [office, "--headless", profile, "--convert-to", "xlsx", "--outdir", str(tmp_path)]
    subprocess.run([*command, str(workbook_path)], check=True, capture_output=True, timeout=120)
    with zipfile.ZipFile(tmp_path / f"{workbook_path.stem}.xlsx") as package:
        tables = [n for n in package.namelist() if n.startswith("xl/tables/")]
        parts = [package.read(name).decode() for name in tables]
    assert len(tables) == len(SHEETS) - 1
    assert all('headerRowCount="0"' not in part and "<autoFilter" not in part for part in parts)


def test_a_workbook_is_declared_before_it_is_written(
    twelve_quarters: PublishedCells, edition_of_twelve: Edition
) -> None:
    book = assemble_workbook(twelve_quarters, edition_of_twelve)
    assert [sheet.name for sheet in book.sheets] == SHEETS
    for sheet in book.sheets[1:]:
        assert sheet.table is not None
        width = sum(column.width_cm for column in sheet.table.columns)
        assert width < 70
