"""Which quarters a series has, and the gap that stops a release."""

from __future__ import annotations

import pyarrow as pa
import pytest

from nino_assets.errors import WarehouseError
from nino_assets.releases.series import find_series
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
