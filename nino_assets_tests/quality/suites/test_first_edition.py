"""The first edition of a series, which has nothing before it, is not blocked."""

from __future__ import annotations

import shutil

import polars as pl

from nino_assets.publishing.bulletin.bulletin_files import write_bulletin, write_publishers_pack
from nino_assets.publishing.bulletin.govspeak import PACK
from nino_assets.publishing.open_data.open_data_files import write_open_data
from nino_assets.publishing.workbook.workbook_assembly import write_workbook
from nino_assets.publishing.workbook.workbook_name import name_workbook
from nino_assets.quality.suites import bulletin, open_data, tables
from nino_assets.releases.editions import list_cell_files, read_edition, read_published_cells
from nino_assets.store.publication_manifest import refresh_manifest
from nino_assets_tests.support.defects import (
    Planter,
    run_checks,
)
from nino_assets_tests.support.synthetic_build import FIRST


def test_an_edition_of_one_quarter_is_not_blocked(planter: Planter) -> None:
    warehouse = planter.warehouse
    edition = read_edition(warehouse, FIRST)
    assert edition.first_quarter == edition.quarter
    cells, folder = read_published_cells(warehouse, edition), planter.publication("", FIRST)
    (folder / "open-data").mkdir(parents=True)
    positions = pl.DataFrame(
        schema={"area_code": pl.String, "latitude": pl.Float64, "longitude": pl.Float64}
    )
    try:
        write_workbook(cells, edition, folder / name_workbook(edition.quarter))
        write_open_data(list_cell_files(warehouse, edition), edition, folder / "open-data")
        write_bulletin(cells, edition, positions, folder / "bulletin.html")
        write_publishers_pack(cells, edition, positions, folder / PACK)
        refresh_manifest(folder, code_version="", inputs={}, lock=folder.parent / ".lock")
        for suite in (tables.SUITE, open_data.SUITE, bulletin.SUITE):
            blocking = {e.name for e in suite.expectations if e.blocks}
            outcomes = run_checks(suite, warehouse, quarter=FIRST)
            assert not {n for n, o in outcomes.items() if not o.passed} & blocking
    finally:
        shutil.rmtree(folder)
