"""Each expectation about the coherence report fails on a planted defect."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl
import pytest

from nino_assets.quality.suites.coherence_report import SUITE
from nino_assets_tests.support.defects import (
    Case,
    Cases,
    Planter,
    assert_caught,
    change_rows,
    deny_synthetic,
    run_checks,
    set_values,
)
from nino_assets_tests.support.landed_defects import remove_rows
from nino_assets_tests.support.synthetic_build import LATEST


def _times(factor: float, since: str) -> Callable[[pl.DataFrame], pl.DataFrame]:
    """Applications of a period and later, times a factor."""
    touched = (pl.col("series") == "applications_received") & (pl.col("period") >= since)
    return lambda frame: frame.with_columns(
        value=pl.when(touched)
        .then((pl.col("value") * factor).round().cast(pl.Int64))
        .otherwise("value")
    )


def _of_operations(change: Callable[[pl.DataFrame], pl.DataFrame]) -> Case:
    return Case(lambda planter: planter.frame("operational_information", change, None))


CASES: Cases = {
    "columns_exact": change_rows("coherence_report", lambda f: f.with_columns(note=pl.lit(""))),
    "level_divergences": _of_operations(_times(0.2, "2002-Q1")),
    "trend_divergences": _of_operations(_times(2.0, LATEST.label)),
    "operations_late": _of_operations(remove_rows(series="interviews_booked", period=LATEST.label)),
    "series_late": Case(
        lambda planter: planter.frame(
            "comparator_statistics", remove_rows(series="visas_granted", period=LATEST.label), None
        )
    ),
    "out_of_date": set_values("coherence_report", "value", 7),
    "synthetic_beside_real": Case(deny_synthetic),
}


@pytest.mark.parametrize("name", CASES)
def test_a_defect_is_caught(name: str, planter: Planter) -> None:
    assert_caught(SUITE, name, CASES[name], planter)


def test_without_the_page_the_report_is_out_of_date(planter: Planter) -> None:
    page = planter.publication("qa/coherence-report.html")
    assert "Synthetic data" in page.read_text(encoding="utf-8")
    planter.keep(page).unlink()
    found = run_checks(SUITE, planter.warehouse, "out_of_date")
    assert not found["out_of_date"].passed
