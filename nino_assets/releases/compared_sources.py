"""Figures of other sources, compared with an edition's registrations.

The coherence report, the bulletin and their checks start from these.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from nino_assets.deliveries.comparator_files import (
    COMPARATORS,
    OPERATIONAL_INFORMATION,
    read_coherence_tolerances,
    read_comparator_layout,
)
from nino_assets.methods.comparison.divergence import compare_with_registrations
from nino_assets.methods.comparison.other_series import DeclaredSeries, find_latest_values
from nino_assets.publishing.bulletin.source_figures import OtherSource
from nino_assets.publishing.coherence.coherence_contents import ComparedSeries
from nino_assets.publishing.coherence.registrations import Registrations
from nino_assets.publishing.edition import Edition
from nino_assets.releases.editions import list_cell_files
from nino_assets.statistic import events
from nino_assets.statistic import vocabulary as v
from nino_assets.statistic.commentary_lists import ALL_MEMBERS
from nino_assets.statistic.identity import SYNTHETIC_SOURCE
from nino_assets.statistic.published_domain import make_slug
from nino_assets.statistic.quarters import SERIES_START
from nino_assets.store.warehouse import Warehouse

LAYOUTS = {
    "operational_information": OPERATIONAL_INFORMATION,
    "comparator_statistics": COMPARATORS,
}
"""Asset → the layout of its files."""


def list_declared_series(asset: str) -> tuple[DeclaredSeries, ...]:
    """The declared series of one of these assets."""
    return read_comparator_layout(LAYOUTS[asset]).series


def compare_declared_series(warehouse: Warehouse, edition: Edition) -> list[ComparedSeries]:
    """Compare every declared series with registrations.

    Nothing is later than the edition's quarter. Raises WarehouseError when an asset was not
    materialised.
    """
    registrations = Registrations(list_cell_files(warehouse, edition))
    tolerances = read_coherence_tolerances()
    known = events.find_discontinuities(edition.first_quarter - 8, edition.quarter)
    found = []
    for asset in LAYOUTS:
        statistics = warehouse.tables.read_frame(asset).filter(
            pl.col("period") <= edition.quarter.label
        )
        for series in list_declared_series(asset):
            counts = registrations.get_counts(series)
            comparisons = compare_with_registrations(
                series,
                counts,
                find_latest_values(statistics, series),
                tolerances,
                broken={
                    quarter
                    for event in known
                    if series.nationality != v.ALL or event.members == ALL_MEMBERS
                    for quarter in event.first_quarter.list_until(event.last_quarter)
                },
                last=edition.quarter,
            )
            sources = statistics.filter(series=series.name)["source"].unique().sort()
            found.append(
                ComparedSeries(
                    series=series,
                    registrations=counts,
                    breakdowns={
                        name: find_latest_values(statistics, series, name)
                        for name in series.breakdowns
                    },
                    comparisons=tuple(comparisons),
                    sources=tuple(sources.to_list()),
                )
            )
    return found


def list_other_sources(warehouse: Warehouse, edition: Edition) -> tuple[OtherSource, ...]:
    """The series that the bulletin shows, in the order of declaration.

    These are comparator statistics, which others have published: operational information is for the
    team. Figures published after the edition's own date are left out, so that an edition made again
    says the same. So is a series that ended more than a year before the edition's quarter, and a
    synthetic one when registrations are real. Empty when nothing was delivered.
    """
    asset = "comparator_statistics"
    if not warehouse.tables.is_stored(asset):
        return ()
    statistics = warehouse.tables.read_frame(asset).filter(
        pl.col("period") <= edition.quarter.label,
        pl.col("published_on") <= edition.published_on,
        edition.synthetic | ~pl.col("source").str.starts_with(SYNTHETIC_SOURCE),
    )
    found = []
    for series in list_declared_series(asset):
        values = {q: n for q, n in find_latest_values(statistics, series).items() if n > 0}
        current = max(values, default=SERIES_START) >= edition.quarter - 4
        if values and current and series.counted and series.compared_over == "year_ending":
            cited = statistics.filter(series=series.name)["source"].unique().sort()
            found.append(
                OtherSource(
                    series=series.name,
                    label=series.label,
                    counted=series.counted,
                    producer=series.producer,
                    nationality=make_slug(series.nationality),
                    values=values,
                    cited=tuple(cited.to_list()),
                )
            )
    return tuple(found)


def holds_synthetic(compared: Sequence[ComparedSeries]) -> bool:
    """Whether any figure of another source is synthetic."""
    return any(s.startswith(SYNTHETIC_SOURCE) for each in compared for s in each.sources)
