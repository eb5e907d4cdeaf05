"""Series of other sources: their declaration and their latest values."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

import polars as pl

from nino_assets.statistic.quarters import Quarter

PeriodType = Literal["quarter", "year_ending"]
ByQuarter = Mapping[Quarter, int]

STATISTICS_SCHEMA = {
    "series": pl.String,
    "breakdown": pl.String,
    "period": pl.String,
    "value": pl.Int64,
    "source": pl.String,
    "published_on": pl.Date,
}
"""Another source as it was delivered: one row a series, breakdown, period and publication."""


@dataclass(frozen=True)
class DeclaredSeries:
    """A series of another source, and the registrations compared with it.

    `delivered_as` is what its periods are; `compared_over` what is compared, a year ending being
    the sum of four delivered quarters where need be. `lag_quarters` is how far behind the release
    quarter its latest period may be; `last_period` is where the series ended, if it did. `counted`
    and `producer` are the bulletin's words for what it counts and who publishes it; a series
    without them is for the team only.
    """

    name: str
    title: str
    label: str
    breakdowns: tuple[str, ...]
    delivered_as: PeriodType
    compared_over: PeriodType
    nationality: str
    lag_quarters: int
    last_period: Quarter | None = None
    counted: str = ""
    producer: str = ""

    def find_expected_period(self, release: Quarter) -> Quarter:
        """The latest period that must be there when `release` is published."""
        latest = release - self.lag_quarters
        return min(latest, self.last_period) if self.last_period else latest


def find_latest_values(
    statistics: pl.DataFrame, series: DeclaredSeries, breakdown: str | None = None
) -> dict[Quarter, int]:
    """The latest values of a series, or of one of its breakdowns.

    They are given over the periods in which the series is compared.

    `statistics` is in `STATISTICS_SCHEMA`. Of several publications of a figure the latest counts.
    A period that lacks a breakdown, or one of its four quarters, has no value.
    """
    wanted = [breakdown] if breakdown else series.breakdowns
    newest: dict[tuple[str, Quarter], tuple[date, int]] = {}
    rows = statistics.filter(series=series.name).select(
        "breakdown", "period", "published_on", "value"
    )
    for part, period, published, value in rows.iter_rows():
        key = (part, Quarter.parse(period))
        newest[key] = max(newest.get(key, (date.min, 0)), (published, value))
    periods = sorted({period for _, period in newest})
    whole = {
        period: sum(newest[part, period][1] for part in wanted)
        for period in periods
        if all((part, period) in newest for part in wanted)
    }
    if series.delivered_as == series.compared_over:
        return whole
    return {
        period: sum(whole[period - n] for n in range(4))
        for period in whole
        if all(period - n in whole for n in range(4))
    }


def count_missing_periods(periods: Collection[Quarter]) -> int:
    """How many quarters are missing between the first and the last."""
    if not periods:
        return 0
    return len(min(periods).list_until(max(periods))) - len(set(periods))
