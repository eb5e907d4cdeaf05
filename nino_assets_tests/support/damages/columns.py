"""Parquet columns of every type, and Parquet files of other writers."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.parquet as pq

from nino_assets.statistic.scan_columns import SCAN_COLUMNS
from nino_assets.store.folders import Folders
from nino_assets_tests.support.damages.case import SHARES, Case, Planted, Rows, count_damaged
from nino_assets_tests.support.damages.scans import COLUMNS, ROWS, make_rows
from nino_assets_tests.support.small_delivery import put

PART = "Parquet"
Make = Callable[[list[str]], pa.Array]
DATES = ("date_of_birth", "date_of_arrival", "date_of_registration")
LONDON = ZoneInfo("Europe/London")


def _at(text: str, hour: int = 0, zone: Any = None) -> datetime:
    return datetime.combine(date.fromisoformat(text), time(hour), zone)


def _build_timestamps(unit: str, hour: int = 0) -> Make:
    return lambda texts: pa.array([_at(text, hour) for text in texts], pa.timestamp(unit))


def _build_zoned(unit: str, name: str, zone: Any) -> Make:
    kind = pa.timestamp(unit, tz=name)
    return lambda texts: pa.array([_at(text, zone=zone) for text in texts], kind)


def _build_numbers(kind: pa.DataType) -> Make:
    def build(texts: list[str]) -> pa.Array:
        return pa.array([int(text.replace("-", "")) for text in texts], pa.int64()).cast(kind)

    return build


SAME: Mapping[str, Make] = {
    **{f"timestamp[{unit}]": _build_timestamps(unit) for unit in ("s", "ms", "us", "ns")},
    **{f"timestamp[{u}, UTC]": _build_zoned(u, "UTC", UTC) for u in ("ms", "us", "ns")},
    "timestamp[us, London]": _build_zoned("us", "Europe/London", LONDON),
    "date32": lambda texts: pa.array(map(date.fromisoformat, texts), pa.date32()),
    "date64": lambda texts: pa.array(map(date.fromisoformat, texts), pa.date64()),
    "int32": _build_numbers(pa.int32()),
    "int64": _build_numbers(pa.int64()),
    "uint32": _build_numbers(pa.uint32()),
    "dictionary of dates": lambda texts: pa.array(
        map(date.fromisoformat, texts), pa.date32()
    ).dictionary_encode(),
    "dictionary of timestamps": lambda texts: _build_timestamps("us")(texts).dictionary_encode(),
}
"""Type of a date → its column. Each is the same day."""
OTHER_TIMES: Mapping[str, Make] = {
    "timestamp at noon": _build_timestamps("us", hour=12),
    "London's midnight in UTC": lambda texts: pa.array(
        [_at(text, zone=LONDON).astimezone(UTC).replace(tzinfo=None) for text in texts],
        pa.timestamp("us"),
    ),
}
"""Type of a date → its column, which has a time of day and is no date."""
LOST: Mapping[str, Make] = {
    "decimal": _build_numbers(pa.decimal128(20, 0)),
    "float": _build_numbers(pa.float64()),
    "duration": lambda texts: pa.array([_at(text) - _at("1900-01-01") for text in texts]),
    "time": lambda texts: pa.array([time(12)] * len(texts)),
}
ANY_LOST: Mapping[str, Make] = {
    "binary": lambda texts: pa.array([text.encode() for text in texts], pa.binary()),
    "list": lambda texts: pa.array([[text] for text in texts]),
    "struct": lambda texts: pa.array([{"text": text} for text in texts]),
    "map": lambda texts: pa.array(
        [[(text, text)] for text in texts], pa.map_(pa.string(), pa.string())
    ),
    "bool": lambda texts: pa.array([bool(text) for text in texts]),
    "fraction": lambda texts: pa.array([0.5] * len(texts)),
}
"""Types that hold no text: the column is named and the file refused."""
TEXTS: Mapping[str, Make] = {
    "large text": lambda texts: pa.array(texts, pa.large_string()),
    "text view": lambda texts: pa.array(texts, pa.string_view()),
    "dictionary": lambda texts: pa.array(texts).dictionary_encode(),
    "dictionary of large text": lambda texts: pa.array(
        texts, pa.large_string()
    ).dictionary_encode(),
}
NULLS: Mapping[str, Make] = {
    "null": lambda texts: pa.nulls(len(texts)),
    "nulls as text": lambda texts: pa.array([None] * len(texts), pa.string()),
}
Table = Callable[[pa.Table], pa.Table]
TABLES: Mapping[str, tuple[Table, bool]] = {
    "columns turned round": (lambda t: t.select(t.column_names[::-1]), True),
    "an index column": (lambda t: t.append_column("__index_level_0__", _number(t)), False),
    "a column fewer": (lambda t: t.drop_columns(["surname"]), False),
    "a column in capitals": (lambda t: t.rename_columns(["NINO", *t.column_names[1:]]), False),
    "a column with a space": (lambda t: t.rename_columns(["nino ", *t.column_names[1:]]), False),
    "a column twice": (lambda t: t.append_column("sex", t["sex"]), False),
    "no rows": (lambda t: t.slice(0, 0), False),
    "a row fewer": (lambda t: t.slice(1), False),
}
WRITERS: Mapping[str, Mapping[str, Any]] = {
    "INT96": {"use_deprecated_int96_timestamps": True},
    **{f"compressed by {name}": {"compression": name} for name in ("gzip", "zstd", "brotli")},
    "lz4": {"compression": "lz4"},
    "version 1.0": {"version": "1.0"},
    "pages of version 2": {"data_page_version": "2.0"},
    "many row groups": {"row_group_size": 7},
    "without the Arrow schema": {"store_schema": False},
    "plain": {"use_dictionary": False},
    "byte streams": {"use_dictionary": False, "column_encoding": "DELTA_BYTE_ARRAY"},
}
Bytes = Callable[[bytes], bytes]
BYTES: Mapping[str, Bytes] = {
    "cut": lambda content: content[:-50],
    "cut to half": lambda content: content[: len(content) // 2],
    "the end alone": lambda content: content[len(content) // 2 :],
    "empty": lambda content: b"",
    "a byte changed in the middle": lambda content: _change_byte(content, len(content) // 3),
    "a byte changed in the footer": lambda content: _change_byte(content, len(content) - 100),
    "encrypted": lambda content: content[:-4] + b"PARE",
    "CSV in fact": lambda content: b"nino,surname\n",
    "Arrow in fact": lambda content: b"ARROW1\0\0" + content,
}


def _number(table: pa.Table) -> pa.Array:
    return pa.array(range(table.num_rows))


def _change_byte(content: bytes, place: int) -> bytes:
    return content[:place] + bytes([content[place] ^ 0x55]) + content[place + 1 :]


def list_cases() -> Iterator[Case]:
    """Every type in every column that takes it, then tables, writers and bytes."""
    for column in DATES:
        yield from (Case(PART, "type", kind, column=column) for kind in (*SAME, *LOST))
        for kind in OTHER_TIMES:
            yield from (Case(PART, "time of day", kind, share, column) for share in SHARES)
    for column in SCAN_COLUMNS:
        yield from (Case(PART, "type", kind, column=column) for kind in (*ANY_LOST, *TEXTS))
    for column in COLUMNS:
        for kind in NULLS:
            yield from (Case(PART, "null", kind, share, column) for share in SHARES)
    yield from (Case(PART, "table", name) for name in TABLES)
    yield from (Case(PART, "writer", name) for name in WRITERS)
    yield from (Case(PART, "bytes", name) for name in BYTES)


def plant(case: Case, folders: Folders) -> Planted:
    """Write the scan of a case as Parquet, with its manifest."""
    rows = make_rows()
    table = pa.table(
        [pa.array(column) for column in zip(*rows, strict=True)], names=list(SCAN_COLUMNS)
    )
    is_readable, options = True, WRITERS.get(case.form, {}) if case.damage == "writer" else {}
    if case.column:
        table, rows, is_readable = _change_column(case, table, rows)
    elif case.damage == "table":
        change, is_readable = TABLES[case.form]
        table = change(table)
    elif case.damage == "writer":
        for place, name in enumerate(SCAN_COLUMNS):
            if name in DATES:
                column = SAME["timestamp[us]"](table[name].to_pylist())
                table = table.set_column(place, name, column) if case.form == "INT96" else table
    file = io.BytesIO()
    pq.write_table(table, file, **options)
    content = file.getvalue()
    if case.damage == "bytes":
        is_readable, content = False, BYTES[case.form](content)
    put(folders, {"s.parquet": content}, {"s.parquet": ROWS})
    return Planted(rows, is_readable=is_readable)


def _change_column(case: Case, table: pa.Table, rows: Rows) -> tuple[pa.Table, Rows, bool]:
    place = SCAN_COLUMNS.index(case.column)
    texts = [row[place] for row in rows]
    number = count_damaged(ROWS, case.share)
    if case.damage == "null":
        for row in rows[:number]:
            row[place] = ""
        made = NULLS[case.form](texts[:number])
        column = pa.concat_arrays([made.cast(pa.string()), pa.array(texts[number:], pa.string())])
        column = made if number == ROWS else column
        return table.set_column(place, case.column, column), rows, True
    if case.damage == "time of day":
        for row in rows[:number]:
            row[place] = "no date"
        odd, usual = OTHER_TIMES[case.form](texts[:number]), SAME["timestamp[us]"](texts[number:])
        if case.form.startswith("London"):
            # In winter the midnight of London is that of UTC, and so is the day.
            for row, moment in zip(rows, odd.to_pylist(), strict=False):
                row[place] = f"{moment:%Y-%m-%d}" if moment.time() == time(0) else row[place]
        return table.set_column(place, case.column, pa.concat_arrays([odd, usual])), rows, True
    makers = {**SAME, **LOST, **ANY_LOST, **TEXTS}
    is_readable = case.form in SAME or case.form in TEXTS
    return table.set_column(place, case.column, makers[case.form](texts)), rows, is_readable
