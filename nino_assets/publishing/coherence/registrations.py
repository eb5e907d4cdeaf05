"""The published registrations that other sources are compared with.

Nothing is added up: a year ending is a published cell.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from nino_assets.methods.comparison.other_series import ByQuarter, DeclaredSeries, PeriodType
from nino_assets.statistic import vocabulary as v
from nino_assets.statistic.published_domain import QUARTER_NATIONALITY, YEAR_NATIONALITY
from nino_assets.statistic.quarters import Quarter

PERIODS: dict[str, PeriodType] = {
    cube.name: cube.period for cube in (QUARTER_NATIONALITY, YEAR_NATIONALITY)
}
"""The cubes that are read, by name, with the kind of period that each holds."""
LEVELS = {v.ALL: "total", v.NON_EU: "aggregate"}


class Registrations:
    """Registrations by kind of period and nationality, total and non-EU."""

    def __init__(self, files: Sequence[Path]) -> None:
        """Read from the files of `perturbed_cubes`, in the columns of `CELL_COLUMNS`."""
        cells = (
            pl.scan_parquet(list(files))
            .filter(
                pl.col("cube").is_in(list(PERIODS)),
                pl.col("nationality_level").is_in(list(LEVELS.values())),
            )
            .select("cube", "nationality", "time_period", "registrations")
            .collect()
        )
        self._counts: dict[tuple[str, str], dict[Quarter, int]] = {
            (kind, nationality): {} for kind in PERIODS.values() for nationality in LEVELS
        }
        for cube, nationality, period, count in cells.iter_rows():
            self._counts[PERIODS[cube], nationality][Quarter.parse(period)] = int(count)

    def get_counts(self, series: DeclaredSeries) -> ByQuarter:
        """Return the published counts that a series is compared with."""
        return self._counts[series.compared_over, series.nationality]
