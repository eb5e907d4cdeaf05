"""Streams the files of a delivery as text: CSV, gzip or zstandard CSV, Parquet.

A record whose number of fields is not the header's is kept as its text, in `malformed_text`.
Belongs here: file forms, headers, encoding. Does not belong here: what a value means
(`methods/cleaning.py`), the manifest (`deliveries.py`).
"""

from __future__ import annotations

import csv
import zlib
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from nino_assets.errors import DeliveryError
from nino_assets.storage.layouts import Layout

COMPRESSIONS = {".csv": None, ".csv.gz": "gzip", ".csv.zst": "zstd"}
FILE_FORMS = (*COMPRESSIONS, ".parquet")
_BLOCK_BYTES = 8 << 20


def scan_schema(layout: Layout) -> pa.Schema:
    """row_number, the layout's columns as text in its order, malformed_text."""
    return pa.schema(
        [
            pa.field("row_number", pa.int64()),
            *(pa.field(column, pa.string()) for column in layout.columns.values()),
            pa.field("malformed_text", pa.string()),
        ]
    )


def read_scan_file(path: Path, layout: Layout, *, first_row: int = 0) -> Iterator[pa.RecordBatch]:
    """Every record of one file, in `scan_schema`, numbered from `first_row`.

    Raises DeliveryError, which holds no value of a record, when the columns are not the layout's,
    the text is not UTF-8, or the file ends too early.
    """
    try:
        if path.name.endswith(".parquet"):
            yield from _read_parquet(path, layout, first_row)
        else:
            yield from _read_csv(path, layout, first_row)
    except (
        pa.ArrowException,
        OSError,
        EOFError,
        zlib.error,
        UnicodeDecodeError,
        csv.Error,
    ) as error:
        # The library's own message may quote a record, so only its kind is told.
        raise _unreadable(path, error) from None


def _read_csv(path: Path, layout: Layout, first_row: int) -> Iterator[pa.RecordBatch]:
    compression = COMPRESSIONS[_form(path)]
    _check_header(path, _header(path, compression), layout)
    malformed: list[str] = []

    def keep_aside(row: pa_csv.InvalidRow) -> str:
        malformed.append(row.text or "")
        return "skip"

    schema = scan_schema(layout)
    number = first_row
    with pa.input_stream(str(path), compression=compression) as stream:
        reader = pa_csv.open_csv(
            stream,
            read_options=pa_csv.ReadOptions(block_size=_BLOCK_BYTES),
            parse_options=pa_csv.ParseOptions(
                newlines_in_values=True, invalid_row_handler=keep_aside
            ),
            convert_options=pa_csv.ConvertOptions(
                column_types={name: pa.string() for name in layout.columns},
                strings_can_be_null=False,
            ),
        )
        for batch in reader:
            yield _arranged(batch, layout, schema, number)
            number += batch.num_rows
            if malformed:
                yield _malformed(malformed, schema, number)
                number += len(malformed)
                malformed.clear()
    if malformed:
        yield _malformed(malformed, schema, number)


def _read_parquet(path: Path, layout: Layout, first_row: int) -> Iterator[pa.RecordBatch]:
    schema = scan_schema(layout)
    with pq.ParquetFile(path) as file:
        _check_header(path, file.schema_arrow.names, layout)
        number = first_row
        for batch in file.iter_batches(batch_size=200_000):
            yield _arranged(batch, layout, schema, number)
            number += batch.num_rows


def _arranged(
    batch: pa.RecordBatch, layout: Layout, schema: pa.Schema, number: int
) -> pa.RecordBatch:
    rows = batch.num_rows
    columns = [batch.column(name).cast(pa.string()) for name in layout.columns]
    return pa.record_batch(
        [pa.array(range(number, number + rows), pa.int64()), *columns, pa.nulls(rows, pa.string())],
        schema=schema,
    )


def _malformed(texts: list[str], schema: pa.Schema, number: int) -> pa.RecordBatch:
    rows = len(texts)
    blanks = [pa.nulls(rows, pa.string())] * (len(schema) - 2)
    return pa.record_batch(
        [pa.array(range(number, number + rows), pa.int64()), *blanks, pa.array(texts, pa.string())],
        schema=schema,
    )


def _form(path: Path) -> str:
    return next(form for form in FILE_FORMS if path.name.endswith(form))


def _header(path: Path, compression: str | None) -> list[str]:
    """The first record of a CSV file, read as UTF-8."""
    with pa.input_stream(str(path), compression=compression) as stream:
        start = bytes(stream.read(1 << 16))
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UnicodeDecodeError("utf-8", b"", 0, 1, "UTF-16")
    line = start.split(b"\n", 1)[0].decode("utf-8-sig")
    return next(csv.reader([line]), [])


def _check_header(path: Path, delivered: list[str], layout: Layout) -> None:
    missing = [name for name in layout.columns if name not in delivered]
    extra = [name for name in delivered if name not in layout.columns]
    repeated = sorted({name for name in delivered if delivered.count(name) > 1})
    if missing or extra or repeated:
        parts = [
            f"{what}: {', '.join(names)}"
            # A file without a header shows a record in its place, so unknown names are only counted.
            for what, names in (
                ("missing", missing),
                ("repeated", [n for n in repeated if n in layout.columns]),
            )
            if names
        ]
        if extra:
            parts.append(f"{len(extra)} not in the layout")
        raise DeliveryError(
            f"{path.parent.name}/{path.name} has other columns than layout {layout.name} ({'; '.join(parts)})",
            rule="a scan has exactly the columns of its layout, in any order, named in its first line",
            next_step="ask the supplier for the agreed layout, or declare the new one in data/reference/layouts",
        )


def _unreadable(path: Path, error: Exception) -> DeliveryError:
    text = str(error)
    if isinstance(error, UnicodeDecodeError) or "UTF8" in text.upper().replace("-", ""):
        return DeliveryError(
            f"{path.parent.name}/{path.name} is not UTF-8 text",
            rule="a scan is delivered in UTF-8",
            next_step="ask the supplier to deliver the file again in UTF-8",
        )
    return DeliveryError(
        f"{path.parent.name}/{path.name} cannot be read to its end ({type(error).__name__})",
        rule="a file is whole and in the form that its name says",
        next_step="ask the supplier to deliver the file again",
    )
