"""Each expectation about the record-level assets fails on a planted defect."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import polars as pl
import pytest

from nino_assets.quality.suites.all import find_suite
from nino_assets_tests.support.defects import (
    Case,
    Cases,
    Planter,
    assert_caught,
    changes,
    sets,
    verdicts,
)
from nino_assets_tests.support.synthetic_build import FIRST, LATEST, REGISTER

MANY = 40
"""Rows enough to be judged as a share of the small build."""


def _twice(frame: pl.DataFrame) -> pl.DataFrame:
    return pl.concat([frame, frame.head(1)])


def _none(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.clear()


def _extracted_late(planter: Planter) -> None:
    """The delivery was extracted two months late; its files keep their place."""
    held = planter.warehouse.serving.find_delivery(LATEST)
    pointer = planter.warehouse.folders.restricted / "serving" / f"{LATEST.label}.json"
    late = held.as_json() | {"extracted_on": "2016-08-20"}
    planter.keep(pointer).write_text(json.dumps(late), encoding="utf-8")
    moved = planter.warehouse.serving.find_delivery(LATEST)
    source = planter.warehouse.records.find_path("raw_scan", held, LATEST)
    target = planter.keep(planter.warehouse.records.find_path("raw_scan", moved, LATEST))
    target.parent.mkdir(exist_ok=True)
    target.write_bytes(source.read_bytes())


def _same_person(planter: Planter) -> None:
    """Someone in the quarter extract was in the register already."""
    taken: list[str] = []

    def remember(frame: pl.DataFrame) -> pl.DataFrame:
        taken.append(frame["pseudonym"][0])
        return frame

    planter.frame("geocoded_records", remember, REGISTER)
    planter.frame(
        "geocoded_records",
        lambda f: f.with_columns(
            pseudonym=pl.when(pl.int_range(pl.len()) == 0)
            .then(pl.lit(taken[0]))
            .otherwise("pseudonym")
        ),
    )


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
        planter.keep(pointer).write_text(json.dumps(register.as_json()), encoding="utf-8")
        target = planter.keep(warehouse.records.find_path("cleaned_records", register, quarter))
        target.write_bytes(source.read_bytes())
        planter.frame("cleaned_records", lambda f: pl.concat([f, f]), quarter)


def _half_gone(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.head(frame.height // 2)


def _manifest(change: Callable[[dict[str, Any]], None]) -> Case:
    """The delivery says something else of itself; its records are the same."""

    def plant(planter: Planter) -> None:
        pointer = planter.warehouse.folders.restricted / "serving" / f"{LATEST.label}.json"
        content = json.loads(planter.keep(pointer).read_text(encoding="utf-8"))
        change(content)
        pointer.write_text(json.dumps(content), encoding="utf-8")

    return Case(plant)


RAW: Cases = {
    "columns_exact": changes("raw_scan", lambda f: f.with_columns(extra=pl.lit(1))),
    "days_to_release": Case(_extracted_late),
    "statement_missing": _manifest(lambda content: content.pop("supplier_statement")),
    "checks_not_stated": _manifest(lambda content: content["supplier_statement"]["checks"].pop()),
    "rows_unaccounted": changes("raw_scan", lambda f: f.slice(1)),
    "repeated_numbers": changes("raw_scan", _twice),
    "row_number_filled": sets("raw_scan", "row_number", None),
    "delivered_rows": changes("raw_scan", _none),
    "malformed_percent": sets("raw_scan", "malformed_text", "x", MANY),
    "extraction_days": Case(_extracted_late),
}
CLEANED: Cases = {
    "rows_unaccounted": changes("cleaned_records", lambda f: f.slice(1)),
    "columns_exact": changes("cleaned_records", lambda f: f.with_columns(extra=pl.lit(1))),
    "nino_form": sets("cleaned_records", "nino8", "AB12345"),
    "nino_once": changes("cleaned_records", _twice),
    "other_quarter": sets("cleaned_records", "date_of_registration", date(2016, 3, 31)),
    "nino8_filled": sets("cleaned_records", "nino8", None),
    "date_of_registration_fil": sets("cleaned_records", "date_of_registration", None),
    "nationality_filled": sets("cleaned_records", "nationality", None),
    "sex_filled": sets("cleaned_records", "sex", None),
    "nationality_listed": sets("cleaned_records", "nationality", "Atlantis"),
    "sex_listed": sets("cleaned_records", "sex", "F"),
    "age_possible": sets("cleaned_records", "age", 14),
    "arrival_not_after": sets("cleaned_records", "arrival_lag_days", -1),
    "accepted_rows": changes("cleaned_records", _none),
    "rejected_percent": changes("rejected_records", lambda f: pl.concat([f] * 20), REGISTER),
    "yearly_change_percent": changes("cleaned_records", _half_gone),
    "usual_change_percent": Case(_half_of_usual),
    "no_nationality_percent": sets("cleaned_records", "nationality", "Unknown", MANY),
    "age_unknown_percent": sets("cleaned_records", "age", None, MANY),
    "lag_unknown_percent": sets("cleaned_records", "arrival_lag_days", None, MANY),
    "sex_unknown_percent": sets("cleaned_records", "sex", "Unknown", MANY),
    "unlisted_types": sets("cleaned_records", "unlisted_registration_type", True, quarter=FIRST),
    "unlisted_statuses": sets("cleaned_records", "unlisted_account_status", True, quarter=FIRST),
}
REJECTED: Cases = {
    "columns_exact": changes("rejected_records", lambda f: f.with_columns(extra=pl.lit(1))),
    **{
        name: sets("rejected_records", "reason", reason, MANY)
        for name, reason in (
            ("invalid_nino_percent", "invalid_nino"),
            ("juvenile_percent", "juvenile_registration"),
            ("not_live_percent", "account_not_live"),
            ("undated_percent", "registration_date_missing"),
            ("outside_series_percent", "outside_series"),
            ("outside_quarter_percent", "outside_quarter"),
        )
    },
    "reason_filled": sets("rejected_records", "reason", None),
    "row_number_filled": sets("rejected_records", "row_number", None),
    "reason_listed": sets("rejected_records", "reason", "dull"),
    "rejected_twice": changes("rejected_records", _twice),
    "duplicate_percent": sets("rejected_records", "reason", "duplicate_nino", MANY),
    "uk_national_percent": sets("rejected_records", "reason", "uk_national", MANY),
}
GEOCODED: Cases = {
    "columns_exact": changes("geocoded_records", lambda f: f.with_columns(postcode=pl.lit(""))),
    "rows_unaccounted": changes("geocoded_records", lambda f: f.slice(1)),
    "pseudonym_form": sets("geocoded_records", "pseudonym", "AB123456"),
    "pseudonym_filled": sets("geocoded_records", "pseudonym", None),
    "keys_out_of_range": sets("geocoded_records", "record_key", 100_000),
    "status_listed": sets("geocoded_records", "geocode_status", "lost"),
    "geocode_status_filled": sets("geocoded_records", "geocode_status", None),
    "status_contradicted": sets("geocoded_records", "output_area", None, 380),
    "unknown_areas": sets("geocoded_records", "output_area", "E00999999"),
    "none_located": sets("geocoded_records", "geocode_status", "not_found", 100_000),
    **{
        f"{status}_percent": sets("geocoded_records", "geocode_status", planted, MANY)
        for status, planted in (
            ("matched", "bfpo"),
            ("missing", "missing"),
            ("not_found", "not_found"),
            ("invalid", "invalid"),
            ("overseas", "outside_uk"),
            ("terminated", "matched_terminated"),
            ("repaired", "matched_repaired"),
            ("no_output_area", "no_output_area"),
            ("bfpo", "bfpo"),
        )
    },
    "lacking_region_percent": sets("cleaned_records", "postcode", "BT1 1ZZ", MANY),
    "counted_elsewhere": Case(_same_person),
}
CASES = {
    "raw_scan": RAW,
    "cleaned_records": CLEANED,
    "rejected_records": REJECTED,
    "geocoded_records": GEOCODED,
}


@pytest.mark.parametrize(
    ("asset", "name"), [(asset, name) for asset, cases in CASES.items() for name in cases]
)
def test_a_defect_is_caught(asset: str, name: str, planter: Planter) -> None:
    assert_caught(find_suite(asset), name, CASES[asset][name], planter)


@pytest.mark.parametrize("asset", CASES)
def test_a_quarter_without_a_registration_only_warns(asset: str, planter: Planter) -> None:
    for record_asset in CASES:
        planter.frame(record_asset, _none)
    delivery = planter.warehouse.serving.find_delivery(LATEST)
    pointer = planter.warehouse.folders.restricted / "serving" / f"{LATEST.label}.json"
    content = delivery.as_json()
    content["files"][0]["rows"] = 0
    planter.keep(pointer).write_text(json.dumps(content), encoding="utf-8")
    empty = planter.warehouse.serving.find_delivery(LATEST)
    for record_asset in CASES:
        source = planter.warehouse.records.find_path(record_asset, delivery, LATEST)
        target = planter.keep(planter.warehouse.records.find_path(record_asset, empty, LATEST))
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(source.read_bytes())
    suite = find_suite(asset)
    blocking = {e.name for e in suite.expectations if e.blocks}
    outcomes = verdicts(suite, planter.warehouse)
    assert not [o for o in outcomes.values() if o.error]
    assert not {name for name, o in outcomes.items() if not o.passed} & blocking


def test_shares_of_a_register_are_those_of_the_whole_delivery(planter: Planter) -> None:
    """Rows without a readable date lie in the register's own quarter and must not swell it."""
    suite = find_suite("cleaned_records")
    own = verdicts(suite, planter.warehouse, "rejected_percent", quarter=REGISTER)
    served = verdicts(suite, planter.warehouse, "rejected_percent", quarter=REGISTER - 1)
    assert own["rejected_percent"].observed is not None
    assert own["rejected_percent"].observed < 5
    assert served["rejected_percent"].observed is None


def test_a_person_of_the_same_delivery_is_not_counted_elsewhere(planter: Planter) -> None:
    taken: list[str] = []

    def take(frame: pl.DataFrame) -> pl.DataFrame:
        taken.append(frame["pseudonym"][0])
        return frame

    planter.frame("geocoded_records", take, REGISTER - 1)
    planter.frame(
        "geocoded_records",
        lambda f: f.with_columns(pseudonym=pl.lit(taken[0])),
        REGISTER,
    )
    suite = find_suite("geocoded_records")
    found = verdicts(suite, planter.warehouse, "counted_elsewhere", quarter=REGISTER)
    assert found["counted_elsewhere"].observed == 0
