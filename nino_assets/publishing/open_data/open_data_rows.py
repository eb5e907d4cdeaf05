"""The rows of the open data, read by quarter, written by cube.

The CSV is RFC 4180: UTF-8 without a byte-order mark, records end in CRLF, fields are quoted only
where they hold a comma, a quote or a line break. CRLF because the government's tabular data
standard names that RFC; every common reader takes it.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby, pairwise
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from nino_assets.errors import PublicationError
from nino_assets.publishing.open_data.cube_names import name_cube_csv, name_cube_parquet
from nino_assets.publishing.open_data.metadata import CSV_NAME, PARQUET_NAME
from nino_assets.publishing.open_data.numbering import LABEL
from nino_assets.publishing.open_data.open_data_columns import COLUMNS, TEXT_COLUMNS
from nino_assets.statistic.published_domain import CELL_COLUMNS, CUBES, Cube

QuarterReader = Callable[[Path], pa.Table]
"""Reads the published cells that one quarter adds, in published order, in `CELL_COLUMNS`."""

SCHEMA = pa.schema(
    [(column.name, pa.int64() if column.kind == "integer" else pa.string()) for column in COLUMNS]
)
ENCODED = pa.schema(
    [(field.name, LABEL if field.type == pa.string() else field.type) for field in SCHEMA]
)
"""The schema of rows until they are written: as `SCHEMA`, each label once."""
MOST_ROWS = 1_048_574
"""What a spreadsheet holds of a CSV file below its header, with one row to spare."""
_HEADER = (",".join(CELL_COLUMNS) + "\r\n").encode()
_COMPRESSION = 3
"""zlib's level: 183 MB become 8.3 MB in 0.3 seconds, with level 6 7.5 MB in 0.8."""
_CHUNK_ROWS = 131_072
"""Rows in memory as plain text; also the Parquet row group, so that a reader can skip some."""


@dataclass(frozen=True)
class CubeRows:
    """Rows of one cube that stand in one CSV file, in `ENCODED`."""

    cube: Cube
    csv_name: str
    rows: pa.Table


def read_quarter_file(path: Path) -> pa.Table:
    """Read one quarter's cells from Parquet, labels as dictionary codes."""
    text = [name for name in pq.read_schema(path).names if name in TEXT_COLUMNS]
    return pq.ParquetFile(path, read_dictionary=text).read()


def read_quarters(quarter_files: Sequence[Path], read: QuarterReader) -> list[pa.Table]:
    """Read every quarter's cells with labels as codes.

    They take about 60 bytes a cell instead of 200.

    Raises PublicationError when a file has other columns or a cube that is not declared.
    """
    tables = []
    declared = pa.array([cube.name for cube in CUBES])
    for path in quarter_files:
        table = read(path)
        if tuple(table.column_names) != CELL_COLUMNS:
            raise PublicationError(
                f"{path.parent.name}/{path.name} does not have the columns of published cells",
                rule=f"published cells have exactly the columns {', '.join(CELL_COLUMNS)}",
                next_step="materialise perturbed_cubes of that quarter again",
            )
        if not pc.all(pc.is_in(table["cube"].cast(pa.string()), value_set=declared)).as_py():
            raise PublicationError(
                f"{path.parent.name}/{path.name} has a cube that is not declared",
                rule="only the declared cubes are published",
                next_step="declare it in published_domain.py, or materialise perturbed_cubes again",
            )
        tables.append(table.cast(ENCODED))
    return tables


def split_cubes(quarters: Sequence[pa.Table]) -> list[CubeRows]:
    """The rows of each cube's CSV files, as the cubes are declared.

    In a cube they are quarter by quarter, as stored. A cube that a spreadsheet cannot hold is in
    several files, each of as many whole periods as it can hold: those of earlier periods stay the
    same from edition to edition.
    """
    runs: dict[str, list[pa.Table]] = {cube.name: [] for cube in CUBES}
    for table in quarters:
        for name, rows in _split_by_cube(table):
            runs[name].append(rows)
    found = []
    for cube in CUBES:
        files: list[list[pa.Table]] = [[]]
        for run in runs[cube.name]:
            if sum(each.num_rows for each in files[-1]) + run.num_rows > MOST_ROWS:
                files.append([])
            files[-1].append(run)
        files = [held for held in files if held] or [[ENCODED.empty_table()]]
        for held in files:
            periods = _find_periods(held) if len(files) > 1 else None
            rows = pa.concat_tables(held)
            found.append(CubeRows(cube, name_cube_csv(cube, periods), rows))
    return found


def iterate_chunks(rows: pa.Table) -> Iterator[pa.Table]:
    """Return chunks of rows, in `ENCODED`."""
    for start in range(0, rows.num_rows, _CHUNK_ROWS):
        yield rows.slice(start, _CHUNK_ROWS)


def _split_by_cube(table: pa.Table) -> Iterator[tuple[str, pa.Table]]:
    """Return the rows of each cube as they are together.

    As stored, each cube is one run of rows.
    """
    cubes = table["cube"].combine_chunks()
    numbers = cubes.indices.to_numpy()
    starts = np.flatnonzero(np.diff(numbers, prepend=-1))
    for start, end in pairwise([*starts.tolist(), table.num_rows]):
        yield cubes[start].as_py(), table.slice(start, end - start)


def _find_periods(runs: Sequence[pa.Table]) -> tuple[str, str]:
    first, last = (run["time_period"][0].as_py() for run in (runs[0], runs[-1]))
    return first, last


def write_rows(files: Sequence[CubeRows], folder: Path, descriptions: Mapping[str, str]) -> None:
    """Write the files of all cubes, and those of each.

    All hold the same rows in the same order.

    `descriptions` (name → JSON) go into the Parquet file's own metadata. Of each chunk, a thread of
    its own makes the CSV while this one compresses the Parquet pages.
    """
    schema = SCHEMA.with_metadata(descriptions)
    with (
        (folder / CSV_NAME).open("wb") as text,
        pq.ParquetWriter(folder / PARQUET_NAME, schema, compression="zstd") as table_writer,
        ThreadPoolExecutor(1) as csv_thread,
    ):
        text.write(_HEADER)
        for cube, of_cube in groupby(files, key=lambda each: each.cube):
            with pq.ParquetWriter(
                folder / name_cube_parquet(cube), ENCODED, compression="zstd", store_schema=False
            ) as cube_writer:
                for each in of_cube:
                    with _open_compressed(folder / each.csv_name) as packed:
                        packed.write(_HEADER)
                        for chunk in iterate_chunks(each.rows):
                            plain = chunk.cast(schema)
                            records = csv_thread.submit(_write_csv_records, chunk, plain)
                            table_writer.write_table(plain, row_group_size=_CHUNK_ROWS)
                            cube_writer.write_table(chunk)
                            text.write(records.result())
                            packed.write(records.result())


@contextmanager
def _open_compressed(path: Path) -> Iterator[gzip.GzipFile]:
    """Open a gzip file without time and name in its header."""
    with (
        path.open("wb") as file,
        gzip.GzipFile("", "wb", _COMPRESSION, file, mtime=0) as packed,
    ):
        yield packed


def _write_csv_records(chunk: pa.Table, plain: pa.Table) -> pa.Buffer:
    """Write the CSV records of a chunk; `plain` is its text.

    Each label is quoted once, and whole columns are joined: four times as fast as
    writing field by field.
    """
    fields = [_quote_column(chunk[name], plain[name]) for name in CELL_COLUMNS]
    fields[-1] = _join_columns(fields[-1], pa.scalar(""), "\r\n")
    # The text of an array is one block: record after record.
    return pa.concat_arrays(_join_columns(*fields, ",").chunks).buffers()[2]


def _join_columns(*columns_and_separator: pa.ChunkedArray | pa.Scalar | str) -> pa.ChunkedArray:
    return pc.binary_join_element_wise(
        *columns_and_separator, null_handling="replace", null_replacement=""
    )


def _quote_column(column: pa.ChunkedArray, plain: pa.ChunkedArray) -> pa.ChunkedArray:
    """Quote text that CSV would take for several fields."""
    if not pa.types.is_dictionary(column.type):
        return plain.cast(pa.string())
    chunks = column.unify_dictionaries().chunks
    labels = chunks[0].dictionary
    unsafe = pc.match_substring_regex(labels, '[",\r\n]')
    if not pc.any(unsafe).as_py():
        return plain
    doubled = pc.replace_substring(labels, '"', '""')
    quoted = pc.if_else(unsafe, pc.binary_join_element_wise('"', doubled, '"', ""), labels)
    return pa.chunked_array([quoted.take(chunk.indices) for chunk in chunks])
