"""Takes a delivery in: verified, read once, kept as delivered, encrypted, one file a quarter.

Belongs here: the passage from `landing/` to `raw_scan`. Does not belong here: judging single rows
(`methods/cleaning.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import duckdb
import pyarrow as pa

from nino_assets.errors import DeliveryError
from nino_assets.methods.dates import date_literal, date_sql, row_quarter_sql
from nino_assets.quarters import Quarter
from nino_assets.storage import keys
from nino_assets.storage.deliveries import Delivery, verify_files, verify_rows
from nino_assets.storage.encryption import Encryption
from nino_assets.storage.layouts import Layout, layout_named
from nino_assets.storage.parquet import BATCH_ROWS
from nino_assets.storage.scan_files import read_scan_file, scan_schema
from nino_assets.storage.warehouse import Warehouse


def take_in(
    warehouse: Warehouse, delivery: Delivery, quarters: Sequence[Quarter]
) -> dict[str, int]:
    """Keep every row of a delivery and let it serve `quarters`. Returns the rows of each quarter.

    Raises DeliveryError or SecretKeyError before anything is changed that a later stage reads.
    """
    folders = warehouse.folders
    manifest = folders.named(folders.delivery(delivery.quarter) / "manifest.json")
    secret = keys.secret_keys(folders, synthetic=delivery.synthetic)
    layout = layout_named(delivery.layout, asked_by=manifest)
    verify_files(folders, delivery)
    if delivery.rows == 0:
        raise DeliveryError(
            f"{manifest} describes an empty scan",
            rule="a scan has at least one record",
            next_step="ask the supplier for the scan",
        )
    with warehouse.session() as con:
        schema = scan_schema(layout).append(pa.field("quarter", pa.string()))
        rows = warehouse.write_records(
            "raw_scan",
            delivery,
            schema,
            _with_quarter(con, _records(warehouse, delivery, layout), delivery, schema),
            encryption=Encryption(secret.storage),
        )
        _refuse_other_quarters(warehouse, con, delivery)
    warehouse.point_to(delivery, quarters)
    return rows


def _records(warehouse: Warehouse, delivery: Delivery, layout: Layout) -> Iterator[pa.RecordBatch]:
    folder = warehouse.folders.delivery(delivery.quarter)
    number = 0
    for file in delivery.files:
        rows = 0
        for batch in read_scan_file(folder / file.name, layout, first_row=number):
            rows += batch.num_rows
            yield batch
        verify_rows(warehouse.folders, delivery, file, rows)
        number += rows


def _with_quarter(
    con: duckdb.DuckDBPyConnection,
    batches: Iterator[pa.RecordBatch],
    delivery: Delivery,
    schema: pa.Schema,
) -> Iterator[pa.RecordBatch]:
    """Add the quarter that each row belongs to, in batches large enough for good row groups."""
    label = row_quarter_sql("registered_on", delivery.quarter, register=delivery.is_register)
    query = f"""
        SELECT * EXCLUDE (registered_on), {label} AS quarter
        FROM (SELECT *, {date_sql("date_of_registration")} AS registered_on FROM delivered_rows)"""
    for table in _gathered(batches):
        con.register("delivered_rows", table)
        yield from con.sql(query).to_arrow_table().cast(schema).combine_chunks().to_batches()
        con.unregister("delivered_rows")


def _gathered(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.Table]:
    held: list[pa.RecordBatch] = []
    for batch in batches:
        held.append(batch)
        if sum(b.num_rows for b in held) >= BATCH_ROWS:
            yield pa.Table.from_batches(held)
            held = []
    if held:
        yield pa.Table.from_batches(held)


def _refuse_other_quarters(
    warehouse: Warehouse, con: duckdb.DuckDBPyConnection, delivery: Delivery
) -> None:
    """A scan of another quarter is refused whole: no readable registration date lies in its own."""
    con.register("taken_in", warehouse.records("raw_scan", delivery))
    first = date_literal(delivery.first_quarter.first_day)
    last = date_literal(delivery.quarter.last_day)
    readable, inside = con.sql(f"""
        SELECT count(day), count(*) FILTER (day BETWEEN {first} AND {last})
        FROM (SELECT {date_sql("date_of_registration")} AS day FROM taken_in)""").fetchall()[0]
    if readable and not inside:
        folder = warehouse.folders.named(warehouse.folders.delivery(delivery.quarter))
        period = (
            f"the series to {delivery.quarter.label}"
            if delivery.is_register
            else delivery.quarter.label
        )
        raise DeliveryError(
            f"{folder}: none of its registrations is dated in {period}",
            rule="a scan holds registrations of its own quarter",
            next_step="check that the right scan was put into this folder; ask the supplier",
        )
