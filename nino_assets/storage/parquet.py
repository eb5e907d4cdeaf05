"""Parquet files: one a quarter, written in a stream and replaced in one step, clear or encrypted.

Belongs here: how relations become files and files relations. Does not belong here: which file an
asset lives in (`warehouse.py`).
"""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
import pyarrow.parquet as pq

from nino_assets.storage.atomic import replacing
from nino_assets.storage.encryption import Encryption

BATCH_ROWS = 500_000
SPLIT_ROWS = 1_500_000
"""Rows that are split together: of a register, each quarter gets only some thousands of them."""
RESTRICTED_MODE = 0o600


def write_parquet(
    path: Path, schema: pa.Schema, batches: Iterable[pa.RecordBatch], encryption: Encryption | None
) -> int:
    """Write one file; encrypted when an encryption is given. Returns the rows written."""
    with replacing(path, mode=RESTRICTED_MODE if encryption else 0o644) as temporary:
        rows = 0
        with _writer(temporary, schema, encryption) as writer:
            for batch in batches:
                writer.write_batch(batch)
                rows += batch.num_rows
    return rows


def write_by_quarter(
    batches: Iterable[pa.RecordBatch],
    schema: pa.Schema,
    path_of: Callable[[str], Path],
    labels: Sequence[str],
    encryption: Encryption,
) -> dict[str, int]:
    """Split a stream by its `quarter` column into one encrypted file each, in one pass.

    Every label gets its file, an empty one too; a row of any other quarter gets a file as well.
    Nothing is replaced before the whole stream is read. Returns the rows of each label.
    """
    rows: Counter[str] = Counter(dict.fromkeys(labels, 0))
    with contextlib.ExitStack() as replacements:
        writers: dict[str, pq.ParquetWriter] = {}
        with contextlib.ExitStack() as open_files:

            def writer(label: str) -> pq.ParquetWriter:
                if label not in writers:
                    temporary = replacements.enter_context(
                        replacing(path_of(label), mode=RESTRICTED_MODE)
                    )
                    writers[label] = open_files.enter_context(
                        _writer(temporary, schema, encryption)
                    )
                return writers[label]

            for label in labels:
                writer(label)
            for table in gathered(batches, SPLIT_ROWS):
                for label, part in _by_quarter(table):
                    writer(label).write_table(part)
                    rows[label] += part.num_rows
    return dict(rows)


def gathered(batches: Iterable[pa.RecordBatch], rows: int) -> Iterator[pa.Table]:
    """Join small batches into tables of at least so many rows, the last one aside."""
    held: list[pa.RecordBatch] = []
    for batch in batches:
        held.append(batch)
        if sum(b.num_rows for b in held) >= rows:
            yield pa.Table.from_batches(held)
            held = []
    if held:
        yield pa.Table.from_batches(held)


def read_parquet(
    paths: Sequence[Path], encryption: Encryption | None, repetitive: Sequence[str] = ()
) -> ds.Dataset:
    """A lazy dataset over files of one schema.

    Columns named in `repetitive` hold few values: they are read as dictionaries, on which DuckDB
    works value by value and not row by row.
    """
    options = ds.ParquetReadOptions(dictionary_columns=list(repetitive))
    form = ds.ParquetFileFormat(
        read_options=options,
        default_fragment_scan_options=encryption.scan_options() if encryption else None,
    )
    return ds.dataset([str(path) for path in paths], format=form)


def _writer(path: Path, schema: pa.Schema, encryption: Encryption | None) -> pq.ParquetWriter:
    return pq.ParquetWriter(
        path,
        schema,
        compression="zstd",
        # Nothing looks for single records, so their smallest and largest values need not be kept.
        write_statistics=encryption is None,
        encryption_properties=encryption.for_writing() if encryption else None,
    )


def _by_quarter(table: pa.Table) -> Iterable[tuple[str, pa.Table]]:
    runs = pc.value_counts(table["quarter"].combine_chunks())
    if len(runs) == 1:
        yield runs[0]["values"].as_py(), table
        return
    table = table.take(pc.sort_indices(table, [("quarter", "ascending")]))
    start = 0
    for label, count in sorted((run["values"].as_py(), run["counts"].as_py()) for run in runs):
        yield label, table.slice(start, count)
        start += count
