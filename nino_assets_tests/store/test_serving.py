"""Which delivery serves a quarter."""

from __future__ import annotations

import json

from nino_assets.deliveries.intake import ingest_delivery
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.delivery import Delivery
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


def test_quarters_are_grouped_by_the_delivery_that_serves_them(
    warehouse: Warehouse, folders: Folders
) -> None:
    register = deliver(folders, [record(date_of_registration="2020-08-01")] * 2, extract="register")
    ingest_delivery(warehouse, register, [Quarter(2020, 2), Quarter(2020, 3)])
    own = deliver(folders, [record()])
    ingest_delivery(warehouse, own, [QUARTER])
    assert warehouse.serving.group_quarters([QUARTER, Quarter(2020, 2), Quarter(2020, 3)]) == {
        own: [QUARTER],
        register: [Quarter(2020, 2), Quarter(2020, 3)],
    }
    warehouse.records.delete_superseded()
    assert len(read_raw_scan(warehouse, register, [Quarter(2020, 3)])) == 2


def test_a_pointer_holds_no_record(warehouse: Warehouse, folders: Folders) -> None:
    delivery = deliver(folders, [make_planted_record()])
    ingest_delivery(warehouse, delivery, [QUARTER])
    pointer = json.loads((folders.restricted / "serving" / "2020-Q4.json").read_text())
    assert Delivery.from_json(pointer) == delivery
