"""Takes a delivery in: verified, read once, kept as delivered, encrypted, one file a quarter.

Belongs here: the passage from `landing/` to `raw_scan`. Does not belong here: judging single rows
(`methods/cleaning.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import pyarrow as pa

from nino_assets.deliveries.manifest import verify_files, verify_rows
from nino_assets.deliveries.scan_files import build_scan_schema, read_scan_file
from nino_assets.deliveries.scan_layout import ScanLayout, read_scan_layout
from nino_assets.deliveries.scan_quarter import add_quarters
from nino_assets.errors import DeliveryError, NinoError
from nino_assets.statistic.quarters import Quarter
from nino_assets.store import keys
from nino_assets.store.delivery import Delivery
from nino_assets.store.seal import seal_storage_key
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
        rows = warehouse.records.write(
            "raw_scan",
            delivery,
            schema,
            add_quarters(con, records, schema, folders, delivery),
        )
    warehouse.serving.point_to(delivery, quarters)
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
