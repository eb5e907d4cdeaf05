"""The series of quarters that an edition publishes, without a gap."""

from __future__ import annotations

from nino_assets.errors import WarehouseError
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.warehouse import Warehouse


def find_series(warehouse: Warehouse, last: Quarter) -> list[Quarter]:
    """The quarters of the series that ends with `last`, ascending.

    `last` need not be built yet. Raises WarehouseError when a quarter between was never built.
    """
    held = [
        quarter for quarter in warehouse.tables.list_quarters("keyed_counts") if quarter <= last
    ]
    series = list(min([*held, last]).list_until(last))
    missing = [quarter for quarter in series[:-1] if quarter not in held]
    if missing:
        raise WarehouseError(
            f"The series has a gap: {missing[0].label} is not in the warehouse",
            rule="a series runs without a gap from its first quarter to the release quarter",
            next_step="build it: nino-assets build "
            f"--quarter {last.label} --from {missing[0].label}",
        )
    return series
