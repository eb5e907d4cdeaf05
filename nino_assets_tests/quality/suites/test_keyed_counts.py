"""Each expectation about the keyed counts fails on a planted defect."""

from __future__ import annotations

import polars as pl
import pytest

from nino_assets.quality.suites.keyed_counts import SUITE
from nino_assets_tests.support.defects import (
    Cases,
    Planter,
    add_column,
    assert_caught,
    change_rows,
    drop_first_row,
    set_everywhere,
    set_values,
)


def _one_nationality(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(nationality=pl.lit("Japan"))


CASES: Cases = {
    "rows_unaccounted": drop_first_row("keyed_counts"),
    "keys_unaccounted": change_rows(
        "keyed_counts", lambda f: f.with_columns(pl.col("key_sum") + 1)
    ),
    **{
        f"{column}_filled": set_values("keyed_counts", column, None)
        for column in (
            "output_area",
            "nationality",
            "age_band",
            "sex",
            "arrival_lag",
            "registrations",
            "key_sum",
        )
    },
    "areas_not_found": set_values("keyed_counts", "output_area", "E00999998"),
    "age_band_listed": set_values("keyed_counts", "age_band", "18 to 24"),
    "sex_listed": set_values("keyed_counts", "sex", "F"),
    "arrival_lag_listed": set_values("keyed_counts", "arrival_lag", "Soon"),
    "counts_positive": set_values("keyed_counts", "registrations", 0),
    "columns_exact": add_column("keyed_counts"),
    "sub_group_shift_percent": change_rows("keyed_counts", _one_nationality),
    **{
        f"{shift}_shift_percent": change_rows("keyed_counts", set_everywhere(column, value))
        for shift, column, value in (
            ("area", "output_area", "OVERSEAS"),
            ("age", "age_band", "55-59"),
            ("sex", "sex", "Male"),
            ("lag", "arrival_lag", "Over 5 years"),
        )
    },
}


@pytest.mark.parametrize("name", CASES)
def test_a_defect_is_caught(name: str, planter: Planter) -> None:
    assert_caught(SUITE, name, CASES[name], planter)
