"""What an edition changes of the one before it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import duckdb
import polars as pl

from nino_assets.publishing.qa_report import edition_differences, release_listings
from nino_assets.publishing.qa_report.report import Differences, Report
from nino_assets.statistic.published_domain import CELL_COLUMNS
from nino_assets.statistic.quarters import Quarter


def _write_edition(folder: Path, rows: list[tuple[str, int]], code: str) -> None:
    (folder / "open-data").mkdir(parents=True)
    frame = pl.DataFrame(
        [
            {c: "All" for c in CELL_COLUMNS}
            | {"time_period": period, "registrations": n, "observation_status": ""}
            for period, n in rows
        ]
    )
    frame.write_parquet(folder / "open-data" / "nino-registrations.parquet")
    (folder / "manifest.json").write_text(json.dumps({"code_version": code}))


def test_differences_are_against_the_newest_earlier_edition(tmp_path: Path) -> None:
    _write_edition(tmp_path / "2020-Q1", [("2002-Q1", 9)], "a")
    _write_edition(tmp_path / "2020-Q3", [("2002-Q1", 5), ("2002-Q2", 6), ("2002-Q3", 7)], "a")
    _write_edition(tmp_path / "2020-Q4", [("2002-Q1", 5), ("2002-Q2", 0), ("2020-Q4", 1)], "b")
    with duckdb.connect() as con:
        found = edition_differences.compare_editions(con, tmp_path, Quarter(2020, 4))
    assert found == Differences(
        previous="2020-Q3", same=1, changed=1, gone=1, added=1, same_code=False
    )
    assert edition_differences.count_published_cells(tmp_path / "2020-Q4") == 3


def test_an_edition_that_only_adds_cells_has_only_those(tmp_path: Path) -> None:
    _write_edition(tmp_path / "2020-Q3", [("2002-Q1", 5), ("2002-Q2", 6)], "a")
    _write_edition(tmp_path / "2020-Q4", [("2002-Q1", 5), ("2002-Q2", 6), ("2020-Q4", 1)], "a")
    with duckdb.connect() as con:
        found = edition_differences.compare_editions(con, tmp_path, Quarter(2020, 4))
    assert found == Differences(
        previous="2020-Q3", same=2, changed=0, gone=0, added=1, same_code=True
    )


def test_the_first_edition_has_no_differences(tmp_path: Path, report: Report) -> None:
    _write_edition(tmp_path / "2020-Q4", [("2020-Q4", 1)], "a")
    with duckdb.connect() as con:
        assert edition_differences.compare_editions(con, tmp_path, Quarter(2020, 4)) is None
    assert release_listings.list_differences(replace(report, differences=None)) is None


def test_changed_history_is_called_out(report: Report) -> None:
    changed = Differences(previous="2020-Q3", same=1, changed=2, gone=1, added=0, same_code=False)
    words = release_listings.describe_differences(replace(report, differences=changed))
    assert words.startswith("3 cells of 2020-Q3 changed or went.")
    assert words.endswith("The code has changed since.")
