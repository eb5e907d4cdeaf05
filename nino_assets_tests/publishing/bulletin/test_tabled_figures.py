"""Every figure of every bulletin is in a table of its workbook."""

from __future__ import annotations

from pathlib import Path

import pytest

from nino_assets.publishing.bulletin.bulletin_files import write_bulletin
from nino_assets.publishing.bulletin.source_figures import OtherSource
from nino_assets.publishing.bulletin.tabled_figures import list_quoted_cells
from nino_assets.publishing.cells import PublishedCells
from nino_assets.publishing.edition import Edition
from nino_assets.publishing.workbook.workbook_agreement import compare_workbook, find_shown_cells
from nino_assets.publishing.workbook.workbook_assembly import write_workbook
from nino_assets.publishing.workbook.workbook_tables import TABLES
from nino_assets.statistic.quarters import Quarter
from nino_assets_tests.support.published_cells import LIVELY, POSITIONS, make_cells, make_edition


def _list_tabled(cells: PublishedCells, edition: Edition) -> set[str]:
    return {
        figure.cell
        for table in TABLES
        if table.build_expected
        for row in table.build_expected(cells, edition).values()
        for figure in row.values()
    }


@pytest.mark.parametrize(
    ("quarters", "first"),
    [(n, Quarter(2002, 1)) for n in (*range(1, 10), 13)]
    + [(9 + n, Quarter(2006 + n, 1 + n % 4)) for n in range(14)],
)
def test_no_figure_of_any_edition_is_missing_from_the_tables(
    quarters: int, first: Quarter, tmp_path: Path
) -> None:
    cells, edition = make_cells(quarters, first), make_edition(quarters, first)
    write_bulletin(cells, edition, POSITIONS, tmp_path / "b.html")
    html = (tmp_path / "b.html").read_text(encoding="utf-8")
    quoted = list_quoted_cells(html)
    assert len(quoted) > 30
    assert quoted - _list_tabled(cells, edition) == set()


def test_figures_of_the_written_workbook_count_and_no_others(
    bulletin_html: str,
    twelve_quarters: PublishedCells,
    edition_of_twelve: Edition,
    other_sources: tuple[OtherSource, ...],
    tmp_path: Path,
) -> None:
    path = tmp_path / "tables.ods"
    write_workbook(twelve_quarters, edition_of_twelve, path)
    quoted = list_quoted_cells(bulletin_html)
    assert f"source:{other_sources[0].series}/2020-Q4" in bulletin_html
    assert not any(cell.startswith("source:") for cell in quoted)
    assert find_shown_cells(path, twelve_quarters, edition_of_twelve, quoted) == quoted
    shown = compare_workbook(path, twelve_quarters, edition_of_twelve).shown
    assert quoted < shown
    earlier = {"year_age_sex/2019-Q4/K02000001/all/All/All/All"}
    found = find_shown_cells(path, twelve_quarters, edition_of_twelve, quoted | earlier)
    assert found == quoted


def test_a_cell_that_the_workbook_shows_wrongly_is_not_in_it(
    twelve_quarters: PublishedCells, edition_of_twelve: Edition, tmp_path: Path
) -> None:
    path = tmp_path / "tables.ods"
    other = make_cells(12, edition_of_twelve.first_quarter, LIVELY + 1)
    write_workbook(other, edition_of_twelve, path)
    assert compare_workbook(path, twelve_quarters, edition_of_twelve).shown == frozenset()
