"""The suite of open_data: the files, read back and compared."""

from __future__ import annotations

from nino_assets.publishing.open_data.cube_agreement import (
    count_crowded_csvs,
    count_cube_files_differing,
    count_files_undescribed,
)
from nino_assets.publishing.open_data.metadata import CSV_NAME, PARQUET_NAME
from nino_assets.publishing.open_data.open_data_agreement import check_agreement, have_same_rows
from nino_assets.publishing.open_data.open_data_files import FILE_NAMES
from nino_assets.publishing.open_data.open_data_rows import MOST_ROWS
from nino_assets.publishing.tabulations.lattice_index import TABULATIONS
from nino_assets.quality.measures import correction, released_cells
from nino_assets.quality.measures.files import (
    Measures,
    count_manifest_faults,
    expect_manifest,
    measure_files,
)
from nino_assets.quality.next_steps import COMPARE_WITH_CELLS, REPORT_BUG, materialise_again
from nino_assets.quality.rules import expect_between, expect_none
from nino_assets.quality.suite import Suite
from nino_assets.releases.editions import list_cell_files, read_edition
from nino_assets.releases.series import list_left_out
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.warehouse import Warehouse

_AGAIN = materialise_again("open_data")
_OPEN_DATA = "open-data"


def _measure(warehouse: Warehouse, quarter: Quarter) -> Measures:
    edition = read_edition(warehouse, quarter)
    folder = warehouse.folders.find_publication(quarter) / _OPEN_DATA
    files = list_cell_files(warehouse, edition)
    both = [check_agreement(folder / PARQUET_NAME, files, edition)]
    if not have_same_rows(folder / CSV_NAME, folder / PARQUET_NAME):
        both.append(check_agreement(folder / CSV_NAME, files, edition))
    return {
        "rows_compared": min(each.rows_compared for each in both),
        "cells_disagree": sum(each.disagreements for each in both),
        "cells_missing": sum(each.missing for each in both),
        "cells_repeated": sum(each.duplicate for each in both),
        "undeclared_cells": sum(each.undeclared for each in both),
        "low_misplaced": sum(each.low_mismatch for each in both),
        "out_of_order": sum(each.out_of_order for each in both),
        "files_missing": sum(not (folder / name).is_file() for name in FILE_NAMES),
        "cube_files_differ": count_cube_files_differing(folder),
        "cube_files_crowded": count_crowded_csvs(folder),
        "files_undescribed": count_files_undescribed(folder),
        **released_cells.measure_history(warehouse, quarter),
        **correction.measure_correction(warehouse, quarter),
        "quarters_left_out": len(list_left_out(warehouse, quarter)),
        "manifest_broken": count_manifest_faults(
            warehouse, quarter, f"{_OPEN_DATA}/", but=f"{TABULATIONS}/"
        ),
    }


SUITE = Suite(
    asset="open_data",
    prepare=measure_files(_measure),
    expectations=(
        expect_between(
            "rows_compared",
            "The CSV and the Parquet file have rows to compare with perturbed_cubes.",
            _AGAIN,
            at_least=1,
            severity="block",
        ),
        expect_none(
            "cells_disagree",
            "Every row of the CSV and of the Parquet file is as perturbed_cubes has it.",
            COMPARE_WITH_CELLS,
        ),
        expect_none(
            "cells_missing",
            "Every cell of the declared domain is in both files.",
            COMPARE_WITH_CELLS,
        ),
        expect_none("cells_repeated", "No cell stands in a file twice.", COMPARE_WITH_CELLS),
        expect_none(
            "undeclared_cells",
            "No file holds a cell outside the declared domain.",
            COMPARE_WITH_CELLS,
        ),
        expect_none(
            "low_misplaced", "[low] stands exactly where a count is 0.", COMPARE_WITH_CELLS
        ),
        expect_none("out_of_order", "Both files hold the rows in published order.", _AGAIN),
        expect_none("files_missing", "The metadata and code lists come with the data.", _AGAIN),
        expect_none(
            "quarters_left_out",
            "Every quarter that has landed, up to this one, is in the series.",
            "Build the quarters in landing/ that come before the first one of the series, then "
            "this one again; take out of landing/ what is not to be published.",
        ),
        expect_none(
            "cube_files_differ",
            "The files of each cube hold its rows of the CSV and the Parquet file, and no other.",
            _AGAIN,
        ),
        expect_none(
            "cube_files_crowded",
            f"No CSV file of a cube has more than the {MOST_ROWS:,} rows of a spreadsheet.",
            REPORT_BUG,
        ),
        expect_none(
            "files_undescribed",
            "The descriptions (DCAT, CSVW) name each data file, and none that is not there.",
            _AGAIN,
        ),
        *released_cells.EXPECTATIONS,
        *correction.EXPECTATIONS,
        expect_manifest(),
    ),
)
