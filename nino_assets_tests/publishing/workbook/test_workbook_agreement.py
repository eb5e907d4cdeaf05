"""The comparison sees a changed, a doubled and a missing figure, and an invented one."""

import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from nino_assets.errors import PublicationError
from nino_assets.publishing.cells import PublishedCells
from nino_assets.publishing.edition import Edition
from nino_assets.publishing.workbook.workbook_agreement import compare_workbook
from nino_assets.publishing.workbook.workbook_assembly import write_workbook
from nino_assets.publishing.workbook.workbook_tables import TABLES
from nino_assets_tests.support.consistent_cells import make_consistent_cells
from nino_assets_tests.support.published_cells import make_cells, make_edition

ROW = re.compile(r"<table:table-row[^>]*>.*?</table:table-row>")


def _edited(path: Path, target: Path, edit: Callable[[str], str]) -> Path:
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            part = old.read(name).decode()
            new.writestr(name, edit(part) if name == "content.xml" else part)
    return target


def _in_sheet(content: str, sheet: str, edit: Callable[[str], str]) -> str:
    start = content.index(f'<table:table table:name="{sheet}"')
    end = content.index("</table:table>", start)
    edited = edit(content[start:end])
    assert edited != content[start:end]
    return content[:start] + edited + content[end:]


def _one_more(sheet: str) -> str:
    """Add one to the last number."""
    found = list(re.finditer(r'office:value="(\d+)"', sheet))[-1]
    return f'{sheet[: found.start()]}office:value="{int(found[1]) + 1}"{sheet[found.end() :]}'


def _drop_last_row(sheet: str) -> str:
    last = list(ROW.finditer(sheet))[-1]
    return sheet[: last.start()] + sheet[last.end() :]


def _double_last_row(sheet: str) -> str:
    last = list(ROW.finditer(sheet))[-1]
    return sheet + last[0]


FIGURES = [f"Table_{n}" for n, declared in enumerate(TABLES, start=1) if declared.build_expected]


@pytest.mark.parametrize("sheet", FIGURES)
def test_a_changed_figure_is_found_by_its_address(
    workbook_path: Path,
    tmp_path: Path,
    twelve_quarters: PublishedCells,
    edition_of_twelve: Edition,
    sheet: str,
) -> None:
    bad = _edited(workbook_path, tmp_path / "bad.ods", lambda c: _in_sheet(c, sheet, _one_more))
    agreement = compare_workbook(bad, twelve_quarters, edition_of_twelve)
    assert not agreement.agrees
    (address,) = agreement.disagreements
    assert re.fullmatch(rf"{sheet}![A-Z]+\d+", address)


@pytest.mark.parametrize("sheet", FIGURES)
def test_missing_and_doubled_rows_are_found(
    workbook_path: Path,
    tmp_path: Path,
    twelve_quarters: PublishedCells,
    edition_of_twelve: Edition,
    sheet: str,
) -> None:
    cut = _edited(
        workbook_path, tmp_path / "cut.ods", lambda c: _in_sheet(c, sheet, _drop_last_row)
    )
    agreement = compare_workbook(cut, twelve_quarters, edition_of_twelve)
    assert agreement.missing and not agreement.disagreements
    doubled = _edited(
        workbook_path, tmp_path / "doubled.ods", lambda c: _in_sheet(c, sheet, _double_last_row)
    )
    agreement = compare_workbook(doubled, twelve_quarters, edition_of_twelve)
    assert agreement.disagreements and not agreement.missing


def test_a_figure_of_a_year_that_is_not_available_is_found(tmp_path: Path) -> None:
    cells, edition = make_consistent_cells(2), make_edition(2)
    path = tmp_path / "short.ods"
    write_workbook(cells, edition, path)

    def invent(sheet: str) -> str:
        cell = re.search(r'office:value-type="string"><text:p>\[x\]', sheet)
        assert cell
        return sheet.replace(cell[0], 'office:value-type="float" office:value="7"><text:p>7', 1)

    bad = _edited(path, tmp_path / "bad.ods", lambda c: _in_sheet(c, "Table_5", invent))
    (address,) = compare_workbook(bad, cells, edition).disagreements
    assert address.startswith("Table_5!C")


def test_figures_of_another_edition_do_not_agree(
    workbook_path: Path, edition_of_twelve: Edition
) -> None:
    other = make_cells(12, edition_of_twelve.first_quarter)
    assert len(compare_workbook(workbook_path, other, edition_of_twelve).disagreements) > 1000


def test_a_workbook_without_a_declared_table_is_refused(
    workbook_path: Path,
    tmp_path: Path,
    twelve_quarters: PublishedCells,
    edition_of_twelve: Edition,
) -> None:
    bad = _edited(workbook_path, tmp_path / "bad.ods", lambda c: c.replace("Table_7", "Table_70"))
    with pytest.raises(PublicationError, match="Table_7"):
        compare_workbook(bad, twelve_quarters, edition_of_twelve)
    (tmp_path / "no.ods").write_bytes(b"none")
    with pytest.raises(PublicationError, match=r"no\.ods"):
        compare_workbook(tmp_path / "no.ods", twelve_quarters, edition_of_twelve)
