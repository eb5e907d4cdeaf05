"""Parquet files: written as a stream, replaced in one step, perhaps encrypted."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq

from nino_assets.statistic.scan_columns import REPETITIVE_SCAN_COLUMNS
from nino_assets.store.atomic import TEAM_MODE
from nino_assets.store.encryption import Encryption
from nino_assets.store.kept_hashes import has_kept_hash, replace_stored
from nino_assets.store.streams import prefetch

BATCH_ROWS = 500_000
HELD_ROWS = 4_000_000
"""Rows of all quarters that wait for more of the same, so that row groups are not too small."""
GROUP_ROWS = 50_000
"""Rows of a quarter that are worth another row group. What is held and what is looked up in
the dictionaries of larger groups no longer fits into a processor's cache: 100,000 take an eighth
more time to write, and no less to read."""
REPETITIVE_COLUMNS = (*REPETITIVE_SCAN_COLUMNS, "quarter", "reason", "geocode_status")
"""Text columns of record assets that hold few different values.

They are read as dictionaries, on which DuckDB works value by value and not row by row.
"""
_DICTIONARIES = (
    *REPETITIVE_COLUMNS,
    "surname",
    "forenames",
    "output_area",
    "time_period",
    "local_authority",
    "age_band",
    "arrival_lag",
    "age",
    "registration_month",
    "arrival_lag_days",
)
"""Columns in which the writer looks for repeats; in the others it would look in vain."""
_RANDOM_COLUMNS = ("pseudonym",)
RESTRICTED_MODE = 0o600
_ORIGIN = "nino-assets origin"


def write_parquet(
    path: Path,
    schema: pa.Schema,
    batches: Iterable[pa.RecordBatch],
    encryption: Encryption | None,
    *,
    origin: str | None = None,
) -> int:
    """Write one file, encrypted if an encryption is given. Returns its rows.

    `origin` says what a clear file was made from, and is kept in it.
    """
    if origin is not None:
        schema = schema.with_metadata({_ORIGIN: origin})
    with replace_stored(path, mode=RESTRICTED_MODE if encryption else TEAM_MODE) as temporary:
        rows = 0
        with _open_writer(temporary, schema, encryption) as writer:
            for batch in batches:
                writer.write_batch(batch)
                rows += batch.num_rows
    return rows


def read_origin(path: Path) -> str | None:
    """What a clear file says it was made from, if anything."""
    if not path.is_file():
        return None
    try:
        metadata = pq.read_schema(path).metadata or {}
    except (OSError, pa.ArrowException):
        return None
    found = metadata.get(_ORIGIN.encode())
    return found.decode() if found else None


def is_whole(path: Path) -> bool:
    """Whether a clear file is as it was written, to every page."""
    try:
        if not has_kept_hash(path):
            return False
        with pq.ParquetFile(path, page_checksum_verification=True) as file:
            for _ in file.iter_batches():
                pass
    except (OSError, pa.ArrowException):
        return False
    return True


def write_by_quarter(
    batches: Iterable[pa.RecordBatch],
    schema: pa.Schema,
    find_path: Callable[[str], Path],
    labels: Sequence[str],
    encryption: Encryption,
) -> dict[str, int]:
    """Split a stream by its column `quarter` into encrypted files.

    Every label gets its file, an empty one too; a row of any other quarter gets a file as well.
    Nothing is replaced before the whole stream is read. Returns the rows of each label.
    """
    rows: Counter[str] = Counter(dict.fromkeys(labels, 0))
    held: dict[str, list[pa.Table]] = {}
    waiting: Counter[str] = Counter()
    with contextlib.ExitStack() as replacements:
        writers: dict[str, pq.ParquetWriter] = {}
        with contextlib.ExitStack() as open_files:

            def open_writer(label: str) -> pq.ParquetWriter:
                if label not in writers:
                    temporary = replacements.enter_context(
                        replace_stored(find_path(label), mode=RESTRICTED_MODE)
                    )
                    writers[label] = open_files.enter_context(
                        _open_writer(temporary, schema, encryption)
                    )
                return writers[label]

            def write(label: str) -> None:
                open_writer(label).write_table(pa.concat_tables(held.pop(label)))
                del waiting[label]

            for label in labels:
                open_writer(label)
            for batch in prefetch(batches):
                for label, part in _split_by_quarter(batch):
                    held.setdefault(label, []).append(part)
                    waiting[label] += part.num_rows
                    rows[label] += part.num_rows
                    if waiting[label] >= GROUP_ROWS:
                        write(label)
                while waiting.total() > HELD_ROWS:
                    write(max(waiting, key=lambda each: waiting[each]))
            for label in sorted(held):
                write(label)
    return dict(rows)


def read_parquet(
    paths: Sequence[Path], encryption: Encryption | None, repetitive: Sequence[str] = ()
) -> ds.Dataset:
    """A lazy dataset over files; the `repetitive` columns are read as dictionaries."""
    options = ds.ParquetReadOptions(dictionary_columns=list(repetitive))
    form = ds.ParquetFileFormat(
        read_options=options,
        default_fragment_scan_options=encryption.build_scan_options()
        if encryption
        else ds.ParquetFragmentScanOptions(page_checksum_verification=True),
    )
    dataset = ds.dataset([str(path) for path in paths], format=form)
    if encryption:
        _read_metadata(dataset)
    return dataset


def _read_metadata(dataset: ds.Dataset) -> None:
    """Unwrap the data key of each file, one after the other.

    DuckDB asks for a stream with Python's lock in its hand. A thread of Arrow that unwraps a key
    then waits for that lock, with the lock of Arrow's key cache in its own hand, and the two wait
    for ever. Of a file whose metadata are read, the key is known.
    """
    for fragment in dataset.get_fragments():
        fragment.ensure_complete_metadata()


def _open_writer(path: Path, schema: pa.Schema, encryption: Encryption | None) -> pq.ParquetWriter:
    if encryption is None:
        return pq.ParquetWriter(path, schema, compression="zstd", write_page_checksum=True)
    return pq.ParquetWriter(
        path,
        schema,
        # Restricted files are read several times for each time that they are written. What looks
        # random is not tried: it would be as long.
        compression={n: "none" if n in _RANDOM_COLUMNS else "lz4" for n in schema.names},
        use_dictionary=[name for name in schema.names if name in _DICTIONARIES],
        # Nothing looks for single records, so their smallest and largest values need not be kept.
        write_statistics=False,
        encryption_properties=encryption.build_write_properties(),
    )


def _split_by_quarter(batch: pa.RecordBatch) -> Iterable[tuple[str, pa.Table]]:
    """The rows of each quarter of a batch, in their order."""
    table = pa.Table.from_batches([batch])
    encoded = batch["quarter"].dictionary_encode()
    labels = encoded.dictionary.to_pylist()
    if len(labels) == 1:
        yield labels[0], table
        return
    codes = np.asarray(encoded.indices).astype(np.uint16)
    order = np.argsort(codes, kind="stable")
    start = 0
    for label, count in zip(labels, np.bincount(codes).tolist(), strict=True):
        # Each is taken by itself: a slice of one table would keep all of it until it is written.
        yield label, table.take(pa.array(order[start : start + count]))
        start += count
