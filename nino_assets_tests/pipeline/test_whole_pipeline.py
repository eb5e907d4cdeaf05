"""The whole pipeline once, on six quarters: the cells, the bytes, and no identifier outside.

Every published cell is held against a recomputation in plain Python from the delivered files.
Planted identifiers are searched for in everything but `landing/` and `keys/`. The same inputs give
the same bytes in another folder, process, hash seed and number of threads.
"""

from __future__ import annotations

import csv
import json
import stat
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from nino_assets_tests.support import directory, identifiers
from nino_assets_tests.support.asserting import assert_published, hash_published
from nino_assets_tests.support.commands import list_files, start_command
from nino_assets_tests.support.pipeline import FIRST, LAST, QUARTERS, STANDING_WARNINGS, Pipeline
from nino_assets_tests.support.recompute import COLUMNS, published_rows


def test_a_register_of_six_quarters(built: Pipeline):
    rows = assert_published(built, FIRST, LAST)
    places = {column: place for place, column in enumerate(COLUMNS)}
    # The comparison is worth something only if the delivery reaches what it is meant to reach.
    assert max(row[places["registrations"]] for row in rows) > 750
    held = {column: {row[place] for row in rows} for column, place in places.items()}
    assert {"year_ending", "quarter"} == held["time_period_type"]
    assert set(QUARTERS) == held["time_period"]
    authority = [
        row
        for row in rows
        if row[places["geography_code"]] == directory.EMPTY_AUTHORITY
        and row[places["geography_level"]] == "local_authority"
    ]
    assert authority
    assert not any(row[places["registrations"]] for row in authority)
    counts = json.loads((built.publication() / "qa" / "counts.json").read_text())
    assert all(counts["repairs"].values())
    assert all(counts["geocode_status"].values())
    # A register extract has no row outside its quarters.
    assert [name for name, n in counts["rejected"].items() if not n] == ["outside_quarter"]


def test_the_csv_holds_the_same_rows_in_the_same_order(built: Pipeline):
    path = built.cells().with_suffix(".csv")
    header, *rows = csv.reader(path.read_text(encoding="utf-8").splitlines())
    assert tuple(header) == COLUMNS
    assert rows == [[str(value) for value in row] for row in published_rows(built.cells())]


@pytest.mark.parametrize("place", range(3, len(QUARTERS)))
def test_the_published_cells_of_a_year_are_not_sums_of_quarters(built: Pipeline, place: int):
    """A guard on the recomputation itself: it perturbs the year in its own right."""
    rows = published_rows(built.cells())
    total = ("K02000001", "United Kingdom", "uk", "all")
    value = {row[0:3]: row[12] for row in rows if row[3:7] == total and row[9:12] == ("All",) * 3}
    four = QUARTERS[place - 3 : place + 1]
    parts = sum(value["quarter_nationality", quarter, "quarter"] for quarter in four)
    year = value["year_nationality", QUARTERS[place], "year_ending"]
    assert abs(year - parts) <= 5 * 3


def test_the_search_finds_what_is_planted(built: Pipeline, tmp_path: Path):
    """The search itself: it finds every value in the delivery, and in packed files."""
    found = identifiers.find_in_folder(built.data, but=("warehouse", "dagster", "publications"))
    for word in (*identifiers.VALUES.values(), "19710823", "Plantedtype"):
        assert any(line.endswith(word.lower()) for line in found), word
    table = pa.table({"surname": [identifiers.VALUES["surname"]] * 9, "n": list(range(9))})
    pq.write_table(table, tmp_path / "clear.parquet", compression="zstd")
    assert len(identifiers.find_in_folder(tmp_path)) == 1


def test_nothing_is_found_after_a_build(built: Pipeline):
    assert identifiers.find_in_folder(built.data) == []
    assert identifiers.find_in_text(built.printed) == []


def test_the_restricted_zone_is_shut_and_unreadable(built: Pipeline):
    restricted = built.data / "warehouse" / "restricted"
    assert stat.S_IMODE(restricted.stat().st_mode) == 0o700
    paths = list(list_files(restricted))
    assert {path.relative_to(restricted).parts[0] for path in paths} >= {
        *("raw_scan", "cleaned_records", "rejected_records", "geocoded_records"),
        *("keyed_counts", "perturbation_table.parquet"),
    }
    for path in paths:
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path
        if path.suffix == ".parquet":
            with pytest.raises((pa.ArrowInvalid, OSError)):
                pq.read_schema(path)


def test_no_other_account_may_read_any_file_of_a_build(built: Pipeline):
    """Deliveries lie as they came, in a folder that is closed; all else is closed by itself."""
    made = [
        path
        for path in built.data.rglob("*")
        if path.relative_to(built.data).parts[0] not in ("landing", "published", ".published")
    ]
    assert len(made) > 100
    found = [
        str(path)
        for path in (built.data, built.landing, *made)
        if stat.S_IMODE(path.stat().st_mode) & 0o007
    ]
    assert found == []


def test_the_names_of_a_scans_files_are_not_published(built: Pipeline):
    delivered = json.loads((built.landing / LAST / "manifest.json").read_text())["files"]
    inputs = json.loads((built.publication() / "manifest.json").read_text())["inputs"]
    assert inputs[f"{LAST}/scan-1"] == delivered[0]["sha256"]
    for path in list_files(built.publication(), but=("qa",)):
        content = path.read_bytes()
        assert not [file["name"] for file in delivered if file["name"].encode() in content], path


def test_counts_before_perturbation_stay_in_the_restricted_zone(built: Pipeline):
    """Of everything outside, only what is published counts people by cell, and no cell is small."""
    counting = {"key_sum", "record_key", "pseudonym", "pvalue", "pcv", "ckey", "nino8"}
    for path in list_files(built.data, but=("landing", "keys")):
        if path.suffix == ".parquet" and "restricted" not in path.parts:
            columns = pq.read_schema(path).names
            assert not counting & set(columns), path
            if "registrations" in columns:
                column = pq.read_table(path)["registrations"]
                # Parts of the tabulations keep the cells of a period as one list.
                if pa.types.is_list(column.type):
                    column = pc.list_flatten(column)
                assert not set(column.to_pylist()) & {1, 2, 3, 4}, path
    with built.cells().with_suffix(".csv").open(encoding="utf-8", newline="") as file:
        assert not {"1", "2", "3", "4"} & {row["registrations"] for row in csv.DictReader(file)}


def test_the_quality_report_counts_the_warnings_that_stand(built: Pipeline):
    checks = json.loads((built.publication() / "qa" / "document-checks.json").read_text())
    noticed = {f"{c['asset']}.{c['name']}" for c in checks if c.get("passed") is False}
    assert noticed == STANDING_WARNINGS


def test_in_another_folder_and_process_with_other_hashes_and_threads(
    built: Pipeline, landed: Pipeline
):
    others = {"PYTHONHASHSEED": "4711", "POLARS_MAX_THREADS": "1", "OMP_NUM_THREADS": "1"}
    process = start_command(
        landed.data, landed.settings | others, "build", "--quarter", LAST, "--from", FIRST
    )
    printed, _ = process.communicate(timeout=600)
    assert process.returncode == 0, printed
    assert hash_published(landed) == hash_published(built)
    # What a real process prints, past Python's own streams too, holds no identifier either.
    assert identifiers.find_in_text(printed) == []
    assert identifiers.find_in_folder(landed.data) == []
