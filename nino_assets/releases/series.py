"""The series of quarters that an edition publishes, without a gap."""

from __future__ import annotations

from nino_assets.deliveries.landed import list_delivered_quarters
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


def list_left_out(warehouse: Warehouse, last: Quarter) -> list[Quarter]:
    """The delivered quarters before the series that ends with `last`.

    A quarter whose build failed leaves no gap when it is the first one: the series would begin
    later, and nobody would be told.
    """
    first = find_series(warehouse, last)[0]
    return [quarter for quarter in list_delivered_quarters(warehouse.folders) if quarter < first]


def refuse_left_out(warehouse: Warehouse, last: Quarter) -> None:
    """Raise WarehouseError when a delivered quarter before the series is left out."""
    for quarter in list_left_out(warehouse, last):
        raise WarehouseError(
            f"The series leaves out {quarter.label}, which has landed and was not built",
            rule="every delivered quarter before the release quarter is in its series",
            next_step=f"build it first: nino-assets build --quarter {quarter.label}; or take its "
            "folder out of landing/ if it is not to be published",
        )
