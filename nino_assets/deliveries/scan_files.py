"""Streams the files of a scan as text: CSV, compressed CSV, Parquet.

A record whose number of fields is not the header's is kept as its text, in `malformed_text`.
"""

from __future__ import annotations

import codecs
import csv
import io
import zlib
from collections import deque
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from nino_assets.deliveries.parquet_columns import format_column, refuse_other_types
from nino_assets.deliveries.scan_layout import ScanLayout
from nino_assets.errors import DeliveryError
from nino_assets.statistic.layout_files import FOLDER
from nino_assets.statistic.reference_folder import find_own_folder

COMPRESSIONS = {".csv": None, ".csv.gz": "gzip", ".csv.zst": "zstd"}
FILE_FORMS = (*COMPRESSIONS, ".parquet")
_UNREADABLE = (pa.ArrowException, OSError, EOFError, zlib.error, UnicodeDecodeError, csv.Error)
"""What libraries raise. Their own message may quote a record, so only its type is told."""
_BLOCK_BYTES = 1 << 20
"""What is parsed at once: more is slower, and a record cannot be longer."""


def build_scan_schema(layout: ScanLayout) -> pa.Schema:
    """row_number, the layout's columns as text in its order, malformed_text."""
    return pa.schema(
        [
            pa.field("row_number", pa.int64()),
            *(pa.field(column, pa.string()) for column in layout.columns.values()),
            pa.field("malformed_text", pa.string()),
        ]
    )


def read_scan_file(
    path: Path, layout: ScanLayout, *, first_row: int = 0
) -> Iterator[pa.RecordBatch]:
    """Every record of one file, in `build_scan_schema`, numbered from `first_row`.

    Raises DeliveryError, which holds no value of a record, when the columns are not the layout's,
    the text is not UTF-8, or the file ends too early.
    """
    refuse_other_columns(path, layout)
    try:
        if path.name.endswith(".parquet"):
            yield from _read_parquet(path, layout, first_row)
        else:
            yield from _read_csv(path, layout, first_row)
    except _UNREADABLE as error:
        refusal = _build_error(path, error)
    else:
        return
    # Raised out here, it does not carry the library's message as its context.
    raise refusal


def refuse_other_columns(path: Path, layout: ScanLayout) -> None:
    """Raise DeliveryError unless a file has the columns of its layout.

    No record is read.
    """
    try:
        if path.name.endswith(".parquet"):
            with pq.ParquetFile(path) as file:
                _check_header(path, file.schema_arrow.names, layout, are_names=True)
                named = f"{path.parent.name}/{path.name}"
                refuse_other_types(named, file.schema_arrow, layout.columns)
        else:
            _check_header(path, _read_header(path, COMPRESSIONS[_find_form(path)]), layout)
    except _UNREADABLE as error:
        refusal = _build_error(path, error)
    else:
        return
    raise refusal


def _read_csv(path: Path, layout: ScanLayout, first_row: int) -> Iterator[pa.RecordBatch]:
    compression = COMPRESSIONS[_find_form(path)]
    # The reader parses ahead in its own threads, so rows come in while others are taken out.
    malformed: deque[str] = deque()

    def collect_malformed(row: pa_csv.InvalidRow) -> str:
        malformed.append(row.text)
        return "skip"

    schema = build_scan_schema(layout)
    number = first_row
    with pa.input_stream(str(path), compression=compression) as stream:
        reader = pa_csv.open_csv(
            pa.PythonFile(_Utf8Stream(stream), mode="r"),
            read_options=pa_csv.ReadOptions(block_size=_BLOCK_BYTES),
            parse_options=pa_csv.ParseOptions(
                newlines_in_values=True, invalid_row_handler=collect_malformed
            ),
            convert_options=pa_csv.ConvertOptions(
                column_types={name: pa.string() for name in layout.columns},
                strings_can_be_null=False,
            ),
        )
        for batch in reader:
            yield _arrange_batch(batch, layout, schema, number)
            number += batch.num_rows
            texts = [malformed.popleft() for _ in range(len(malformed))]
            if texts:
                yield _build_malformed(texts, schema, number)
                number += len(texts)
    if malformed:
        yield _build_malformed(list(malformed), schema, number)


class _Utf8Stream:
    """A stream of bytes, checked to be UTF-8 before they are parsed.

    The parser checks the columns that it converts, but not a row that it cannot split. A part never
    ends between a carriage return and its line feed: at the start of a part the parser drops a line
    feed, also one inside a quoted field.
    """

    def __init__(self, stream: pa.NativeFile) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._held = b""
        self.closed = False

    def read(self, size: int = -1) -> bytes:
        wanted = size - len(self._held) if size > 0 else size
        part: bytes = self._stream.read(wanted)
        self._decoder.decode(part, final=not part)
        part = self._held + part
        self._held = b"\r" if part.endswith(b"\r") and len(part) > 1 else b""
        return part[: len(part) - len(self._held)]

    def close(self) -> None:
        self.closed = True


def _read_parquet(path: Path, layout: ScanLayout, first_row: int) -> Iterator[pa.RecordBatch]:
    schema = build_scan_schema(layout)
    with pq.ParquetFile(path) as file:
        number = first_row
        for batch in file.iter_batches(batch_size=200_000):
            batch.validate(full=True)  # text of another encoding is not refused by the reader
            yield _arrange_batch(batch, layout, schema, number)
            number += batch.num_rows


def _arrange_batch(
    batch: pa.RecordBatch, layout: ScanLayout, schema: pa.Schema, number: int
) -> pa.RecordBatch:
    rows = batch.num_rows
    columns = [format_column(batch.column(name)) for name in layout.columns]
    return pa.record_batch(
        [_number_rows(number, rows), *columns, pa.nulls(rows, pa.string())],
        schema=schema,
    )


def _build_malformed(texts: list[str], schema: pa.Schema, number: int) -> pa.RecordBatch:
    rows = len(texts)
    blanks = [pa.nulls(rows, pa.string())] * (len(schema) - 2)
    return pa.record_batch(
        [_number_rows(number, rows), *blanks, pa.array(texts, pa.string())],
        schema=schema,
    )


def _number_rows(first: int, rows: int) -> pa.Array:
    return pa.array(np.arange(first, first + rows, dtype=np.int64))


def _find_form(path: Path) -> str:
    return next(form for form in FILE_FORMS if path.name.endswith(form))


def _read_header(path: Path, compression: str | None) -> list[str]:
    """The first record of a CSV file, read as UTF-8."""
    with pa.input_stream(str(path), compression=compression) as stream:
        start = bytes(stream.read(1 << 16))
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UnicodeDecodeError("utf-8", b"", 0, 1, "UTF-16")
    text = codecs.getincrementaldecoder("utf-8-sig")().decode(start)
    if text and not text.partition("\n")[0].strip():
        raise DeliveryError(
            f"{path.parent.name}/{path.name} begins with a blank line",
            rule="a scan names its columns in its first line",
            next_step="remove the blank line and correct the manifest's sha256, "
            "or ask the supplier to deliver the file again",
        )
    return next(csv.reader(io.StringIO(text, newline="")), [])


def _check_header(
    path: Path, delivered: list[str], layout: ScanLayout, *, are_names: bool = False
) -> None:
    """Raise DeliveryError unless the columns are exactly the layout's.

    `are_names` says that the first line of the file cannot be a record. In a CSV it can, so unknown
    names are told only where most of the layout's names stand in the same line.
    """
    if not delivered:
        raise DeliveryError(
            f"{path.parent.name}/{path.name} is empty",
            rule="a scan names its columns in its first line",
            next_step="ask the supplier to deliver the file again",
        )
    known = sum(name in delivered for name in layout.columns)
    are_names = are_names or 2 * known > len(layout.columns)
    missing = [name for name in layout.columns if name not in delivered]
    extra = [name for name in delivered if name not in layout.columns]
    repeated = sorted({name for name in delivered if delivered.count(name) > 1})
    if missing or extra or repeated:
        parts = [
            f"{what}: {', '.join(names)}"
            for what, names in (
                ("missing", missing),
                ("repeated", [n for n in repeated if are_names or n in layout.columns]),
                ("not in the layout", extra if are_names else []),
            )
            if names
        ]
        if extra and not are_names:
            parts.append(f"{len(extra)} not in the layout")
        raise DeliveryError(
            f"{path.parent.name}/{path.name} has other columns than layout {layout.name} "
            f"({'; '.join(parts)})",
            rule="a scan names exactly the columns of its layout in its first line, in any order",
            next_step="ask the supplier for the agreed layout, "
            f"or declare the new one in {find_own_folder() / FOLDER}",
        )


def _build_error(path: Path, error: Exception) -> DeliveryError:
    text = str(error)
    if isinstance(error, UnicodeDecodeError) or "UTF8" in text.upper().replace("-", ""):
        return DeliveryError(
            f"{path.parent.name}/{path.name} is not UTF-8 text",
            rule="a scan is delivered in UTF-8",
            next_step="ask the supplier to deliver the file again in UTF-8",
        )
    if "straddling" in text:
        return DeliveryError(
            f"{path.parent.name}/{path.name} has a record of more than {_BLOCK_BYTES >> 20} MB",
            rule="a quotation mark that opens a field is closed at its end",
            next_step="ask the supplier to deliver the file again",
        )
    return DeliveryError(
        f"{path.parent.name}/{path.name} cannot be read to its end ({type(error).__name__})",
        rule="a file is whole and in the form that its name says",
        next_step="ask the supplier to deliver the file again",
    )
