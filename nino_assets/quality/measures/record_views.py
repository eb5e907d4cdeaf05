"""Views of the record assets that several suites judge."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from nino_assets.statistic.quarters import Quarter
from nino_assets.store.warehouse import Warehouse


def create_record_views(
    con: duckdb.DuckDBPyConnection, warehouse: Warehouse, quarters: Sequence[Quarter], *assets: str
) -> None:
    """Create a view of each record asset, holding just these quarters."""
    for asset in assets:
        parts = []
        for n, (delivery, served) in enumerate(warehouse.serving.group_quarters(quarters).items()):
            con.register(f"{asset}_{n}", warehouse.records.read(asset, delivery, served))
            parts.append(f"SELECT * FROM {asset}_{n}")
        con.execute(f"CREATE VIEW {asset} AS {' UNION ALL '.join(parts)}")
    labels = ", ".join(f"('{quarter.label}')" for quarter in quarters)
    con.execute(f"CREATE VIEW asked AS SELECT * FROM (VALUES {labels}) AS t(quarter)")
