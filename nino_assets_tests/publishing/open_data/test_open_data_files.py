from __future__ import annotations

import csv
import gzip
import hashlib
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nino_assets.errors import PublicationError
from nino_assets.publishing.open_data.open_data_columns import PRIMARY_KEY
from nino_assets.publishing.open_data.open_data_files import FILE_NAMES, write_open_data
from nino_assets.publishing.open_data.open_data_rows import (
    ENCODED,
    SCHEMA,
    split_cubes,
    write_rows,
)
from nino_assets.statistic import vocabulary as v
from nino_assets.statistic.published_domain import CELL_COLUMNS, CUBES
from nino_assets_tests.support.small_edition import EDITION


def expected_rows(quarter_files: list[Path]) -> list[dict]:
    """Published order worked out in plain Python."""
    quarters = [pl.read_parquet(path).to_dicts() for path in quarter_files]
    return [
        cell for cube in CUBES for cells in quarters for cell in cells if cell["cube"] == cube.name
    ]


def digests(folder: Path) -> dict[str, str]:
    return {
        p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(folder.rglob("*"))
        if p.is_file()
    }


def test_exactly_the_named_files(written: Path) -> None:
    packed = [f"cubes/{cube.name}.csv.gz" for cube in CUBES]
    assert sorted(digests(written)) == sorted([*FILE_NAMES, *packed])


def test_parquet_holds_every_cell_in_published_order(
    written: Path, quarter_files: list[Path]
) -> None:
    table = pq.read_table(written / "nino-registrations.parquet")
    assert tuple(table.column_names) == CELL_COLUMNS
    assert table.schema.types == [
        pa.int64() if n == "registrations" else pa.string() for n in CELL_COLUMNS
    ]
    assert table.to_pylist() == expected_rows(quarter_files)


def test_csv_holds_the_same_rows(written: Path, quarter_files: list[Path]) -> None:
    with (written / "nino-registrations.csv").open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle, strict=True))
    assert rows == [
        {name: str(value) for name, value in cell.items()} for cell in expected_rows(quarter_files)
    ]


def test_csv_form(written: Path) -> None:
    raw = (written / "nino-registrations.csv").read_bytes()
    assert raw.startswith(b"cube,time_period,")
    assert raw.endswith(b"\r\n")
    assert raw.count(b"\n") == raw.count(b"\r\n")
    assert b",Cura\xc3\xa7ao" in raw or "Aruba and Curaçao".encode() in raw
    assert b'""' not in raw


def test_keys_are_unique(written: Path) -> None:
    keys = pl.read_parquet(written / "nino-registrations.parquet").select(PRIMARY_KEY)
    assert keys.n_unique() == len(keys)


def test_the_parquet_file_carries_the_descriptions(written: Path) -> None:
    held = pq.read_schema(written / "nino-registrations.parquet").metadata
    assert held[b"csvw"] == (written / "nino-registrations.csv-metadata.json").read_bytes()
    assert held[b"dcat"] == (written / "dcat.json").read_bytes()
    codec = pq.ParquetFile(written / "nino-registrations.parquet").metadata.row_group(0)
    assert codec.column(0).compression == "ZSTD"


@pytest.mark.parametrize("threads", ["1", "4"])
def test_rebuild_is_byte_identical(
    written: Path, quarter_files: list[Path], tmp_path: Path, threads: str
) -> None:
    code = (
        "import sys; from pathlib import Path\n"
        "from nino_assets.publishing.open_data.open_data_files import write_open_data\n"
        "from nino_assets_tests.support.small_edition import EDITION\n"
        "write_open_data([Path(p) for p in sys.argv[2:]], EDITION, Path(sys.argv[1]))\n"
    )
    environment = os.environ | {
        "POLARS_MAX_THREADS": threads,
        "OMP_NUM_THREADS": threads,
        "PYTHONHASHSEED": threads,
        "LC_ALL": "C",
    }
    subprocess.run(
        [sys.executable, "-c", code, str(tmp_path), *map(str, quarter_files)],
        check=True,
        env=environment,
        cwd=Path(__file__).parents[3],
    )
    assert digests(tmp_path) == digests(written)


def test_the_reader_of_the_caller_is_used(
    written: Path, quarter_files: list[Path], tmp_path: Path
) -> None:
    plain = {path: pl.read_parquet(path).to_arrow() for path in quarter_files}
    write_open_data(quarter_files, EDITION, tmp_path, read=plain.__getitem__)
    assert digests(tmp_path) == digests(written)


@pytest.mark.parametrize(
    "change", [pl.all().exclude("sex"), pl.all().name.to_uppercase(), pl.lit(1)]
)
def test_other_columns_are_refused(
    quarter_files: list[Path], tmp_path: Path, change: pl.Expr
) -> None:
    wrong = tmp_path / "wrong.parquet"
    pl.read_parquet(quarter_files[0]).select(change).write_parquet(wrong)
    with pytest.raises(PublicationError, match=r"wrong\.parquet does not have the columns"):
        write_open_data([wrong], EDITION, tmp_path)


def test_an_undeclared_cube_is_refused(quarter_files: list[Path], tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.parquet"
    pl.read_parquet(quarter_files[0]).with_columns(cube=pl.lit("by_postcode")).write_parquet(wrong)
    with pytest.raises(PublicationError, match="a cube that is not declared"):
        write_open_data([wrong], EDITION, tmp_path)
    assert not (tmp_path / "nino-registrations.csv").exists()


label = st.text(st.sampled_from("abç ,\"\n\r;|€é\u2013'#"), min_size=1, max_size=6)


@given(st.lists(st.tuples(label, st.integers(0, 2**40)), min_size=1, max_size=8))
def test_any_label_comes_back_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, cells: list[tuple[str, int]]
) -> None:
    folder = tmp_path_factory.mktemp("any")
    rows = [
        dict.fromkeys(CELL_COLUMNS, "All")
        | {
            "cube": CUBES[0].name,
            "nationality": name,
            "registrations": count,
            "observation_status": "" if count else v.LOW,
        }
        for name, count in cells
    ]
    table = pa.Table.from_pylist(rows, schema=SCHEMA)
    (folder / "cubes").mkdir(exist_ok=True)
    write_rows(split_cubes([table.cast(ENCODED)]), folder, {})
    with (folder / "nino-registrations.csv").open(encoding="utf-8", newline="") as handle:
        back = list(csv.DictReader(handle, strict=True))
    assert back == [{k: str(x) for k, x in row.items()} for row in rows]
    assert pq.read_table(folder / "nino-registrations.parquet").to_pylist() == rows
    with gzip.open(folder / f"cubes/{CUBES[0].name}.csv.gz", "rt", newline="") as handle:
        assert list(csv.DictReader(handle, strict=True)) == back


def test_files_of_cubes_never_mix_cubes(quarter_files: list[Path]) -> None:
    tables = [pq.read_table(path).cast(ENCODED) for path in quarter_files]
    cubes = [each.rows["cube"].unique().to_pylist() for each in split_cubes(tables)]
    assert cubes == [[cube.name] for cube in CUBES]


def test_a_synthetic_edition_says_so(quarter_files: list[Path], tmp_path: Path) -> None:
    write_open_data(quarter_files, replace(EDITION, synthetic=True), tmp_path)
    csvw = json.loads((tmp_path / "nino-registrations.csv-metadata.json").read_text("utf-8"))
    dcat = json.loads((tmp_path / "dcat.json").read_text("utf-8"))
    for title in (csvw["dc:title"], dcat["dct:title"]["@value"]):
        assert title.startswith("Synthetic data: ")
    for text in (csvw["dc:description"], dcat["dct:description"]["@value"]):
        assert "must not be quoted" in text
    assert csvw["@id"].endswith("-synthetic")
