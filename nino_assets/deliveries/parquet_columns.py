"""Turns the typed columns of a delivered Parquet file into text."""

from __future__ import annotations

from collections.abc import Iterable

import pyarrow as pa
import pyarrow.compute as pc

from nino_assets.errors import DeliveryError


def refuse_other_types(file: str, schema: pa.Schema, columns: Iterable[str]) -> None:
    """Raise DeliveryError for a column that cannot become text.

    Text, dates, timestamps and whole numbers can. A decimal fraction cannot: the program that
    wrote `20201001.0` no longer knows what was delivered.
    """
    for name in columns:
        kind = schema.field(name).type
        if not _has_text(kind):
            raise DeliveryError(
                f"{file}: column {name} is of type {kind}",
                rule="a column of a scan is text, a date, a timestamp or a whole number",
                next_step=f"ask the supplier to write {name} as text, or as a date",
            )


def _has_text(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        return _has_text(kind.value_type)
    return any(
        is_of_kind(kind)
        for is_of_kind in (
            pa.types.is_string,
            pa.types.is_large_string,
            pa.types.is_string_view,
            pa.types.is_date,
            pa.types.is_timestamp,
            pa.types.is_integer,
            pa.types.is_null,
        )
    )


def format_column(column: pa.Array) -> pa.Array:
    """The column as text: dates as `2020-10-01`, numbers as digits.

    A timestamp at midnight, in the column's own time zone, is that day. One with another time of
    day keeps the time, and so is no date.
    """
    kind = column.type
    if pa.types.is_timestamp(kind):
        local = pc.local_timestamp(column) if kind.tz else column
        day = local.cast(pa.date32(), safe=False)
        text = pc.strftime(local, "%Y-%m-%dT%H:%M:%S")
        is_midnight = pc.equal(local, day.cast(local.type))
        return pc.if_else(is_midnight, day.cast(pa.string()), text)
    if pa.types.is_date64(kind):
        return column.cast(pa.date32(), safe=False).cast(pa.string())
    return column.cast(pa.string())
