"""Each expectation about the row account, risk and answers fails on a planted defect."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import polars as pl
import pytest

from nino_assets.deliveries.perturbation_table_file import read_perturbation_table
from nino_assets.governance.check_result import CheckResult, decode_results, encode_results
from nino_assets.governance.decision_log import append_entry, locate_log
from nino_assets.governance.review_log import make_answer
from nino_assets.methods.disclosure.perturbation_table.design import Design, make_perturbation_table
from nino_assets.quality.results import build_result
from nino_assets.quality.suites import qa_report
from nino_assets.quality.suites.all import find_suite
from nino_assets.quality.suites.qa_report import SUITE
from nino_assets.store.warehouse import Warehouse
from nino_assets_tests.support.defects import (
    Case,
    Cases,
    Planter,
    assert_caught,
    change_rows,
    run_checks_on_good_build,
)
from nino_assets_tests.support.synthetic_build import LATEST


def _account(change: Callable[[dict[str, Any]], object]) -> Case:
    def plant(planter: Planter) -> None:
        path = planter.keep(planter.publication("qa/counts.json"))
        account = json.loads(path.read_text(encoding="utf-8"))
        change(account)
        path.write_text(json.dumps(account), encoding="utf-8")

    return Case(plant)


def _all_one_more(account: dict[str, Any]) -> None:
    """An account that adds up, of one registration more than the build holds."""
    for counts, name in (
        (account, "delivered"),
        (account, "accepted"),
        (account["geocode_status"], "matched"),
    ):
        counts[name] += 1


def _stray_file(planter: Planter) -> None:
    planter.keep(planter.publication("stray.csv")).write_text("x", encoding="utf-8")


@pytest.fixture(scope="module", autouse=True)
def answered(built: Warehouse) -> Iterator[None]:
    """The good build may warn; a reviewer has answered."""
    found = built.folders.find_publication(LATEST) / "qa" / qa_report.WARNINGS_NAME
    log = locate_log(built.folders.warehouse)
    with Planter(built) as planter:
        planter.keep(log)
        planter.keep(log.with_suffix(".head.json"))
        for warning in decode_results(json.loads(found.read_text())):
            _answer(built, warning, "accept")
        yield


def _answer(warehouse: Warehouse, warning: CheckResult, decision: str) -> None:
    at = datetime(2021, 2, 20, tzinfo=UTC)
    answer = make_answer(
        warning, LATEST, decision=decision, by="A Reviewer", reason="Looked at", at=at
    )
    append_entry(locate_log(warehouse.folders.warehouse), answer)


def _warn(planter: Planter, decision: str | None) -> None:
    """One more warning in the report, answered or not."""
    rule = replace(find_suite("raw_scan").find("statement_missing"), name="planted")
    warning = build_result("raw_scan", rule, LATEST, passed=False, observed=1.0, unexpected=1)
    path = planter.keep(planter.publication(f"qa/{qa_report.WARNINGS_NAME}"))
    path.write_text(json.dumps([*json.loads(path.read_text()), *encode_results([warning])]))
    if decision:
        log = locate_log(planter.warehouse.folders.warehouse)
        planter.keep(log)
        planter.keep(log.with_suffix(".head.json"))
        _answer(planter.warehouse, warning, decision)


def _edited_answer(planter: Planter) -> None:
    _warn(planter, "reject")
    log = locate_log(planter.warehouse.folders.warehouse)
    log.write_bytes(log.read_bytes().replace(b'"reject"', b'"accept"'))


def _tell_design(planter: Planter) -> None:
    """An alternative text that gives the number of record keys away."""
    path = planter.keep(planter.publication("publishers-pack/alternative-texts.csv"))
    keys = read_perturbation_table(planter.warehouse).keys
    path.write_text(f"{path.read_text()}planted,Figures are perturbed with {keys} record keys.\n")


def _risk(measure: str, of: str, value: float) -> Case:
    """One more cube, of so many cells that it outweighs all others."""

    def plant(planter: Planter) -> None:
        warehouse = planter.warehouse
        planter.keep(warehouse.tables.find_path("risk_and_utility", LATEST))
        held = warehouse.tables.read_frame("risk_and_utility", LATEST)
        rows = [("planted", measure, of, 10**9, value)]
        if measure == "noise_mean":
            rows.append(("planted", "noise_sd", of, 10**9, 1.0))
        planted = pl.concat([held, pl.DataFrame(rows, schema=held.schema, orient="row")])
        warehouse.tables.write("risk_and_utility", planted.to_arrow().to_reader(), LATEST)

    return Case(plant)


CASES: Cases = {
    "cells_changed_percent": _risk("changed", "all", 1.0),
    "noise_biased_bands": _risk("noise_mean", "8-19", 0.1),
    "noise_sd": _risk("noise_sd", "8-19", 9.0),
    "mean_deviation": _risk("average_absolute_deviation", "all", 9.0),
    "hellinger_distance": _risk("hellinger_distance", "all", 0.9),
    "false_zeros_percent": _risk("false_zeros", "occupied cells", 1.0),
    "one_behind_five_percent": _risk("probability_true", "1 | 5", 0.9),
    "zeros_unmasked_percent": _risk("false_zeros_proved", "false zeros", 1.0),
    "parts_bias": _risk("sum_of_parts_minus_total_mean", "nationality: total", 9.0),
    "averaged_error": _risk("averaged_error", "region", 1.0),
    "exact_disclosure_percent": change_rows(
        "perturbation_table",
        lambda _: make_perturbation_table(b"k" * 32, Design(1, 0.5)),
        quarter=None,
    ),
    "rows_unaccounted": _account(lambda a: a.update(delivered=a["delivered"] + 1)),
    "not_geocoded": _account(lambda a: a["geocode_status"].update(bfpo=77)),
    "counts_differ": _account(_all_one_more),
    "counts_missing": _account(lambda a: a["geocode_status"].pop("bfpo")),
    "design_told": Case(_tell_design),
    "manifest_broken": Case(_stray_file),
    "log_broken": Case(_edited_answer),
    "warnings_unanswered": Case(lambda planter: _warn(planter, None)),
    "warnings_rejected": Case(lambda planter: _warn(planter, "reject")),
}


@pytest.mark.parametrize("name", CASES)
def test_a_defect_is_caught(name: str, planter: Planter) -> None:
    assert_caught(SUITE, name, CASES[name], planter)


def test_everything_passes_on_the_good_build(planter: Planter) -> None:
    outcomes = run_checks_on_good_build(SUITE, planter.warehouse, LATEST)
    assert not [o for o in outcomes.values() if not o.passed]
