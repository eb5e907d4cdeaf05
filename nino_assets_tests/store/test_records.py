"""Records stand by the delivery they came in, and go when it is superseded."""

from __future__ import annotations

import pytest

from nino_assets.deliveries.intake import ingest_delivery
from nino_assets.errors import WarehouseError
from nino_assets.store.folders import Folders
from nino_assets.store.warehouse import Warehouse
from nino_assets_tests.support.small_delivery import (
    QUARTER,
    deliver,
    record,
)
from nino_assets_tests.support.taken_in import (
    make_planted_record,
    read_raw_scan,
)


def test_nothing_is_read_that_was_not_taken_in(warehouse: Warehouse, folders: Folders) -> None:
    delivery = deliver(folders, [record()])
    with pytest.raises(WarehouseError, match="No delivery was taken in for 2020-Q4"):
        warehouse.serving.find_delivery(QUARTER)
    with pytest.raises(
        WarehouseError, match=r"raw_scan/.*2020-Q4\.parquet is not in the warehouse"
    ):
        warehouse.records.read("raw_scan", delivery)
    with pytest.raises(WarehouseError, match=r"areas\.parquet is not in the warehouse"):
        warehouse.tables.read_frame("areas")


def test_superseded_records_are_forgotten(warehouse: Warehouse, folders: Folders) -> None:
    old = deliver(folders, [make_planted_record()])
    ingest_delivery(warehouse, old, [QUARTER])
    new = deliver(folders, [record()])
    ingest_delivery(warehouse, new, [QUARTER])
    assert read_raw_scan(warehouse, old)
    warehouse.records.delete_superseded()
    assert not warehouse.records.find_path("raw_scan", old, QUARTER).parent.exists()
    assert read_raw_scan(warehouse, new)
