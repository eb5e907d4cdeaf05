"""The edition of a quarter: its dates, its series and its cells.

The assets of a publication and their checks both start from these.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from nino_assets.governance.decision_log import locate_log
from nino_assets.governance.release_schedule import ReleaseSchedule
from nino_assets.publishing.cells import PublishedCells
from nino_assets.publishing.edition import Edition
from nino_assets.releases.edition_history import build_correction_notes
from nino_assets.releases.published_lists import read_geography_vintage, refuse_mixed_lists
from nino_assets.releases.series import find_series
from nino_assets.releases.series_revisions import build_revision_notes
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.warehouse import Warehouse


def read_edition(warehouse: Warehouse, quarter: Quarter) -> Edition:
    """Read the edition of a quarter: the whole series up to it.

    Its dates are those of the release schedule, agreed changes included. Raises
    WarehouseError when the series has a gap or stands on several lists, GovernanceError when an
    edition was corrected without an entry in the log of decisions.
    """
    first = find_series(warehouse, quarter)[0]
    series = first.list_until(quarter)
    refuse_mixed_lists(warehouse, series)
    schedule = ReleaseSchedule.from_log(locate_log(warehouse.folders.warehouse))
    cell_files = _list_cell_files(warehouse, series)
    deliveries = warehouse.serving.group_quarters(series)
    return Edition(
        quarter=quarter,
        first_quarter=first,
        published_on=schedule.find_date(quarter),
        next_release_on=schedule.find_date(quarter + 1),
        synthetic=any(delivery.synthetic for delivery in deliveries),
        corrections=build_correction_notes(warehouse, quarter, cell_files),
        revisions=build_revision_notes(warehouse, quarter, cell_files),
        geography=read_geography_vintage(warehouse, quarter),
    )


def list_cell_files(warehouse: Warehouse, edition: Edition) -> list[Path]:
    """The files of an edition's perturbed cells, by quarter."""
    return _list_cell_files(warehouse, edition.first_quarter.list_until(edition.quarter))


def read_published_cells(warehouse: Warehouse, edition: Edition) -> PublishedCells:
    """Read every cell of an edition."""
    return PublishedCells(pl.read_parquet(list_cell_files(warehouse, edition)))


def _list_cell_files(warehouse: Warehouse, series: Sequence[Quarter]) -> list[Path]:
    return warehouse.tables.list_files("perturbed_cubes", series)
