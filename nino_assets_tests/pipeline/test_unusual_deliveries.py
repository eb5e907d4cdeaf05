"""Kinds of delivery that are not to be refused: each gives the cells of the recomputation."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from nino_assets_tests.support import deliveries, directory
from nino_assets_tests.support.asserting import assert_published
from nino_assets_tests.support.csv_text import format_csv
from nino_assets_tests.support.oracle import LAYOUT
from nino_assets_tests.support.pipeline import FIRST, Pipeline
from nino_assets_tests.support.recompute import published_rows
from nino_assets_tests.support.redelivery import SCAN

pytestmark = pytest.mark.line


def test_a_quarter_extract_on_top_of_a_register(pipeline: Pipeline):
    before = published_rows(pipeline.cells())
    records = deliveries.make_rows(("2003-Q3",), 500, seed=2, first=50_000)
    # People of the register again, and rows of the quarter before.
    records += deliveries.make_rows(("2003-Q2", "2003-Q3"), 100, seed=3, first=100)
    deliveries.deliver(pipeline.landing, "2003-Q3", records)
    ended = pipeline.build("2003-Q3")
    assert ended.code == 0, ended.text
    after = assert_published(pipeline, FIRST, "2003-Q3")
    # Quarters already released stay as they were first published.
    assert [row for row in after if row[1] != "2003-Q3"] == before


@pytest.mark.usefixtures("unchecked")
def test_an_own_extract_goes_before_a_later_register(empty_pipeline: Pipeline):
    """A register for the latest quarter, an own extract for one before it, and a quarter empty."""
    pipeline = empty_pipeline
    quarters = ("2019-Q4", "2020-Q2", "2020-Q3")
    register = deliveries.make_rows(quarters, 500, seed=5)
    deliveries.deliver(pipeline.landing, "2020-Q3", register, extract="register")
    own = deliveries.make_rows(("2020-Q2", "2020-Q1"), 300, seed=6, first=200)
    deliveries.deliver(pipeline.landing, "2020-Q2", own)
    ended = pipeline.build("2020-Q3", "2019-Q4")
    assert ended.code == 0, ended.text
    rows = assert_published(pipeline, "2019-Q4", "2020-Q3")
    empty = [row for row in rows if row[:3] == ("quarter_nationality", "2020-Q1", "quarter")]
    assert empty
    assert {row[-2:] for row in empty} == {(0, "[low]")}
    assert {row[1] for row in rows if row[2] == "year_ending"} == {"2020-Q3"}
    told = pipeline.run("status", "--quarter", "2020-Q1")
    # Its records stand; nobody made its publication.
    assert (told.code, "Nothing is built yet." in told.text) == (1, True), told.text


@pytest.mark.usefixtures("unchecked")
def test_the_census_of_2021_and_a_delivery_of_many_files(empty_pipeline: Pipeline):
    """A directory in the newer layout, and a scan as CSV, gzip, zstandard and Parquet at once."""
    pipeline = empty_pipeline
    folder = pipeline.landing / "nspl"
    shutil.rmtree(folder)
    _write_2021_directory(folder)
    records = deliveries.make_rows(("2024-Q1",), 600, seed=7)
    whole = [record for record in records if len(record) == len(LAYOUT)]
    files = {
        "part-1.csv": records[:150],
        "part-2.csv.gz": records[150:300],
        "part-3.csv.zst": records[300:400],
        # The same people again in another file are duplicates like any other.
        "part-4.parquet": whole[-250:],
    }
    deliveries.deliver(pipeline.landing, "2024-Q1", files)
    ended = pipeline.build("2024-Q1")
    assert ended.code == 0, ended.text
    rows = assert_published(pipeline, "2024-Q1", "2024-Q1")
    # An authority that is newer than the packaged synthetic directory has its name all the same.
    assert ("E06000066", "Somerset", "local_authority") in {row[3:6] for row in rows}


def _write_2021_directory(folder: Path) -> None:
    """Per-area files in the 2021-Census layout, in another column order, one gzipped."""
    newer = {"oa11": "oa21", "lsoa11": "lsoa21", "msoa11": "msoa21"}
    rows = [
        {newer.get(name, name): value for name, value in row.items()}
        for row in directory.make_directory_rows()
    ]
    for row in rows:
        if row["laua"] == directory.EMPTY_AUTHORITY:
            row["laua"] = "E06000066"
    header = sorted(rows[0])
    parts = folder / "multi_csv"
    parts.mkdir(parents=True)
    for number, part in enumerate((rows[:30], rows[30:])):
        records = [[row[name] for name in header] for row in part]
        (parts / f"NSPL21_{number}.csv").write_text(format_csv(header, records))


def test_volumes_doubled_and_a_twentieth_rejected(pipeline: Pipeline):
    """With columns shuffled, Windows line ends and a byte order mark besides."""
    records = deliveries.make_rows(("2003-Q3",), 1000, seed=11, first=50_000, dirt=False)
    for record in records[::18]:
        record[LAYOUT.index("registration_type")] = "JUVENILE"
    folder = deliveries.deliver(pipeline.landing, "2003-Q3", records)
    order = sorted(range(len(LAYOUT)), key=lambda place: LAYOUT[place][::-1])
    shuffled = [[record[place] for place in order] for record in records]
    text = format_csv([LAYOUT[place] for place in order], shuffled, end="\r\n")
    (folder / SCAN).write_bytes(text.encode("utf-8-sig"))
    deliveries.write_manifest(folder, {SCAN: len(records)})
    ended = pipeline.build("2003-Q3")
    assert ended.code == 0, ended.text
    assert "Warning from cleaned_records.rejected_percent" in ended.text
    assert_published(pipeline, FIRST, "2003-Q3")


@pytest.mark.parametrize("rows_delivered", [1, 60])
def test_few_postcode_areas_without_northern_ireland(empty_pipeline: Pipeline, rows_delivered: int):
    """A directory of some areas; a delivery of many rows, and of one."""
    kept = directory.make_directory_rows(("M1", "OX1", "LE1", "CF10", "AB1"))
    directory.write_directory(empty_pipeline.landing / "nspl", kept)
    records = deliveries.make_rows(("2012-Q1",), rows_delivered, seed=3, dirt=False)
    deliveries.deliver(empty_pipeline.landing, "2012-Q1", records)
    ended = empty_pipeline.build("2012-Q1")
    assert ended.code == 0, ended.text
    assert "BLOCKED" not in ended.text
    assert_published(empty_pipeline, "2012-Q1", "2012-Q1")
