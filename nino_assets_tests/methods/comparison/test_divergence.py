"""Level and trend of registrations beside another source, worked out by hand."""

from __future__ import annotations

from typing import Any

import pytest

from nino_assets.methods.comparison.divergence import (
    COMPARISON_SCHEMA,
    CoherenceTolerance,
    Comparison,
    DivergenceReason,
    build_comparison_frame,
    compare_with_registrations,
)
from nino_assets.methods.comparison.other_series import (
    DeclaredSeries,
)
from nino_assets.statistic.quarters import Quarter

Q = Quarter(2016, 2)
APPLICATIONS = DeclaredSeries(
    "applications", "Applications", "Applications", ("All",), "quarter", "quarter", "All", 0
)
VISAS = DeclaredSeries(
    "visas",
    "Visas",
    "Visas",
    ("Work", "Study"),
    "quarter",
    "year_ending",
    "All",
    1,
    Quarter(2020, 1),
)
TOLERANCE = CoherenceTolerance("applications", Quarter(2002, 1), 0.8, 1.2, 25, "evidence", "source")


def compared(
    ours: dict[Quarter, int], theirs: dict[Quarter, int], *tolerances: CoherenceTolerance, **kw: Any
) -> list[Comparison]:
    settings: dict[str, Any] = {"broken": (), "last": Quarter(2020, 4)} | kw
    return compare_with_registrations(
        APPLICATIONS, ours, theirs, tolerances or (TOLERANCE,), **settings
    )


def test_ratio_changes_and_gap() -> None:
    _, now = compared({Q - 4: 100, Q: 150}, {Q - 4: 100, Q: 130})
    assert (now.period, now.registrations, now.value) == ("2016-Q2", 150, 130)
    assert now.ratio == pytest.approx(150 / 130)
    assert (now.registrations_change, now.series_change, now.gap) == (50, 30, 20)
    assert (now.level, now.trend, now.has_tolerance, now.diverges) == (None, None, True, False)


@pytest.mark.parametrize(
    ("ours", "theirs", "level"),
    [(120, 100, None), (121, 100, "higher"), (80, 100, None), (79, 100, "lower"), (5, 0, "higher")],
)
def test_level_diverges_beyond_either_bound(ours: int, theirs: int, level: str | None) -> None:
    (found,) = compared({Q: ours}, {Q: theirs})
    assert found.level == level
    assert found.trend is None
    assert found.gap is None


@pytest.mark.parametrize(
    ("ours", "theirs", "trend"),
    [(100, 100, None), (115, 90, None), (116, 90, "higher"), (85, 111, "lower")],
)
def test_trend_diverges_beyond_the_gap(ours: int, theirs: int, trend: str | None) -> None:
    before, now = compared({Q - 4: 100, Q: ours}, {Q - 4: 100, Q: theirs})
    assert before.trend is None
    assert now.trend == trend


def test_nothing_of_a_nil_year_before() -> None:
    _, now = compared({Q - 4: 10, Q: 20}, {Q - 4: 0, Q: 20})
    assert now.series_change is None
    assert (now.gap, now.trend) == (None, None)


def test_the_tolerance_of_the_period_holds() -> None:
    later = CoherenceTolerance("applications", Q, None, None, None, "", "")
    of_another = CoherenceTolerance("visas", Q, 5, 6, 1, "", "")
    before, now = compared({Q - 1: 200, Q: 200}, {Q - 1: 100, Q: 100}, TOLERANCE, later, of_another)
    assert (before.level, before.has_tolerance) == ("higher", True)
    assert (now.level, now.has_tolerance) == (None, False)


def test_only_common_periods_up_to_the_last() -> None:
    ours = {Q: 1, Q + 1: 1, Q + 2: 1}
    found = compared(ours, {Q - 1: 1, Q: 1, Q + 2: 1}, last=Q + 1)
    assert [each.period for each in found] == [Q.label]


def test_breaks_of_the_period_and_of_the_year_before() -> None:
    figures = {q: 100 for q in (Q - 4).list_until(Q + 4)}
    found = {c.period: c for c in compared(figures, figures, broken=[Q])}
    assert (found[Q.label].level_discontinuous, found[Q.label].trend_discontinuous) == (True, True)
    after = found[(Q + 4).label]
    assert (after.level_discontinuous, after.trend_discontinuous) == (False, True)
    yearly = compare_with_registrations(VISAS, figures, figures, (), broken=[Q], last=Q + 4)
    touched = {c.period for c in yearly if c.level_discontinuous}
    assert touched == {(Q + n).label for n in range(4)}


def test_a_divergence_is_excused_only_where_a_break_touches_it() -> None:
    high = {Q: 500, Q + 4: 500}
    first, second = compared(high, {Q: 100, Q + 4: 100}, broken=[Q])
    assert (first.diverges, first.is_explained) == (True, True)
    assert (second.diverges, second.is_explained) == (True, False)


def test_reasons_hold_for_their_direction_and_periods() -> None:
    reason = DivergenceReason("visas", "higher", None, Q, "", "", "")
    assert reason.explains("visas", Q, "higher")
    assert not reason.explains("visas", Q, "lower")
    assert not reason.explains("visas", Q + 1, "higher")
    assert not reason.explains("applications", Q, "higher")
    assert DivergenceReason("visas", "either", Q, None, "", "", "").explains(
        "visas", Q + 9, "lower"
    )


def test_the_table_has_its_declared_columns_when_empty_too() -> None:
    assert dict(build_comparison_frame([]).schema) == COMPARISON_SCHEMA
    assert dict(build_comparison_frame(compared({Q: 5}, {Q: 5})).schema) == COMPARISON_SCHEMA
