"""Each expectation about rejected records fails on a planted defect."""

from __future__ import annotations

import polars as pl
import pytest

from nino_assets.quality.suites.rejected_records import SUITE
from nino_assets_tests.support.defects import (
    MANY,
    Cases,
    Planter,
    add_column,
    assert_caught,
    repeat_first_row,
    run_checks,
    set_values,
)

CASES: Cases = {
    "columns_exact": add_column("rejected_records"),
    **{
        name: set_values("rejected_records", "reason", reason, MANY)
        for name, reason in (
            ("invalid_nino_percent", "invalid_nino"),
            ("juvenile_percent", "juvenile_registration"),
            ("not_live_percent", "account_not_live"),
            ("undated_percent", "registration_date_missing"),
            ("outside_series_percent", "outside_series"),
            ("outside_quarter_percent", "outside_quarter"),
        )
    },
    "reason_filled": set_values("rejected_records", "reason", None),
    "row_number_filled": set_values("rejected_records", "row_number", None),
    "reason_listed": set_values("rejected_records", "reason", "dull"),
    "rejected_twice": repeat_first_row("rejected_records"),
    "duplicate_percent": set_values("rejected_records", "reason", "duplicate_nino", MANY),
    "uk_national_percent": set_values("rejected_records", "reason", "uk_national", MANY),
}


@pytest.mark.parametrize("name", CASES)
def test_a_defect_is_caught(name: str, planter: Planter) -> None:
    assert_caught(SUITE, name, CASES[name], planter)


def test_late_registrations_are_counted_by_their_quarter(planter: Planter) -> None:
    """They stand with the share that came late, whether or not it warns."""
    late = [*["2016-03-31"] * 3, *["01/01/2016"] * 2, *["20151231"] * 4]

    def plant(frame: pl.DataFrame) -> pl.DataFrame:
        others = frame["reason"].replace("outside_quarter", "juvenile_registration")
        dates = pl.Series([*late, *frame["date_of_registration"][len(late) :]])
        reasons = pl.Series(["outside_quarter"] * len(late) + [*others[len(late) :]])
        return frame.with_columns(date_of_registration=dates, reason=reasons)

    planter.frame("rejected_records", plant)
    name = "outside_quarter_percent"
    assert run_checks(SUITE, planter.warehouse, name)[name].counts == "2016-Q1: 5, 2015-Q4: 4"
