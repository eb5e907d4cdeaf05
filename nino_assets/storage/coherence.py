"""What the warehouse holds of other sources, beside the published registrations of an edition.

Belongs here: what the coherence report and its checks both start from. Does not belong here: how
figures are compared (`methods/coherence.py`) and shown (`publishing/coherence/`).
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from nino_assets.methods.coherence import DeclaredSeries, compare, latest_values
from nino_assets.publishing import events
from nino_assets.publishing.coherence.registrations import Registrations
from nino_assets.publishing.coherence.report import ComparedSeries
from nino_assets.publishing.edition import Edition
from nino_assets.storage.comparator_files import (
    COMPARATORS,
    OPERATIONAL_INFORMATION,
    coherence_tolerances,
    statistics_layout,
)
from nino_assets.storage.editions import quarter_files
from nino_assets.storage.warehouse import Warehouse
from nino_assets.vocabulary import SYNTHETIC_SOURCE

LAYOUTS = {
    "operational_information": OPERATIONAL_INFORMATION,
    "comparator_statistics": COMPARATORS,
}
"""Asset → the layout of its files."""


def declared_series(asset: str) -> tuple[DeclaredSeries, ...]:
    """The series of one of the two delivered assets."""
    return statistics_layout(LAYOUTS[asset]).series


def compared_series(warehouse: Warehouse, edition: Edition) -> list[ComparedSeries]:
    """Every declared series beside registrations, with nothing later than the edition's quarter.

    Raises WarehouseError when an asset was not materialised.
    """
    registrations = Registrations(quarter_files(warehouse, edition))
    tolerances = coherence_tolerances()
    broken = {
        quarter
        for event in events.discontinuities(edition.first_quarter - 8, edition.quarter)
        for quarter in event.first_quarter.until(event.last_quarter)
    }
    found = []
    for asset in LAYOUTS:
        statistics = warehouse.frame(asset).filter(pl.col("period") <= edition.quarter.label)
        for series in declared_series(asset):
            beside = registrations.beside(series)
            comparisons = compare(
                series,
                beside,
                latest_values(statistics, series),
                tolerances,
                broken=broken,
                last=edition.quarter,
            )
            sources = statistics.filter(series=series.name)["source"].unique().sort()
            found.append(
                ComparedSeries(
                    series=series,
                    registrations=beside,
                    breakdowns={
                        name: latest_values(statistics, series, name) for name in series.breakdowns
                    },
                    comparisons=tuple(comparisons),
                    sources=tuple(sources.to_list()),
                )
            )
    return found


def holds_synthetic(compared: Sequence[ComparedSeries]) -> bool:
    """Whether any figure of another source is made up."""
    return any(s.startswith(SYNTHETIC_SOURCE) for each in compared for s in each.sources)
