"""The quarter of each delivered row, and the refusal of a scan of another quarter."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from nino_assets.errors import DeliveryError
from nino_assets.methods.records.dates import assign_quarter_sql, format_date_sql, parse_date_sql
from nino_assets.methods.records.distinct_values import DistinctValueParser
from nino_assets.store.delivery import Delivery
from nino_assets.store.folders import Folders
from nino_assets.store.parquet import BATCH_ROWS
from nino_assets.store.streams import rebatch


def add_quarters(
    con: duckdb.DuckDBPyConnection,
    batches: Iterator[pa.RecordBatch],
    schema: pa.Schema,
    folders: Folders,
    delivery: Delivery,
) -> Iterator[pa.RecordBatch]:
    """Add the quarter that each row belongs to, in large batches of `schema`.

    Raises DeliveryError at the end of the stream, before anything is replaced, when no readable
    date lies in the delivery's own period: it is then the scan of another quarter.
    """
    readable = inside = 0
    texts = DistinctValueParser(con, {"date_of_registration": _dated(delivery)})
    for table in rebatch(batches, BATCH_ROWS):
        dated = texts.read(table.combine_chunks())
        readable += pc.sum(dated["readable"]).as_py()
        inside += pc.sum(dated["inside"]).as_py()
        yield from dated.select(schema.names).cast(schema).to_batches()
    if readable and not inside:
        period = (
            f"the series to {delivery.quarter.label}"
            if delivery.is_register
            else delivery.quarter.label
        )
        raise DeliveryError(
            f"{folders.named(folders.delivery(delivery.quarter))}: "
            f"none of its registrations is dated in {period}",
            rule="a scan holds registrations of its own quarter",
            next_step="check that the right scan was put into this folder; ask the supplier",
        )


def _dated(delivery: Delivery) -> dict[str, str]:
    """SQL for a row's quarter, whether its date is readable, and in the delivery's own period."""
    first = format_date_sql(delivery.first_quarter.first_day)
    last = format_date_sql(delivery.quarter.last_day)
    return {
        "day": parse_date_sql("text"),
        "quarter": assign_quarter_sql("day", delivery.quarter, register=delivery.is_register),
        "readable": "day IS NOT NULL",
        "inside": f"coalesce(day BETWEEN {first} AND {last}, false)",
    }
