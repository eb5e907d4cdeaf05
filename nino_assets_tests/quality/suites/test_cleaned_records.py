"""Each expectation about cleaned records fails on a planted defect."""

from __future__ import annotations

import json
from datetime import date

import polars as pl
import pytest

from nino_assets.quality.suites.cleaned_records import SUITE
from nino_assets_tests.support.defects import (
    MANY,
    Case,
    Cases,
    Planter,
    add_column,
    assert_caught,
    change_rows,
    drop_all_rows,
    drop_first_row,
    repeat_first_row,
    run_checks,
    set_values,
)
from nino_assets_tests.support.synthetic_build import FIRST, LATEST, REGISTER


def _half_of_usual(planter: Planter) -> None:
    """Three earlier years were taken in, and twice as many registered in each of them."""
    warehouse = planter.warehouse
    source = warehouse.records.find_path(
        "cleaned_records", warehouse.serving.find_delivery(LATEST), LATEST
    )
    for years in (1, 2, 3):
        quarter = LATEST - 4 * years
        pointer = warehouse.folders.restricted / "serving" / f"{quarter.label}.json"
        register = warehouse.serving.find_delivery(REGISTER)
        planter.keep(pointer).write_text(json.dumps(register.to_json()), encoding="utf-8")
        target = planter.keep(warehouse.records.find_path("cleaned_records", register, quarter))
        target.write_bytes(source.read_bytes())
        planter.frame("cleaned_records", lambda f: pl.concat([f, f]), quarter)


def _half_gone(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.head(frame.height // 2)


ALL = 100_000
"""More rows than the build has."""

CASES: Cases = {
    "rows_unaccounted": drop_first_row("cleaned_records"),
    "columns_exact": add_column("cleaned_records"),
    "nino_form": set_values("cleaned_records", "nino8", "AB12345"),
    "real_numbers": set_values("cleaned_records", "nino8", "AB123456"),
    "nino_once": repeat_first_row("cleaned_records"),
    "other_quarter": set_values("cleaned_records", "date_of_registration", date(2016, 3, 31)),
    "nino8_filled": set_values("cleaned_records", "nino8", None),
    "date_of_registration_fil": set_values("cleaned_records", "date_of_registration", None),
    "nationality_filled": set_values("cleaned_records", "nationality", None),
    "sex_filled": set_values("cleaned_records", "sex", None),
    "nationality_listed": set_values("cleaned_records", "nationality", "Atlantis"),
    "sex_listed": set_values("cleaned_records", "sex", "F"),
    "age_possible": set_values("cleaned_records", "age", 14),
    "arrival_not_after": set_values("cleaned_records", "arrival_lag_days", -1),
    "accepted_rows": drop_all_rows("cleaned_records"),
    "rejected_percent": change_rows("rejected_records", lambda f: pl.concat([f] * 20), REGISTER),
    "rejected_limit_percent": change_rows(
        "rejected_records", lambda f: pl.concat([f] * 1_000), REGISTER
    ),
    "yearly_change_percent": change_rows("cleaned_records", _half_gone),
    "usual_change_percent": Case(_half_of_usual),
    "no_nationality_percent": set_values("cleaned_records", "nationality", "Unknown", MANY),
    "age_unknown_percent": set_values("cleaned_records", "age", None, MANY),
    "lag_unknown_percent": set_values("cleaned_records", "arrival_lag_days", None, MANY),
    "sex_unknown_percent": set_values("cleaned_records", "sex", "Unknown", MANY),
    "nationality_lost_percent": set_values("cleaned_records", "nationality", "Unknown", ALL),
    "age_lost_percent": set_values("cleaned_records", "age", None, ALL),
    "lag_lost_percent": set_values("cleaned_records", "arrival_lag_days", None, ALL),
    "sex_lost_percent": set_values("cleaned_records", "sex", "Unknown", ALL),
    "unlisted_types": set_values(
        "cleaned_records", "unlisted_registration_type", True, quarter=FIRST
    ),
    "unlisted_statuses": set_values(
        "cleaned_records", "unlisted_account_status", True, quarter=FIRST
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_defect_is_caught(name: str, planter: Planter) -> None:
    assert_caught(SUITE, name, CASES[name], planter)


def test_shares_of_a_register_are_those_of_the_whole_delivery(planter: Planter) -> None:
    """Rows without a readable date lie in the register's own quarter and must not swell it."""
    suite = SUITE
    own = run_checks(suite, planter.warehouse, "rejected_percent", quarter=REGISTER)
    served = run_checks(suite, planter.warehouse, "rejected_percent", quarter=REGISTER - 1)
    assert own["rejected_percent"].observed is not None
    assert own["rejected_percent"].observed < 5
    assert served["rejected_percent"].observed is None
