"""Each expectation about the cubes fails on a planted defect."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from nino_assets.quality import known_breaks
from nino_assets.quality.known_breaks import KnownBreak
from nino_assets.quality.measures import year_before
from nino_assets.quality.suites import keyed_counts
from nino_assets.quality.suites.all import find_suite
from nino_assets.quality.suites.perturbed_cubes import SUITE
from nino_assets.statistic.published_domain import CELL_COLUMNS
from nino_assets.statistic.quarters import Quarter
from nino_assets_tests.support.defects import (
    Cases,
    Planter,
    assert_caught,
    change_rows,
    drop_first_row,
    run_checks,
    set_values,
    set_where,
)
from nino_assets_tests.support.synthetic_build import FIRST, LATEST

TOTAL = (
    (pl.col("geography_code") == "K02000001")
    & (pl.col("nationality_level") == "total")
    & (pl.col("age") == "All")
    & (pl.col("sex") == "All")
    & (pl.col("arrival_lag") == "All")
)


def _low_cell_twice(frame: pl.DataFrame) -> pl.DataFrame:
    """One cell in the place of another: as many cells, one of them twice."""
    return pl.concat([frame.head(1), frame.head(1), frame.slice(2)])


CASES: Cases = {
    "columns_exact": change_rows("perturbed_cubes", lambda f: f.with_columns(true_count=pl.lit(1))),
    "undeclared_cells": drop_first_row("perturbed_cubes"),
    "repeated_cells": change_rows("perturbed_cubes", _low_cell_twice),
    "forbidden_counts": set_values("perturbed_cubes", "registrations", 3),
    "low_misplaced": set_values("perturbed_cubes", "observation_status", None),
    "cells_differ": change_rows(
        "perturbed_cubes",
        set_where(TOTAL & (pl.col("cube") == "quarter_area"), "registrations", 9999),
    ),
    "totals_off": change_rows("perturbed_cubes", set_where(TOTAL, "registrations", 9999)),
    **{
        f"{column}_filled": set_values("perturbed_cubes", column, None)
        for column in ("registrations", "geography_name", "nationality")
    },
    "counts_not_negative": set_values("perturbed_cubes", "registrations", -1),
    "cube_listed": set_values("perturbed_cubes", "cube", "month_area"),
    "nationality_levels": set_values("perturbed_cubes", "nationality_level", "continent"),
    "geography_levels": set_values("perturbed_cubes", "geography_level", "ward"),
    "age_listed": set_values("perturbed_cubes", "age", "18 to 24"),
    "sex_listed": set_values("perturbed_cubes", "sex", "F"),
    "arrival_lag_listed": set_values("perturbed_cubes", "arrival_lag", "Soon"),
    "total_change_percent": change_rows("perturbed_cubes", set_where(TOTAL, "registrations", 9999)),
    "sub_groups_moved": change_rows(
        "perturbed_cubes",
        set_where(pl.col("nationality_code") == "oceania", "registrations", 9999),
    ),
    "counts_published": change_rows(
        "perturbed_cubes", lambda f: f.with_columns(registrations=pl.lit(0, pl.Int64))
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_defect_is_caught(name: str, planter: Planter) -> None:
    assert_caught(SUITE, name, CASES[name], planter)


@pytest.mark.parametrize(
    "one_of_two",
    [
        (pl.col("cube") == "year_lag")
        & (pl.col("nationality_code") == "oceania")
        & (pl.col("arrival_lag") == "All"),
        (pl.col("geography_level") == "region") & pl.col("geography_code").str.starts_with("S"),
    ],
)
def test_cells_below_the_total_have_one_value_too(one_of_two: pl.Expr, planter: Planter) -> None:
    planter.frame("perturbed_cubes", set_where(one_of_two, "registrations", 9999))
    found = run_checks(SUITE, planter.warehouse, "cells_differ", "totals_off")
    assert found["cells_differ"].observed
    assert found["totals_off"].passed


def test_a_cell_stored_under_another_quarter_is_undeclared(planter: Planter) -> None:
    stray = pl.lit("2002-Q1").alias("time_period")
    planter.frame("perturbed_cubes", lambda f: pl.concat([f, f.head(1).with_columns(stray)]))
    found = run_checks(SUITE, planter.warehouse, "undeclared_cells")
    assert not found["undeclared_cells"].passed


def test_columns_are_named_as_readers_know_them() -> None:
    rule = next(e for e in SUITE.expectations if e.name == "columns_exact")
    assert rule.sentence == f"The columns are exactly: {', '.join(CELL_COLUMNS)}."


def _know(
    planter: Planter,
    name: str,
    first: Quarter,
    last: Quarter,
    sub_group: str = "",
    at_most: float | None = None,
) -> None:
    """Let the list of known breaks hold one."""
    known = KnownBreak(
        first=first, last=last, sub_group=sub_group, words="It was known.", at_most=at_most
    )
    planter.instead(known_breaks, "_read_list", lambda: ((name, known),))


def test_a_known_break_explains_what_it_covers_and_is_shown(planter: Planter) -> None:
    name = "total_change_percent"
    planter.frame("perturbed_cubes", set_where(TOTAL, "registrations", 9999))
    _know(planter, name, LATEST - 1, LATEST)
    found = run_checks(SUITE, planter.warehouse, name)[name]
    assert (found.passed, found.unexpected, found.explanation) == (True, 1, "It was known.")
    assert found.observed is not None
    _know(planter, name, LATEST - 1, LATEST, at_most=50)
    assert not run_checks(SUITE, planter.warehouse, name)[name].passed
    _know(planter, name, LATEST + 1, LATEST + 4)
    later = run_checks(SUITE, planter.warehouse, name)[name]
    assert (later.passed, later.explanation) == (False, None)


def test_a_sub_group_that_moved_is_named_unless_it_is_explained(planter: Planter) -> None:
    name = "sub_groups_moved"
    change = set_where(pl.col("nationality_code") == "oceania", "registrations", 9999)
    planter.frame("perturbed_cubes", change)
    found = run_checks(SUITE, planter.warehouse, name)[name]
    assert found.observed == 1
    assert found.counts is not None and found.counts.startswith("Oceania")
    _know(planter, name, LATEST, LATEST, "Oceania", at_most=60)
    assert run_checks(SUITE, planter.warehouse, name)[name].observed == 1
    _know(planter, name, LATEST, LATEST, "Oceania")
    assert run_checks(SUITE, planter.warehouse, name)[name].observed == 0


def test_the_first_year_has_nothing_to_be_compared_with(built: Any) -> None:
    for suite in (keyed_counts.SUITE, SUITE):
        outcomes = run_checks(suite, built, quarter=FIRST)
        assert all(outcome.passed for outcome in outcomes.values())
        compared = {*year_before.SHIFTS, "total_change_percent", "sub_groups_moved"}
        assert all(outcomes[n].observed is None for n in compared & outcomes.keys())
    assert run_checks(find_suite("keyed_counts"), built, quarter=LATEST)[
        "sub_group_shift_percent"
    ].observed
