"""Takes a delivery from `landing/` into `raw_scan`, verified and encrypted.

Each file is read once and kept as delivered, in one file a quarter. Which quarter a row belongs to
is decided in `methods/records/row_quarters.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import duckdb
import pyarrow as pa

from nino_assets.deliveries.manifest import refuse_unnamed_files, verify_files, verify_rows
from nino_assets.deliveries.pre_flight import refuse_empty_scan, refuse_open_landing
from nino_assets.deliveries.scan_files import build_scan_schema, read_scan_file
from nino_assets.deliveries.scan_layout import ScanLayout, read_scan_layout
from nino_assets.deliveries.wrong_quarter import refuse_other_dates
from nino_assets.errors import NinoError
from nino_assets.methods.records.row_quarters import assign_quarters
from nino_assets.statistic.quarters import Quarter
from nino_assets.store import keys
from nino_assets.store.delivery import Delivery
from nino_assets.store.folders import Folders
from nino_assets.store.locks import hold_delivery
from nino_assets.store.parquet import BATCH_ROWS
from nino_assets.store.seal import seal_storage_key
from nino_assets.store.streams import rebatch
from nino_assets.store.warehouse import Warehouse


def ingest_delivery(
    warehouse: Warehouse, delivery: Delivery, quarters: Sequence[Quarter]
) -> dict[str, int]:
    """Store every row of a delivery and let it serve `quarters`.

    Returns the rows of each quarter. Raises DeliveryError or SecretKeyError before anything is
    changed that a later stage reads.
    """
    folders = warehouse.folders
    manifest = folders.describe(folders.find_delivery(delivery.quarter) / "manifest.json")
    refuse_open_landing(folders, delivery)
    secret = keys.find_secret_keys(folders, synthetic=delivery.synthetic)
    layout = read_scan_layout(delivery.layout, asked_by=manifest)
    refuse_empty_scan(delivery, manifest=manifest)
    refuse_unnamed_files(folders, delivery)
    seal_storage_key(folders, secret.storage)
    schema = build_scan_schema(layout).append(pa.field("quarter", pa.string()))
    with hold_delivery(folders, delivery.id):
        rows = _store_records(warehouse, delivery, schema, layout)
        warehouse.serving.point_to(delivery, quarters)
    return rows


def _store_records(
    warehouse: Warehouse, delivery: Delivery, schema: pa.Schema, layout: ScanLayout
) -> dict[str, int]:
    folders = warehouse.folders
    # A large delivery is hashed while it is read; no stored file is replaced before both are done.
    with warehouse.open_session() as con, ThreadPoolExecutor(1) as hasher:
        verification = hasher.submit(verify_files, folders, delivery)
        records = _await_verification(_read_records(folders, delivery, layout), verification)
        labelled = _assign_own_quarters(con, records, folders, delivery)
        batches = (batch for table in labelled for batch in table.cast(schema).to_batches())
        return warehouse.records.write("raw_scan", delivery, schema, batches)


def _read_records(
    folders: Folders, delivery: Delivery, layout: ScanLayout
) -> Iterator[pa.RecordBatch]:
    folder = folders.find_delivery(delivery.quarter)
    number = 0
    for file in delivery.files:
        rows = 0
        for batch in read_scan_file(folder / file.name, layout, first_row=number):
            rows += batch.num_rows
            yield batch
        verify_rows(folders, delivery, file, rows)
        number += rows


def _await_verification(
    batches: Iterator[pa.RecordBatch], verification: Future[None]
) -> Iterator[pa.RecordBatch]:
    """The batches, then the result of verification.

    Raises what verification found before the last batch, or before another error.
    """
    try:
        yield from batches
    except NinoError:
        verification.result()
        raise
    verification.result()


def _assign_own_quarters(
    con: duckdb.DuckDBPyConnection,
    records: Iterator[pa.RecordBatch],
    folders: Folders,
    delivery: Delivery,
) -> Iterator[pa.Table]:
    """The rows with their quarters.

    Raises DeliveryError after the last row when all are another quarter's.
    """
    tables = (table.combine_chunks() for table in rebatch(records, BATCH_ROWS))
    dates = yield from assign_quarters(con, tables, delivery)
    refuse_other_dates(folders, delivery, dates)
