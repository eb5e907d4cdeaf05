"""Each expectation about a scan as delivered fails on a planted defect."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from nino_assets.quality.suites.raw_scan import SUITE
from nino_assets_tests.support.defects import (
    MANY,
    Case,
    Cases,
    Planter,
    add_column,
    assert_caught,
    drop_all_rows,
    drop_first_row,
    first,
    repeat_first_row,
    run_checks,
    set_values,
)
from nino_assets_tests.support.synthetic_build import LATEST


def _extracted_late(planter: Planter) -> None:
    """The delivery was extracted two months late; its files keep their place."""
    held = planter.warehouse.serving.find_delivery(LATEST)
    pointer = planter.warehouse.folders.restricted / "serving" / f"{LATEST.label}.json"
    late = held.to_json() | {"extracted_on": "2016-08-20"}
    planter.keep(pointer).write_text(json.dumps(late), encoding="utf-8")
    moved = planter.warehouse.serving.find_delivery(LATEST)
    source = planter.warehouse.records.find_path("raw_scan", held, LATEST)
    target = planter.keep(planter.warehouse.records.find_path("raw_scan", moved, LATEST))
    target.parent.mkdir(exist_ok=True)
    target.write_bytes(source.read_bytes())


def _manifest(change: Callable[[dict[str, Any]], None]) -> Case:
    """The delivery says something else of itself; its records are the same."""

    def plant(planter: Planter) -> None:
        pointer = planter.warehouse.folders.restricted / "serving" / f"{LATEST.label}.json"
        content = json.loads(planter.keep(pointer).read_text(encoding="utf-8"))
        change(content)
        pointer.write_text(json.dumps(content), encoding="utf-8")

    return Case(plant)


CASES: Cases = {
    "columns_exact": add_column("raw_scan"),
    "days_to_release": Case(_extracted_late),
    "statement_missing": _manifest(lambda content: content.pop("supplier_statement")),
    "checks_not_stated": _manifest(lambda content: content["supplier_statement"]["checks"].pop()),
    "rows_unaccounted": drop_first_row("raw_scan"),
    "repeated_numbers": repeat_first_row("raw_scan"),
    "row_number_filled": set_values("raw_scan", "row_number", None),
    "delivered_rows": drop_all_rows("raw_scan"),
    "malformed_percent": set_values("raw_scan", "malformed_text", "x", MANY),
    "null_texts": set_values("raw_scan", "nationality", " N/A "),
    "extraction_days": Case(_extracted_late),
}


@pytest.mark.parametrize("name", CASES)
def test_a_defect_is_caught(name: str, planter: Planter) -> None:
    assert_caught(SUITE, name, CASES[name], planter)


@pytest.mark.parametrize(
    "text", ["NULL", "null", "N/A", "#N/A", "nan", "NaN", "-", " None ", "<NA>"]
)
@pytest.mark.parametrize("column", ["sex", "registration_type", "account_status", "postcode"])
def test_texts_that_mean_nothing_are_counted_by_column(
    planter: Planter, column: str, text: str
) -> None:
    planter.frame("raw_scan", lambda frame: first(frame, column, text, 3))
    result = run_checks(SUITE, planter.warehouse)["null_texts"]
    assert not result.passed
    assert {name: value for name, value in result.figures if value} == {f"null_{column}": 3}


@pytest.mark.parametrize("text", ["NA", "NAFR", "Unknown", "NULLA", "", "X"])
def test_codes_are_no_such_texts(planter: Planter, text: str) -> None:
    planter.frame("raw_scan", lambda frame: first(frame, "nationality", text, 3))
    assert run_checks(SUITE, planter.warehouse)["null_texts"].passed
