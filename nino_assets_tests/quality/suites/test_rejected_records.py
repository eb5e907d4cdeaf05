"""Each expectation about rejected records fails on a planted defect."""

from __future__ import annotations

import pytest

from nino_assets.quality.suites.rejected_records import SUITE
from nino_assets_tests.support.defects import (
    MANY,
    Cases,
    Planter,
    add_column,
    assert_caught,
    repeat_first_row,
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
