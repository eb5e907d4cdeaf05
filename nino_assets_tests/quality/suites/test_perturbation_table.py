"""Each expectation about the p-table fails on a planted defect."""

from __future__ import annotations

import polars as pl
import pytest

from nino_assets.quality.suites.perturbation_table import SUITE
from nino_assets_tests.support.defects import (
    Cases,
    Planter,
    add_column,
    assert_caught,
    change_rows,
    drop_first_row,
    repeat_first_row,
    set_values,
)


def _swapped_noise(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(
        pvalue=pl.col("pvalue") + pl.when(pl.int_range(pl.len()) == 0).then(1).otherwise(0)
    )


CASES: Cases = {
    "columns_exact": add_column("perturbation_table", None),
    "holes": drop_first_row("perturbation_table", None),
    "repeated_entries": repeat_first_row("perturbation_table", None),
    "negative_counts": set_values("perturbation_table", "pvalue", -2, quarter=None),
    "biased_rows": change_rows("perturbation_table", _swapped_noise, None),
    "pvalue_filled": set_values("perturbation_table", "pvalue", None, quarter=None),
}


@pytest.mark.parametrize("name", CASES)
def test_a_defect_is_caught(name: str, planter: Planter) -> None:
    assert_caught(SUITE, name, CASES[name], planter)


def test_an_empty_p_table_is_all_holes(planter: Planter) -> None:
    planter.frame("perturbation_table", lambda f: f.clear(), None)
    from nino_assets_tests.support.defects import run_checks

    holes = run_checks(SUITE, planter.warehouse, "holes")["holes"]
    assert not holes.passed
    assert holes.observed == 750
