"""Each expectation about the list of areas fails on a planted defect."""

from __future__ import annotations

import polars as pl
import pytest

from nino_assets.quality.suites.areas import SUITE
from nino_assets_tests.support.defects import (
    Cases,
    Planter,
    add_column,
    assert_caught,
    change_rows,
    repeat_first_row,
    set_values,
)

CASES: Cases = {
    "columns_exact": add_column("areas", None),
    "repeated_areas": repeat_first_row("areas", None),
    "countries": change_rows(
        "areas", lambda f: f.filter(pl.col("area_name").ne_missing("Wales")), None
    ),
    "regions": change_rows(
        "areas", lambda f: f.filter(pl.col("area_name").ne_missing("London")), None
    ),
    "area_code_filled": set_values("areas", "area_code", None, quarter=None),
    "area_name_filled": set_values("areas", "area_name", None, quarter=None),
    "unnamed_authorities": change_rows(
        "areas", lambda f: f.filter(pl.col("area_code").ne_missing("E06000001")), None
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_defect_is_caught(name: str, planter: Planter) -> None:
    assert_caught(SUITE, name, CASES[name], planter)
