"""Each expectation about applications and interviews fails on a planted defect."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from nino_assets.quality.suites.all import find_suite
from nino_assets.quality.suites.operational_information import SUITE
from nino_assets_tests.support.defects import (
    Cases,
    Planter,
    assert_caught,
    run_checks,
)
from nino_assets_tests.support.landed_defects import list_landed_defects

CASES: Cases = list_landed_defects("operational_information", "interviews_booked", "All")


@pytest.mark.parametrize("name", CASES)
def test_a_defect_is_caught(name: str, planter: Planter) -> None:
    assert_caught(SUITE, name, CASES[name], planter)


def test_a_later_publication_of_a_period_is_no_repeat(planter: Planter) -> None:
    asset = "operational_information"
    revised = pl.lit(date(2026, 1, 1))
    planter.frame(
        asset, lambda f: pl.concat([f, f.head(1).with_columns(published_on=revised)]), None
    )
    assert run_checks(find_suite(asset), planter.warehouse, "repeated_periods")[
        "repeated_periods"
    ].passed
