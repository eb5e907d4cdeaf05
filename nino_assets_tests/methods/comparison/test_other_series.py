"""The latest values of delivered series, worked out by hand."""

from __future__ import annotations

from datetime import date

import polars as pl

from nino_assets.methods.comparison.other_series import (
    STATISTICS_SCHEMA,
    DeclaredSeries,
    count_missing_periods,
    find_latest_values,
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


def statistics(*rows: tuple[str, str, Quarter, int, int]) -> pl.DataFrame:
    """Rows of (series, breakdown, period, value, day of publication in a month)."""
    return pl.DataFrame(
        [(s, b, q.label, v, "source", date(2021, 1, day)) for s, b, q, v, day in rows],
        schema=STATISTICS_SCHEMA,
        orient="row",
    )


def test_the_latest_publication_of_a_figure_counts() -> None:
    frame = statistics(
        ("applications", "All", Q, 30, 20),
        ("applications", "All", Q, 10, 1),
        ("other", "All", Q, 99, 28),
    )
    assert find_latest_values(frame, APPLICATIONS) == {Q: 30}
    assert find_latest_values(frame[::-1], APPLICATIONS) == {Q: 30}


def test_a_year_is_four_quarters_of_every_breakdown() -> None:
    rows = [("visas", part, Q + n, 10 + n, 1) for part in VISAS.breakdowns for n in range(5)]
    assert find_latest_values(statistics(*rows), VISAS) == {Q + 3: 92, Q + 4: 100}
    assert find_latest_values(statistics(*rows), VISAS, "Work") == {Q + 3: 46, Q + 4: 50}
    assert find_latest_values(statistics(*rows[1:]), VISAS) == {Q + 4: 100}


def test_what_is_due() -> None:
    assert APPLICATIONS.find_expected_period(Q) == Q
    assert VISAS.find_expected_period(Q) == Q - 1
    assert VISAS.find_expected_period(Quarter(2024, 1)) == Quarter(2020, 1)


def test_missing_periods() -> None:
    assert count_missing_periods([]) == 0
    assert count_missing_periods([Q, Q + 1, Q + 1]) == 0
    assert count_missing_periods([Q + 3, Q]) == 2
