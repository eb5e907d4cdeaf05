"""Each expectation about the postcode directory fails on a planted defect."""

from __future__ import annotations

import polars as pl
import pytest

from nino_assets.quality.suites.postcode_directory import SUITE
from nino_assets_tests.support.defects import (
    Cases,
    Planter,
    add_column,
    assert_caught,
    change_rows,
    drop_all_rows,
    repeat_first_row,
    set_values,
)


def _located(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.sort("output_area", nulls_last=True)


def _unlocated(frame: pl.DataFrame) -> pl.DataFrame:
    areas = ("output_area", "lsoa", "msoa", "local_authority", "region", "country")
    return frame.with_columns(
        pl.when(pl.int_range(pl.len()) % 5 == 0).then(None).otherwise(pl.col(a)).alias(a)
        for a in areas
    )


CASES: Cases = {
    "columns_exact": add_column("postcode_directory", None),
    "postcodes": drop_all_rows("postcode_directory", None),
    "postcode_filled": set_values("postcode_directory", "postcode", None, quarter=None),
    "repeated_postcodes": repeat_first_row("postcode_directory", None),
    "no_local_authority": change_rows(
        "postcode_directory",
        lambda f: _located(f).with_columns(
            local_authority=pl.when(pl.int_range(pl.len()) == 0)
            .then(None)
            .otherwise("local_authority")
        ),
        None,
    ),
    "outside_isles": set_values("postcode_directory", "latitude", 0.0, quarter=None),
    "located_percent": change_rows("postcode_directory", _unlocated, None),
    "countries": change_rows(
        "postcode_directory", lambda f: f.filter(pl.col("country").ne_missing("N92000002")), None
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_defect_is_caught(name: str, planter: Planter) -> None:
    assert_caught(SUITE, name, CASES[name], planter)
