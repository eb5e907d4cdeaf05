"""Each expectation about the cubes fails on a planted defect."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from nino_assets.quality import known_breaks
from nino_assets.quality.known_breaks import KnownBreak
from nino_assets.quality.measures import year_before
from nino_assets.quality.suites import keyed_counts, perturbed_cubes
from nino_assets.quality.suites.all import find_suite
from nino_assets.statistic.published_domain import CELL_COLUMNS
from nino_assets.statistic.quarters import Quarter
from nino_assets_tests.support.defects import Cases, Planter, assert_caught, changes, sets, verdicts
from nino_assets_tests.support.synthetic_build import FIRST, LATEST

TOTAL = (
    (pl.col("geography_code") == "K02000001")
    & (pl.col("nationality_level") == "total")
    & (pl.col("age") == "All")
    & (pl.col("sex") == "All")
    & (pl.col("arrival_lag") == "All")
)


def _where(condition: pl.Expr, column: str, value: Any):
    return lambda f: f.with_columns(
        pl.when(condition)
        .then(value)
        .otherwise(pl.col(column))
        .cast(f.schema[column])
        .alias(column)
    )


def _low_cell_twice(frame: pl.DataFrame) -> pl.DataFrame:
    """One cell in the place of another: as many cells, one of them twice."""
    return pl.concat([frame.head(1), frame.head(1), frame.slice(2)])


def _one_nationality(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(nationality=pl.lit("Japan"))


def _all(column: str, value: str):
    return lambda frame: frame.with_columns(pl.lit(value).alias(column))


KEYED: Cases = {
    "rows_unaccounted": changes("keyed_counts", lambda f: f.slice(1)),
    "keys_unaccounted": changes("keyed_counts", lambda f: f.with_columns(pl.col("key_sum") + 1)),
    **{
        f"{column}_filled": sets("keyed_counts", column, None)
        for column in (
            "local_authority",
            "nationality",
            "age_band",
            "sex",
            "arrival_lag",
            "registrations",
            "key_sum",
        )
    },
    "age_band_listed": sets("keyed_counts", "age_band", "18 to 24"),
    "sex_listed": sets("keyed_counts", "sex", "F"),
    "arrival_lag_listed": sets("keyed_counts", "arrival_lag", "Soon"),
    "counts_positive": sets("keyed_counts", "registrations", 0),
    "columns_exact": changes("keyed_counts", lambda f: f.with_columns(extra=pl.lit(1))),
    "sub_group_shift_percent": changes("keyed_counts", _one_nationality),
    **{
        f"{shift}_shift_percent": changes("keyed_counts", _all(column, value))
        for shift, column, value in (
            ("area", "local_authority", "N09000003"),
            ("age", "age_band", "55-59"),
            ("sex", "sex", "Male"),
            ("lag", "arrival_lag", "Over 5 years"),
        )
    },
}
PERTURBED: Cases = {
    "columns_exact": changes("perturbed_cubes", lambda f: f.with_columns(true_count=pl.lit(1))),
    "undeclared_cells": changes("perturbed_cubes", lambda f: f.slice(1)),
    "repeated_cells": changes("perturbed_cubes", _low_cell_twice),
    "forbidden_counts": sets("perturbed_cubes", "registrations", 3),
    "low_misplaced": sets("perturbed_cubes", "observation_status", None),
    "cells_differ": changes(
        "perturbed_cubes",
        _where(TOTAL & (pl.col("cube") == "quarter_area"), "registrations", 9999),
    ),
    "totals_off": changes("perturbed_cubes", _where(TOTAL, "registrations", 9999)),
    **{
        f"{column}_filled": sets("perturbed_cubes", column, None)
        for column in ("registrations", "geography_name", "nationality")
    },
    "counts_not_negative": sets("perturbed_cubes", "registrations", -1),
    "cube_listed": sets("perturbed_cubes", "cube", "month_area"),
    "nationality_levels": sets("perturbed_cubes", "nationality_level", "continent"),
    "geography_levels": sets("perturbed_cubes", "geography_level", "ward"),
    "age_listed": sets("perturbed_cubes", "age", "18 to 24"),
    "sex_listed": sets("perturbed_cubes", "sex", "F"),
    "arrival_lag_listed": sets("perturbed_cubes", "arrival_lag", "Soon"),
    "total_change_percent": changes("perturbed_cubes", _where(TOTAL, "registrations", 9999)),
    "sub_groups_moved": changes(
        "perturbed_cubes",
        _where(pl.col("nationality_code") == "oceania", "registrations", 9999),
    ),
    "counts_published": changes(
        "perturbed_cubes", lambda f: f.with_columns(registrations=pl.lit(0, pl.Int64))
    ),
}
CASES = {"keyed_counts": KEYED, "perturbed_cubes": PERTURBED}


@pytest.mark.parametrize(
    ("asset", "name"), [(asset, name) for asset, cases in CASES.items() for name in cases]
)
def test_a_defect_is_caught(asset: str, name: str, planter: Planter) -> None:
    assert_caught(find_suite(asset), name, CASES[asset][name], planter)


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
    planter.frame("perturbed_cubes", _where(one_of_two, "registrations", 9999))
    found = verdicts(find_suite("perturbed_cubes"), planter.warehouse, "cells_differ", "totals_off")
    assert found["cells_differ"].observed
    assert found["totals_off"].passed


def test_a_cell_stored_under_another_quarter_is_undeclared(planter: Planter) -> None:
    stray = pl.lit("2002-Q1").alias("time_period")
    planter.frame("perturbed_cubes", lambda f: pl.concat([f, f.head(1).with_columns(stray)]))
    found = verdicts(find_suite("perturbed_cubes"), planter.warehouse, "undeclared_cells")
    assert not found["undeclared_cells"].passed


def test_columns_are_named_as_readers_know_them() -> None:
    rule = next(e for e in perturbed_cubes.SUITE.expectations if e.name == "columns_exact")
    assert rule.sentence == f"The columns are exactly: {', '.join(CELL_COLUMNS)}."


def _know(planter: Planter, name: str, first: Quarter, last: Quarter, sub_group: str = "") -> None:
    """Let the list of known breaks hold one."""
    known = KnownBreak(first=first, last=last, sub_group=sub_group, words="It was known.")
    planter.instead(known_breaks, "_read_list", lambda: ((name, known),))


def test_a_known_break_explains_what_it_covers_and_is_shown(planter: Planter) -> None:
    name = "total_change_percent"
    planter.frame("perturbed_cubes", _where(TOTAL, "registrations", 9999))
    _know(planter, name, LATEST - 1, LATEST)
    found = verdicts(find_suite("perturbed_cubes"), planter.warehouse, name)[name]
    assert (found.passed, found.unexpected, found.explanation) == (True, 1, "It was known.")
    assert found.observed is not None
    _know(planter, name, LATEST + 1, LATEST + 4)
    later = verdicts(find_suite("perturbed_cubes"), planter.warehouse, name)[name]
    assert (later.passed, later.explanation) == (False, None)


def test_a_sub_group_that_moved_is_named_unless_it_is_explained(planter: Planter) -> None:
    name = "sub_groups_moved"
    change = _where(pl.col("nationality_code") == "oceania", "registrations", 9999)
    planter.frame("perturbed_cubes", change)
    found = verdicts(find_suite("perturbed_cubes"), planter.warehouse, name)[name]
    assert found.observed == 1
    assert found.counts is not None and found.counts.startswith("Oceania")
    _know(planter, name, LATEST, LATEST, "Oceania")
    assert verdicts(find_suite("perturbed_cubes"), planter.warehouse, name)[name].observed == 0


def test_the_first_year_has_nothing_to_be_compared_with(built: Any) -> None:
    for suite in (keyed_counts.SUITE, perturbed_cubes.SUITE):
        outcomes = verdicts(suite, built, quarter=FIRST)
        assert all(outcome.passed for outcome in outcomes.values())
        compared = {*year_before.SHIFTS, "total_change_percent", "sub_groups_moved"}
        assert all(outcomes[n].observed is None for n in compared & outcomes.keys())
    assert verdicts(find_suite("keyed_counts"), built, quarter=LATEST)[
        "sub_group_shift_percent"
    ].observed
