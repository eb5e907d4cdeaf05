"""Each expectation about other sources fails on a planted defect, and none but structure blocks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import polars as pl
import pytest

from nino_assets.errors import WarehouseError
from nino_assets.quality.suites.all import find_suite
from nino_assets.releases.compared_sources import LAYOUTS
from nino_assets.store.warehouse import Warehouse
from nino_assets_tests.support.defects import (
    Case,
    Cases,
    Planter,
    assert_caught,
    changes,
    deny_synthetic,
    sets,
    verdicts,
)
from nino_assets_tests.support.synthetic_build import LATEST


def _without(**row: str) -> Callable[[pl.DataFrame], pl.DataFrame]:
    return lambda frame: frame.remove(**row)


def _delivered(asset: str, series: str, breakdown: str) -> Cases:
    """Defects of a table of delivered rows, one for each expectation about it."""
    return {
        "columns_exact": changes(asset, lambda f: f.with_columns(note=pl.lit("")), None),
        "series_undeclared": sets(asset, "breakdown", "Visit", quarter=None),
        "rows_delivered": changes(asset, lambda f: f.clear(), None),
        "series_missing": changes(asset, _without(series=series, breakdown=breakdown), None),
        "repeated_periods": changes(asset, lambda f: pl.concat([f, f.head(1)]), None),
        "gaps": changes(
            asset, _without(series=series, breakdown=breakdown, period="2010-Q1"), None
        ),
        "value_not_negative": sets(asset, "value", -1, quarter=None),
        "source_named": sets(asset, "source", "", quarter=None),
    }


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


REPORT: Cases = {
    "columns_exact": changes("coherence_report", lambda f: f.with_columns(note=pl.lit(""))),
    "level_divergences": _of_operations(_times(0.2, "2002-Q1")),
    "trend_divergences": _of_operations(_times(2.0, LATEST.label)),
    "operations_late": _of_operations(_without(series="interviews_booked", period=LATEST.label)),
    "series_late": Case(
        lambda planter: planter.frame(
            "comparator_statistics", _without(series="visas_granted", period=LATEST.label), None
        )
    ),
    "out_of_date": sets("coherence_report", "value", 7),
    "synthetic_beside_real": Case(deny_synthetic),
}
CASES = {
    "operational_information": _delivered("operational_information", "interviews_booked", "All"),
    "comparator_statistics": _delivered("comparator_statistics", "visas_granted", "Family"),
    "coherence_report": REPORT,
}


@pytest.mark.parametrize(
    ("asset", "name"), [(asset, name) for asset, cases in CASES.items() for name in cases]
)
def test_a_defect_is_caught(asset: str, name: str, planter: Planter) -> None:
    assert_caught(find_suite(asset), name, CASES[asset][name], planter)


def test_every_expectation_has_a_case() -> None:
    declared = {asset: set(suite.names) for asset, suite in ((a, find_suite(a)) for a in CASES)}
    assert declared == {asset: set(cases) for asset, cases in CASES.items()}


def test_only_structure_blocks() -> None:
    blocking = {e.name for suite in map(find_suite, CASES) for e in suite.expectations if e.blocks}
    assert blocking == {"columns_exact", "series_undeclared"}


@pytest.mark.parametrize("asset", LAYOUTS)
def test_nothing_landed_is_a_warning_and_nothing_more(asset: str, planter: Planter) -> None:
    planter.frame(asset, lambda f: f.clear(), None)
    found = verdicts(find_suite(asset), planter.warehouse)
    assert {name for name, outcome in found.items() if not outcome.passed} == {"rows_delivered"}


def test_without_the_page_the_report_is_out_of_date(planter: Planter) -> None:
    page = planter.publication("qa/coherence-report.html")
    assert "Synthetic data" in page.read_text(encoding="utf-8")
    planter.keep(page).unlink()
    found = verdicts(find_suite("coherence_report"), planter.warehouse, "out_of_date")
    assert not found["out_of_date"].passed


def test_a_later_publication_of_a_period_is_no_repeat(planter: Planter) -> None:
    asset = "operational_information"
    revised = pl.lit(date(2026, 1, 1))
    planter.frame(
        asset, lambda f: pl.concat([f, f.head(1).with_columns(published_on=revised)]), None
    )
    assert verdicts(find_suite(asset), planter.warehouse, "repeated_periods")[
        "repeated_periods"
    ].passed


def test_the_tables_are_restricted_and_encrypted(built: Warehouse) -> None:
    for asset in LAYOUTS:
        path = built.tables.find_path(asset)
        assert path.is_relative_to(built.folders.restricted)
        assert path.read_bytes()[:4] == b"PARE"
    with pytest.raises(WarehouseError):
        built.tables.read_frame("coherence_report", LATEST - 2)
