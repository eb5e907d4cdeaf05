"""Which quarters a series has, and the gap that stops a release."""

from __future__ import annotations

import pyarrow as pa
import pytest

from nino_assets.errors import WarehouseError
from nino_assets.releases.series import find_series, list_left_out, refuse_left_out
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.warehouse import Warehouse
from nino_assets_tests.support.small_delivery import (
    QUARTER,
    deliver,
    record,
)


def test_a_series_has_no_gap(warehouse: Warehouse) -> None:
    def hold(quarter: Quarter) -> None:
        table = pa.table({"n": [1]})
        warehouse.tables.write("keyed_counts", table.to_reader(), quarter)

    deliver(warehouse.folders, [record()])
    assert find_series(warehouse, QUARTER)[0] == QUARTER
    hold(Quarter(2020, 2))
    with pytest.raises(WarehouseError, match="2020-Q3 is not in the warehouse") as caught:
        find_series(warehouse, QUARTER)[0]
    assert "--from 2020-Q3" in caught.value.next_step
    hold(Quarter(2020, 3))
    assert find_series(warehouse, QUARTER)[0] == Quarter(2020, 2)
    assert warehouse.tables.list_quarters("keyed_counts") == [Quarter(2020, 2), Quarter(2020, 3)]


def test_a_delivered_quarter_before_the_series_is_left_out_of_it(warehouse: Warehouse) -> None:
    table = pa.table({"n": [1]})
    for back in (3, 1, 0):
        deliver(warehouse.folders, [record()], QUARTER - back)
    warehouse.tables.write("keyed_counts", table.to_reader(), QUARTER - 1)
    assert list_left_out(warehouse, QUARTER) == [QUARTER - 3]
    with pytest.raises(WarehouseError, match="leaves out 2020-Q1, which has landed") as caught:
        refuse_left_out(warehouse, QUARTER)
    assert "nino-assets build --quarter 2020-Q1" in caught.value.next_step
    assert list_left_out(warehouse, QUARTER - 3) == [], "it is the first of its own series"
    for back in (3, 2):
        warehouse.tables.write("keyed_counts", table.to_reader(), QUARTER - back)
    assert list_left_out(warehouse, QUARTER) == []
    refuse_left_out(warehouse, QUARTER)
