"""Takes a delivery from `landing/` into `raw_scan`, verified and encrypted.

Each file is read once and kept as delivered, in one file a quarter.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from nino_assets.deliveries.manifest import Delivery, verify_files, verify_rows
from nino_assets.deliveries.scan_files import build_scan_schema, read_scan_file
from nino_assets.deliveries.scan_layout import ScanLayout, read_scan_layout
from nino_assets.errors import DeliveryError, NinoError
from nino_assets.methods.records.dates import assign_quarter_sql, format_date_sql, parse_date_sql
from nino_assets.methods.records.distinct_values import DistinctValueParser
from nino_assets.statistic.quarters import Quarter
from nino_assets.store import keys
from nino_assets.store.encryption import Encryption
from nino_assets.store.folders import Folders
from nino_assets.store.parquet import BATCH_ROWS
from nino_assets.store.seal import seal_storage_key
from nino_assets.store.streams import gathered
from nino_assets.store.warehouse import Warehouse


def ingest_delivery(
    warehouse: Warehouse, delivery: Delivery, quarters: Sequence[Quarter]
) -> dict[str, int]:
    """Keep every row of a delivery and let it serve `quarters`. Returns the rows of each quarter.

    Raises DeliveryError or SecretKeyError before anything is changed that a later stage reads.
    """
    folders = warehouse.folders
    manifest = folders.named(folders.delivery(delivery.quarter) / "manifest.json")
    secret = keys.secret_keys(folders, synthetic=delivery.synthetic)
    layout = read_scan_layout(delivery.layout, asked_by=manifest)
    if delivery.rows == 0:
        raise DeliveryError(
            f"{manifest} describes an empty scan",
            rule="a scan has at least one record",
            next_step="ask the supplier for the scan",
        )
    seal_storage_key(folders, secret.storage)
    schema = build_scan_schema(layout).append(pa.field("quarter", pa.string()))
    # A large delivery is held against its sha256 while it is read; nothing is replaced before both.
    with warehouse.session() as con, ThreadPoolExecutor(1) as beside:
        verified = beside.submit(verify_files, folders, delivery)
        records = _verified(_records(warehouse, delivery, layout), verified)
        rows = warehouse.write_records(
            "raw_scan",
            delivery,
            schema,
            _with_quarter(con, records, schema, folders, delivery),
            encryption=Encryption(secret.storage),
        )
    warehouse.point_to(delivery, quarters)
    return rows


def _verified(
    batches: Iterator[pa.RecordBatch], verified: Future[None]
) -> Iterator[pa.RecordBatch]:
    """The batches; before their end, or what is wrong in them, it is told that a file differs."""
    try:
        yield from batches
    except NinoError:
        verified.result()
        raise
    verified.result()


def _records(
    warehouse: Warehouse, delivery: Delivery, layout: ScanLayout
) -> Iterator[pa.RecordBatch]:
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
    for table in gathered(batches, BATCH_ROWS):
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
