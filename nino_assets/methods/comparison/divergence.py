"""Compares registrations with other sources: level, yearly change, divergence."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Literal

import polars as pl

from nino_assets.statistic.quarters import Quarter

PeriodType = Literal["quarter", "year_ending"]
ByQuarter = Mapping[Quarter, int]
Direction = Literal["higher", "lower"]

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
    """A series of another source, and which registrations it is held against.

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

    def expected(self, release: Quarter) -> Quarter:
        """The latest period that must be there when `release` is published."""
        latest = release - self.lag_quarters
        return min(latest, self.last_period) if self.last_period else latest


@dataclass(frozen=True)
class CoherenceTolerance:
    """Bounds from a period on: of registrations over the series, and of the gap in trend.

    The gap is the difference of the two changes over a year, in percentage points. None: no bound.
    """

    series: str
    from_quarter: Quarter
    ratio_at_least: float | None
    ratio_at_most: float | None
    trend_at_most: float | None
    evidence: str
    source: str

    @property
    def bounds(self) -> bool:
        """Whether it bounds anything: a row without bounds ends the judgement of a series."""
        return (self.ratio_at_least, self.ratio_at_most, self.trend_at_most) != (None,) * 3


@dataclass(frozen=True)
class DivergenceReason:
    """A documented reason why registrations are higher or lower than a series, or either."""

    series: str
    way: Literal["higher", "lower", "either"]
    first_quarter: Quarter | None
    last_quarter: Quarter | None
    title: str
    description: str
    source: str

    def explains(self, series: str, period: Quarter, way: Direction) -> bool:
        """Whether the reason is documented for this series, period and direction."""
        return (
            self.series == series
            and self.way in (way, "either")
            and (self.first_quarter is None or self.first_quarter <= period)
            and (self.last_quarter is None or period <= self.last_quarter)
        )


@dataclass(frozen=True)
class Comparison:
    """Registrations and one series in one period. Changes are over a year, in percent.

    `level` and `trend` say which way registrations diverge from the series beyond tolerance; None
    when they do not, or when there is nothing to judge. `judged` says that a tolerance is in force;
    `level_broken` that a known discontinuity of registrations touches the period, `trend_broken`
    that one touches the period or that of a year before.
    """

    series: str
    period: str
    registrations: int
    value: int
    ratio: float | None
    registrations_change: float | None
    series_change: float | None
    level: Direction | None
    trend: Direction | None
    judged: bool
    level_broken: bool
    trend_broken: bool

    @property
    def gap(self) -> float | None:
        """Registrations' change less the series' change, in percentage points."""
        if self.registrations_change is None or self.series_change is None:
            return None
        return self.registrations_change - self.series_change

    @property
    def diverges(self) -> bool:
        return bool(self.level or self.trend)

    @property
    def excused(self) -> bool:
        """Whether known discontinuities touch all that diverges."""
        level, trend = not self.level or self.level_broken, not self.trend or self.trend_broken
        return self.diverges and level and trend


COMPARISON_SCHEMA = dict(
    zip(
        [field.name for field in fields(Comparison)],
        [pl.String] * 2 + [pl.Int64] * 2 + [pl.Float64] * 3 + [pl.String] * 2 + [pl.Boolean] * 3,
        strict=True,
    )
)


def find_latest_values(
    statistics: pl.DataFrame, series: DeclaredSeries, breakdown: str | None = None
) -> dict[Quarter, int]:
    """A series, or one breakdown of it, over the periods in which it is compared.

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


def compare_with_registrations(  # noqa: PLR0913 - one argument a source of the comparison
    series: DeclaredSeries,
    registrations: ByQuarter,
    values: ByQuarter,
    tolerances: Sequence[CoherenceTolerance],
    *,
    broken: Collection[Quarter],
    last: Quarter,
) -> list[Comparison]:
    """Every period up to `last` that both have, ascending.

    `registrations` are published counts over the same kind of period; `broken` are the quarters
    that a known discontinuity of registrations touches.
    """
    length = 4 if series.compared_over == "year_ending" else 1
    found = []
    for period in sorted(q for q in values if q in registrations and q <= last):
        ours, theirs = registrations[period], values[period]
        before = period - 4
        ours_change = _change(ours, registrations.get(before))
        theirs_change = _change(theirs, values.get(before))
        tolerance = _in_force(tolerances, series.name, period)
        level_broken, trend_broken = (
            any(p - n in broken for p in touched for n in range(length))
            for touched in ((period,), (period, before))
        )
        found.append(
            Comparison(
                series=series.name,
                period=period.label,
                registrations=ours,
                value=theirs,
                ratio=ours / theirs if theirs else None,
                registrations_change=ours_change,
                series_change=theirs_change,
                level=_level(ours, theirs, tolerance),
                trend=_trend(ours_change, theirs_change, tolerance),
                judged=tolerance is not None and tolerance.bounds,
                level_broken=level_broken,
                trend_broken=trend_broken,
            )
        )
    return found


def build_comparison_frame(comparisons: Iterable[Comparison]) -> pl.DataFrame:
    """Comparisons as a table in `COMPARISON_SCHEMA`."""
    return pl.DataFrame([asdict(each) for each in comparisons], schema=COMPARISON_SCHEMA)


def count_missing_periods(periods: Collection[Quarter]) -> int:
    """Quarters between the first and the last of `periods` that are not among them."""
    if not periods:
        return 0
    return len(min(periods).until(max(periods))) - len(set(periods))


def _change(now: int, before: int | None) -> float | None:
    """Percent; None where there is no earlier figure, or it is nil."""
    return 100 * (now - before) / before if before else None


def _in_force(
    tolerances: Sequence[CoherenceTolerance], series: str, period: Quarter
) -> CoherenceTolerance | None:
    dated = [t for t in tolerances if t.series == series and t.from_quarter <= period]
    return max(dated, key=lambda t: t.from_quarter, default=None)


def _level(ours: int, theirs: int, tolerance: CoherenceTolerance | None) -> Direction | None:
    if tolerance is None:
        return None
    low, high = tolerance.ratio_at_least, tolerance.ratio_at_most
    if high is not None and ours > high * theirs:
        return "higher"
    if low is not None and ours < low * theirs:
        return "lower"
    return None


def _trend(
    ours: float | None, theirs: float | None, tolerance: CoherenceTolerance | None
) -> Direction | None:
    if tolerance is None or tolerance.trend_at_most is None or ours is None or theirs is None:
        return None
    if abs(ours - theirs) <= tolerance.trend_at_most:
        return None
    return "higher" if ours > theirs else "lower"
