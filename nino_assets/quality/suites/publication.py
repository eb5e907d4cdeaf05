"""Suites of what readers get: the written files, read back and held against the perturbed cubes.

Belongs here: which finding about a publication is a check, and how severe it is.
Does not belong here: reading files back and judging them (`publishing/`), the bulletin, whose
suite is long (`bulletin.py`).
"""

from __future__ import annotations

import zipfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from html import unescape

import duckdb
import pyarrow as pa

from nino_assets.publishing.edition import SYNTHETIC_BANNER, Edition
from nino_assets.publishing.open_data import FILE_NAMES
from nino_assets.publishing.open_data.metadata import CSV_NAME, PARQUET_NAME
from nino_assets.publishing.open_data.open_data_agreement import check_agreement, same_rows
from nino_assets.publishing.workbook.workbook_agreement import compare_workbook
from nino_assets.quality.rules import none_of, share
from nino_assets.quality.suite import Expectation, PracticeArea, Prepare, Suite
from nino_assets.quality.suites import history
from nino_assets.quality.suites.history import history_measures
from nino_assets.releases.editions import edition_of, published_cells, quarter_files
from nino_assets.statistic.events import discontinuities
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.publication_manifest import verify_manifest
from nino_assets.store.warehouse import Warehouse
from nino_assets.writers.spreadsheet.accessibility import (
    RULES,
    AccessibilityRule,
    check_accessibility,
)

Measures = Mapping[str, int | float | None]

_AGAIN = "Materialise the asset again; if it stays, report a fault of the line."
_WRITER = "Compare the file with perturbed_cubes; do not publish the quarter."
_OPEN_DATA = "open-data"


def measured(measure: Callable[[Warehouse, Quarter], Measures]) -> Prepare:
    """A `prepare` of numbers about one quarter's files; None where one does not apply."""

    def prepare(
        con: duckdb.DuckDBPyConnection, warehouse: Warehouse, quarters: Sequence[Quarter]
    ) -> None:
        rows = [{"quarter": q.label, **measure(warehouse, q)} for q in quarters]
        columns = {name: [row[name] for row in rows] for name in rows[0]}
        con.register("measured", pa.table({n: pa.array(c, _type(c)) for n, c in columns.items()}))
        con.execute("CREATE TABLE quarters AS SELECT * FROM measured")

    return prepare


def _type(column: Sequence[object]) -> pa.DataType:
    """Text for quarters, whole numbers for measures (a column of blanks too), or fractions."""
    for kind, arrow in ((str, pa.string()), (float, pa.float64())):
        if any(isinstance(value, kind) for value in column):
            return arrow
    return pa.int64()


def manifest_faults(warehouse: Warehouse, quarter: Quarter, *names: str) -> int:
    """Differences between the manifest and these files, or those in a folder `name/`.

    Only the asset's own: another asset of the quarter may be replacing its files at this moment.
    """
    return len(verify_manifest(warehouse.folders.publication(quarter), names))


def manifest_check() -> tuple[str, str, str]:
    """Name, sentence and next step of the check of `manifest_faults`."""
    return (
        "manifest_broken",
        "The manifest has each file of the asset with its sha256.",
        "Materialise the asset again: its files were changed after they were made.",
    )


def breaks_not_noted(text: str, edition: Edition) -> int:
    """Breaks in comparability within the edition's series that the text does not describe."""
    words = unescape(text)
    found = discontinuities(edition.first_quarter, edition.quarter)
    return sum(event.description not in words for event in found)


def breaks_check(where: str) -> Expectation:
    """The check of `breaks_not_noted` for one kind of file."""
    return none_of(
        "breaks_not_noted",
        f"Every known break in the series is described in {where}.",
        "Compare data/reference/events.csv with the notes; readers must be told of each break.",
        severity="warn",
        area=PracticeArea.CONTEXT,
    )


# Open data -----------------------------------------------------------------------------------


def _open_data(warehouse: Warehouse, quarter: Quarter) -> Measures:
    edition = edition_of(warehouse, quarter)
    folder = warehouse.folders.publication(quarter) / _OPEN_DATA
    files = quarter_files(warehouse, edition)
    both = [check_agreement(folder / PARQUET_NAME, files, edition)]
    if not same_rows(folder / CSV_NAME, folder / PARQUET_NAME):
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
        **history_measures(warehouse, quarter),
        "manifest_broken": manifest_faults(warehouse, quarter, f"{_OPEN_DATA}/"),
    }


open_data = Suite(
    asset="open_data",
    prepare=measured(_open_data),
    expectations=(
        share(
            "rows_compared",
            "The CSV and the Parquet file have rows to compare with perturbed_cubes.",
            _AGAIN,
            at_least=1,
            severity="block",
        ),
        none_of(
            "cells_disagree",
            "Every row of the CSV and of the Parquet file is as perturbed_cubes has it.",
            _WRITER,
        ),
        none_of("cells_missing", "Every cell of the declared domain is in both files.", _WRITER),
        none_of("cells_repeated", "No cell stands in a file twice.", _WRITER),
        none_of("undeclared_cells", "No file holds a cell outside the declared domain.", _WRITER),
        none_of("low_misplaced", "[low] stands exactly where a count is 0.", _WRITER),
        none_of("out_of_order", "Both files hold the rows in published order.", _AGAIN),
        none_of("files_missing", "The metadata and code lists stand beside the data.", _AGAIN),
        *history.EXPECTATIONS,
        none_of(*manifest_check()),
    ),
)


# Workbook ------------------------------------------------------------------------------------


def _tables(warehouse: Warehouse, quarter: Quarter) -> Measures:
    edition = edition_of(warehouse, quarter)
    path = warehouse.folders.publication(quarter) / edition.workbook_name
    found = compare_workbook(path, published_cells(warehouse, edition), edition)
    breaches = Counter(finding.rule for finding in check_accessibility(path))
    with zipfile.ZipFile(path) as package:
        content = package.read("content.xml").decode()
    return {
        "figures_compared": found.compared,
        "figures_disagree": len(found.disagreements),
        "figures_missing": found.missing,
        "synthetic_unmarked": int(edition.synthetic and SYNTHETIC_BANNER not in content),
        "breaks_not_noted": breaks_not_noted(content, edition),
        "manifest_broken": manifest_faults(warehouse, quarter, edition.workbook_name),
        **{_rule_check(rule): breaches[rule.id] for rule in RULES},
    }


def _rule_check(rule: AccessibilityRule) -> str:
    return f"accessible_{rule.id.lower()}"


tables = Suite(
    asset="tables",
    prepare=measured(_tables),
    expectations=(
        share(
            "figures_compared",
            "The workbook has figures that could be compared.",
            _AGAIN,
            at_least=1,
            severity="block",
        ),
        none_of(
            "figures_disagree",
            "Every figure of the workbook equals its published cell.",
            _WRITER,
        ),
        none_of(
            "figures_missing",
            "Every cell that belongs in a table stands in it, totals too.",
            _WRITER,
        ),
        none_of("synthetic_unmarked", "A workbook of synthetic data says so.", _AGAIN),
        breaks_check("the notes of the workbook"),
        none_of(*manifest_check()),
        *(
            none_of(
                _rule_check(rule),
                f"{rule.sentence} (rule {rule.id}, {rule.level})",
                "Check the workbook's accessibility; the finding names the sheet.",
                severity="block" if rule.level == "essential" else "warn",
            )
            for rule in RULES
        ),
    ),
)

SUITES = (tables, open_data)
