"""Compares registrations with other sources: level, yearly change, divergence."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Literal

import polars as pl

from nino_assets.methods.comparison.other_series import ByQuarter, DeclaredSeries
from nino_assets.statistic.quarters import Quarter

Direction = Literal["higher", "lower"]


@dataclass(frozen=True)
class CoherenceTolerance:
    """Bounds from a period on, for level and for trend.

    The level is registrations over the series; the trend is the gap between the two changes.

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
    def has_bounds(self) -> bool:
        """Whether any bound is set: a row without bounds ends the comparison."""
        return (self.ratio_at_least, self.ratio_at_most, self.trend_at_most) != (None,) * 3


@dataclass(frozen=True)
class DivergenceReason:
    """A documented reason why registrations differ from a series."""

    series: str
    direction: Literal["higher", "lower", "either"]
    first_quarter: Quarter | None
    last_quarter: Quarter | None
    title: str
    description: str
    source: str

    def explains(self, series: str, period: Quarter, direction: Direction) -> bool:
        """Whether the reason is documented for this series, period and direction."""
        return (
            self.series == series
            and self.direction in (direction, "either")
            and (self.first_quarter is None or self.first_quarter <= period)
            and (self.last_quarter is None or period <= self.last_quarter)
        )


@dataclass(frozen=True)
class Comparison:
    """Registrations and one series in one period.

    Changes are over a year, in per cent.

    `level` and `trend` are the direction in which registrations diverge from the series beyond
    tolerance; None when they do not, or when nothing can be compared. `has_tolerance`: a tolerance
    is in force. `level_discontinuous`: a known discontinuity of registrations touches the period;
    `trend_discontinuous`: one touches the period or that of a year before.
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
    has_tolerance: bool
    level_discontinuous: bool
    trend_discontinuous: bool

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
    def is_explained(self) -> bool:
        """Whether known find_discontinuities touch all that diverges."""
        level_explained = not self.level or self.level_discontinuous
        trend_explained = not self.trend or self.trend_discontinuous
        return self.diverges and level_explained and trend_explained


COMPARISON_SCHEMA = dict(
    zip(
        [field.name for field in fields(Comparison)],
        [pl.String] * 2 + [pl.Int64] * 2 + [pl.Float64] * 3 + [pl.String] * 2 + [pl.Boolean] * 3,
        strict=True,
    )
)


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
        ours_change = _compute_change(ours, registrations.get(before))
        theirs_change = _compute_change(theirs, values.get(before))
        tolerance = _find_tolerance(tolerances, series.name, period)
        level_discontinuous, trend_discontinuous = (
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
                level=_compare_level(ours, theirs, tolerance),
                trend=_compare_trend(ours_change, theirs_change, tolerance),
                has_tolerance=tolerance is not None and tolerance.has_bounds,
                level_discontinuous=level_discontinuous,
                trend_discontinuous=trend_discontinuous,
            )
        )
    return found


def build_comparison_frame(comparisons: Iterable[Comparison]) -> pl.DataFrame:
    """Comparisons as a table in `COMPARISON_SCHEMA`."""
    return pl.DataFrame([asdict(each) for each in comparisons], schema=COMPARISON_SCHEMA)


def _compute_change(now: int, before: int | None) -> float | None:
    """Percent; None where there is no earlier figure, or it is nil."""
    return 100 * (now - before) / before if before else None


def _find_tolerance(
    tolerances: Sequence[CoherenceTolerance], series: str, period: Quarter
) -> CoherenceTolerance | None:
    dated = [t for t in tolerances if t.series == series and t.from_quarter <= period]
    return max(dated, key=lambda t: t.from_quarter, default=None)


def _compare_level(
    ours: int, theirs: int, tolerance: CoherenceTolerance | None
) -> Direction | None:
    if tolerance is None:
        return None
    low, high = tolerance.ratio_at_least, tolerance.ratio_at_most
    if high is not None and ours > high * theirs:
        return "higher"
    if low is not None and ours < low * theirs:
        return "lower"
    return None


def _compare_trend(
    ours: float | None, theirs: float | None, tolerance: CoherenceTolerance | None
) -> Direction | None:
    if tolerance is None or tolerance.trend_at_most is None or ours is None or theirs is None:
        return None
    if abs(ours - theirs) <= tolerance.trend_at_most:
        return None
    return "higher" if ours > theirs else "lower"
