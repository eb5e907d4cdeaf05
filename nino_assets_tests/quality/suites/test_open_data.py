"""Each expectation about the open data fails on a planted defect."""

from __future__ import annotations

import gzip
from collections.abc import Callable

import polars as pl
import pytest

from nino_assets.publishing.changed_cells import write_changed_cells
from nino_assets.publishing.open_data import cube_agreement
from nino_assets.publishing.open_data.cube_names import name_cube_csv
from nino_assets.publishing.open_data.metadata import CSV_NAME, DCAT_NAME, PARQUET_NAME
from nino_assets.quality.measures.earlier_periods import make_empty_list
from nino_assets.quality.suites.open_data import SUITE
from nino_assets.releases.series_revisions import REVISED_CELLS_NAME
from nino_assets.statistic.published_domain import CUBES
from nino_assets_tests.support import planted_releases
from nino_assets_tests.support.defects import (
    Case,
    Cases,
    Planter,
    assert_caught,
    run_checks,
    run_checks_on_good_build,
)
from nino_assets_tests.support.synthetic_build import FIRST, LATEST, REGISTER


def _csv(change: Callable[[list[str]], list[str]]) -> Case:
    """A change of the lines of the CSV file, the header being the first."""

    def plant(planter: Planter) -> None:
        path = planter.keep(planter.publication(f"open-data/{CSV_NAME}"))
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        path.write_text("".join(change(lines)), encoding="utf-8", newline="")

    return Case(plant)


def _in_lines(old: str, new: str) -> Callable[[list[str]], list[str]]:
    def change(lines: list[str]) -> list[str]:
        at = next(n for n, line in enumerate(lines) if old in line)
        return [*lines[:at], lines[at].replace(old, new, 1), *lines[at + 1 :]]

    return change


def _drop_a_file(planter: Planter) -> None:
    planter.keep(planter.publication(f"open-data/{DCAT_NAME}")).unlink()


def _cube_csv(change: Callable[[bytes], bytes]) -> Case:
    def plant(planter: Planter) -> None:
        path = planter.keep(planter.publication(f"open-data/{name_cube_csv(CUBES[0])}"))
        path.write_bytes(gzip.compress(change(gzip.decompress(path.read_bytes())), mtime=0))

    return Case(plant)


def _few_rows_in_a_spreadsheet(planter: Planter) -> None:
    planter.instead(cube_agreement, "MOST_ROWS", 10)


def _another_history(planter: Planter) -> None:
    path = planter.keep(planter.publication(f"open-data/{PARQUET_NAME}", REGISTER))
    cells = pl.read_parquet(path)
    cells.with_columns(
        registrations=pl.col("registrations")
        + pl.when(pl.int_range(pl.len()) == 0).then(1).otherwise(0)
    ).write_parquet(path)


def _deliver_an_earlier_quarter(planter: Planter) -> None:
    """A quarter that has landed before the series, and whose build failed."""
    planter.makes(planter.warehouse.folders.find_delivery(FIRST - 1)).mkdir()


def _list_without_a_revision(planter: Planter) -> None:
    path = planter.keep(planter.publication(f"open-data/{REVISED_CELLS_NAME}"))
    write_changed_cells(make_empty_list(), path)


CASES: Cases = {
    "rows_compared": _csv(lambda lines: lines[:1]),
    "cells_disagree": _csv(_in_lines("United Kingdom", "Great Britain")),
    "cells_missing": _csv(lambda lines: [lines[0], *lines[2:]]),
    "cells_repeated": _csv(lambda lines: [*lines, lines[-1]]),
    "undeclared_cells": _csv(_in_lines(",oceania,", ",atlantis,")),
    "low_misplaced": _csv(_in_lines("[low]", "")),
    "out_of_order": _csv(lambda lines: [lines[0], lines[2], lines[1], *lines[3:]]),
    "files_missing": Case(_drop_a_file),
    "quarters_left_out": Case(_deliver_an_earlier_quarter),
    "cube_files_differ": _cube_csv(lambda text: text.replace(b",Asia,", b",Austria,", 1)),
    "cube_files_crowded": Case(_few_rows_in_a_spreadsheet),
    "files_undescribed": Case(_drop_a_file),
    "history_changed": Case(_another_history),
    "released_changed": Case(planted_releases.changed_after_release),
    "revision_unlisted": Case(_list_without_a_revision),
    "changes_unlisted": Case(planted_releases.corrected_without_a_list),
    "people_corrected": Case(planted_releases.corrected_by_one_person),
    "people_linked_percent": Case(planted_releases.corrected_by_one_person),
    "manifest_broken": _csv(_in_lines("United Kingdom", "Great Britain")),
}


@pytest.mark.parametrize("name", CASES)
def test_a_defect_is_caught(name: str, planter: Planter) -> None:
    assert_caught(SUITE, name, CASES[name], planter)


def test_everything_passes_on_the_good_build(planter: Planter) -> None:
    outcomes = run_checks_on_good_build(SUITE, planter.warehouse, LATEST)
    assert not [o for o in outcomes.values() if not o.passed]


def test_history_is_not_judged_without_an_earlier_edition(planter: Planter) -> None:
    planter.keep(planter.publication(f"open-data/{PARQUET_NAME}", REGISTER)).unlink()
    found = run_checks(SUITE, planter.warehouse, "history_changed")
    assert found["history_changed"].passed
    assert found["history_changed"].observed is None


def test_a_cell_that_was_dropped_from_history_is_a_change(planter: Planter) -> None:
    path = planter.keep(planter.publication(f"open-data/{PARQUET_NAME}", REGISTER))
    cells = pl.read_parquet(path)
    gone = cells.head(1).with_columns(geography_code=pl.lit("E06999999"))
    pl.concat([cells, gone]).write_parquet(path)
    found = run_checks(SUITE, planter.warehouse, "history_changed")
    assert found["history_changed"].observed == 1
