"""Records stand by the delivery they came in, and go when it is superseded."""

from __future__ import annotations

from typing import Any

import pytest

from nino_assets.deliveries.intake import ingest_delivery
from nino_assets.errors import WarehouseError
from nino_assets.orchestration.assets.catalogue import open_warehouse
from nino_assets.store.folders import Folders
from nino_assets.store.serving import Serving
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


def test_what_another_run_is_taking_in_stays(
    warehouse: Warehouse, folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between its records and its pointer, a quarter of another run is counted."""
    other = open_warehouse(folders)
    point_to = Serving.point_to

    def count_another_quarter_first(*given: Any) -> None:
        other.records.delete_superseded()
        point_to(*given)

    monkeypatch.setattr(Serving, "point_to", count_another_quarter_first)
    delivery = deliver(folders, [make_planted_record()])
    ingest_delivery(warehouse, delivery, [QUARTER])
    assert read_raw_scan(warehouse, delivery)


def test_a_pointer_that_moves_while_it_is_looked_at_counts(
    warehouse: Warehouse, folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    delivery = deliver(folders, [make_planted_record()])
    ingest_delivery(warehouse, delivery, [QUARTER])
    seen = iter([set[str]()])
    list_serving = Serving.list_serving
    monkeypatch.setattr(Serving, "list_serving", lambda held: next(seen, list_serving(held)))
    warehouse.records.delete_superseded()
    assert read_raw_scan(warehouse, delivery)
