"""The files of one cube each: what they hold, and how they are split, named and described."""

from __future__ import annotations

import csv
import gzip
import io
import json
import shutil
from collections.abc import Callable
from itertools import groupby
from pathlib import Path

import csvw
import polars as pl
import pyarrow.parquet as pq
import pytest

from nino_assets.publishing.open_data import cube_agreement, open_data_rows
from nino_assets.publishing.open_data.cube_agreement import (
    count_crowded_csvs,
    count_cube_files_differing,
    count_files_undescribed,
)
from nino_assets.publishing.open_data.open_data_files import write_open_data
from nino_assets.statistic.published_domain import CUBES, QUARTER_AREA, QUARTER_NATIONALITY
from nino_assets_tests.support.small_edition import EDITION

AREA = QUARTER_AREA.name
WHOLE = "nino-registrations.csv"


def read_packed(path: Path) -> list[dict[str, str]]:
    return list(
        csv.DictReader(io.StringIO(gzip.decompress(path.read_bytes()).decode()), strict=True)
    )


@pytest.fixture
def copied(written: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(written, tmp_path / "open-data"))


@pytest.fixture
def split(quarter_files: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same edition where a spreadsheet holds two quarters of the largest cube."""
    a_quarter = pl.read_parquet(quarter_files[0]).filter(cube=AREA).height
    for module in (open_data_rows, cube_agreement):
        monkeypatch.setattr(module, "MOST_ROWS", 3 * a_quarter - 1)
    folder = tmp_path / "split"
    folder.mkdir()
    write_open_data(quarter_files, EDITION, folder)
    return folder


@pytest.mark.parametrize("cube", CUBES, ids=lambda cube: cube.name)
def test_a_cube_has_its_rows_of_the_whole_in_both_files(cube, written: Path) -> None:
    with (written / WHOLE).open(encoding="utf-8", newline="") as handle:
        rows = [row for row in csv.DictReader(handle, strict=True) if row["cube"] == cube.name]
    assert rows
    assert read_packed(written / f"cubes/{cube.name}.csv.gz") == rows
    stored = pq.read_table(written / f"cubes/{cube.name}.parquet")
    assert [{k: str(x) for k, x in row.items()} for row in stored.to_pylist()] == rows
    whole = pq.read_schema(written / "nino-registrations.parquet")
    assert stored.schema.equals(whole, check_metadata=False)


def test_the_gzip_header_has_neither_a_time_nor_a_name(written: Path) -> None:
    for cube in CUBES:
        header = (written / f"cubes/{cube.name}.csv.gz").read_bytes()[:10]
        assert header[:4] == b"\x1f\x8b\x08\x00"
        assert header[4:8] == bytes(4)


def test_a_cube_that_no_spreadsheet_holds_is_in_files_of_whole_periods(
    split: Path, written: Path
) -> None:
    names = sorted(path.name for path in (split / "cubes").glob(f"{AREA}*.csv.gz"))
    assert names == [
        f"{AREA}-2002-Q1-to-2002-Q2.csv.gz",
        f"{AREA}-2002-Q3-to-2002-Q4.csv.gz",
        f"{AREA}-2003-Q1-to-2003-Q1.csv.gz",
    ]
    parts = [read_packed(split / "cubes" / name) for name in names]
    periods = [
        [label for label, _ in groupby(part, key=lambda row: row["time_period"])] for part in parts
    ]
    assert periods == [["2002-Q1", "2002-Q2"], ["2002-Q3", "2002-Q4"], ["2003-Q1"]]
    assert [*parts[0], *parts[1], *parts[2]] == read_packed(written / f"cubes/{AREA}.csv.gz")
    assert (split / WHOLE).read_bytes() == (written / WHOLE).read_bytes()
    for name in ("nino-registrations.parquet", f"cubes/{AREA}.parquet"):
        assert pq.read_table(split / name).equals(pq.read_table(written / name))
    assert count_cube_files_differing(split) == count_crowded_csvs(split) == 0
    assert count_files_undescribed(split) == 0
    described = json.loads((split / f"cubes/{AREA}.csv-metadata.json").read_text("utf-8"))
    assert [table["url"] for table in described["tables"]] == [
        name.removesuffix(".gz") for name in names
    ]
    assert described["tables"][0]["dc:title"].endswith(", 2002-Q1 to 2002-Q2")


def test_a_description_is_valid_for_the_unpacked_file(written: Path, tmp_path: Path) -> None:
    name = QUARTER_NATIONALITY.name
    described = f"{name}.csv-metadata.json"
    shutil.copy(written / "cubes" / described, tmp_path)
    lines = gzip.decompress((written / f"cubes/{name}.csv.gz").read_bytes()).splitlines(True)
    unpacked = tmp_path / f"{name}.csv"
    unpacked.write_bytes(b"".join(lines[:200]))
    document = csvw.CSVW(str(tmp_path / described), validate=True)
    assert document.is_valid, [str(w.message) for w in document.warnings]
    assert len(list(document.tables[0])) == 199
    unpacked.write_bytes(b"".join(lines[:200]).replace(b",sub_group,", b",subgroup,", 1))
    try:
        assert not csvw.CSVW(str(tmp_path / described), validate=True).is_valid
    except ValueError as refused:
        assert "subgroup" in str(refused)


def test_the_descriptions_say_what_a_missing_row_means(written: Path) -> None:
    for name in ("nino-registrations.csv-metadata.json", f"cubes/{AREA}.csv-metadata.json"):
        described = json.loads((written / name).read_text("utf-8"))["dc:description"]
        assert "A combination without a row is not a zero" in described
    record = json.loads((written / "dcat.json").read_text("utf-8"))
    assert "not a zero" in record["dct:description"]["@value"]


def test_the_catalogue_names_every_data_file(written: Path) -> None:
    listed = json.loads((written / "dcat.json").read_text("utf-8"))["dcat:distribution"]
    links = [each["dcat:downloadURL"]["@id"] for each in listed]
    held = {
        path.relative_to(written).as_posix()
        for path in written.rglob("*")
        if path.name.endswith((".csv.gz", ".parquet")) or path.name == WHOLE
    }
    assert {link for link in links if not link.startswith("tabulations/")} == held
    assert len(links) == len(set(links))
    packed = [each for each in listed if each["dcat:downloadURL"]["@id"].endswith(".gz")]
    assert {each["dcat:compressFormat"]["@id"].rsplit("/", 1)[-1] for each in packed} == {"gzip"}


def repack(
    change: Callable[[bytes], bytes], name: str = f"{AREA}.csv.gz"
) -> Callable[[Path], None]:
    def plant(folder: Path) -> None:
        path = folder / "cubes" / name
        path.write_bytes(gzip.compress(change(gzip.decompress(path.read_bytes())), mtime=0))

    return plant


def swap_counts(folder: Path) -> None:
    path = folder / f"cubes/{AREA}.parquet"
    rows = pl.read_parquet(path)
    rows.with_columns(pl.col("registrations").reverse()).write_parquet(path)


def take_the_file_of_another_cube(folder: Path) -> None:
    shutil.copy(folder / f"cubes/{CUBES[0].name}.parquet", folder / f"cubes/{AREA}.parquet")


@pytest.mark.parametrize(
    "plant",
    [
        repack(lambda text: text.replace(b",Leeds,", b",Leads,", 1)),
        repack(lambda text: text[: text[:-2].rindex(b"\r\n") + 2]),
        repack(lambda text: text + text[text[:-2].rindex(b"\r\n") + 2 :]),
        repack(lambda text: text.replace(b"cube,", b"cubes,", 1)),
        repack(lambda text: b""),
        lambda folder: (folder / f"cubes/{AREA}.csv.gz").write_bytes(b"no gzip"),
        lambda folder: (folder / f"cubes/{AREA}.csv.gz").unlink(),
        lambda folder: (folder / f"cubes/{AREA}.parquet").unlink(),
        lambda folder: (folder / "cubes/atlantis.csv.gz").write_bytes(b""),
        lambda folder: shutil.copy(
            folder / f"cubes/{CUBES[0].name}.parquet", folder / f"cubes/{AREA}.parquet"
        ),
        swap_counts,
    ],
)
def test_a_file_with_other_rows_is_counted(copied: Path, plant: Callable[[Path], object]) -> None:
    assert count_cube_files_differing(copied) == 0
    plant(copied)
    assert count_cube_files_differing(copied)


def test_rows_in_the_file_of_other_periods_are_counted(split: Path) -> None:
    first, second, _ = sorted((split / "cubes").glob(f"{AREA}*.csv.gz"))
    ours, theirs = (gzip.decompress(path.read_bytes()) for path in (first, second))
    header, cut = theirs[: theirs.index(b"\r\n") + 2], ours[:-2].rindex(b"\r\n") + 2
    first.write_bytes(gzip.compress(ours[:cut], mtime=0))
    second.write_bytes(gzip.compress(header + ours[cut:] + theirs[len(header) :], mtime=0))
    assert count_cube_files_differing(split)


def test_a_file_that_a_spreadsheet_cannot_hold_is_counted(
    written: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = {cube: len(read_packed(written / f"cubes/{cube.name}.csv.gz")) for cube in CUBES}
    monkeypatch.setattr(cube_agreement, "MOST_ROWS", max(rows.values()))
    assert count_crowded_csvs(written) == 0
    monkeypatch.setattr(cube_agreement, "MOST_ROWS", max(rows.values()) - 1)
    assert count_crowded_csvs(written) == 1


@pytest.mark.parametrize("name", ["dcat.json", f"cubes/{AREA}.csv-metadata.json"])
def test_a_file_that_is_not_described_is_counted(copied: Path, name: str) -> None:
    assert count_files_undescribed(copied) == 0
    path = copied / name
    path.write_text(path.read_text("utf-8").replace(f"{AREA}.csv", "atlantis.csv"), "utf-8")
    assert count_files_undescribed(copied)
    path.unlink()
    assert count_files_undescribed(copied)
