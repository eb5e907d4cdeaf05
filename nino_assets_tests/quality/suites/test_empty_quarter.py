"""A delivery without a registration is blocked by one check, so that no zeros are published."""

from __future__ import annotations

import json

import pytest

from nino_assets.quality.suites.all import find_suite
from nino_assets_tests.support.defects import (
    Planter,
    run_checks,
)
from nino_assets_tests.support.synthetic_build import LATEST, REGISTER

RECORD_ASSETS = ("raw_scan", "cleaned_records", "rejected_records", "geocoded_records")


@pytest.mark.parametrize("asset", RECORD_ASSETS)
def test_a_delivery_without_a_registration_is_blocked_once(asset: str, planter: Planter) -> None:
    for record_asset in RECORD_ASSETS:
        planter.frame(record_asset, lambda frame: frame.clear())
    delivery = planter.warehouse.serving.find_delivery(LATEST)
    pointer = planter.warehouse.folders.restricted / "serving" / f"{LATEST.label}.json"
    content = delivery.to_json()
    content["files"][0]["rows"] = 0
    planter.keep(pointer).write_text(json.dumps(content), encoding="utf-8")
    empty = planter.warehouse.serving.find_delivery(LATEST)
    for record_asset in RECORD_ASSETS:
        source = planter.warehouse.records.find_path(record_asset, delivery, LATEST)
        target = planter.keep(planter.warehouse.records.find_path(record_asset, empty, LATEST))
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(source.read_bytes())
    suite = find_suite(asset)
    blocking = {e.name for e in suite.expectations if e.blocks}
    outcomes = run_checks(suite, planter.warehouse)
    assert not [o for o in outcomes.values() if o.error]
    expected = {"accepted_rows"} if asset == "cleaned_records" else set()
    assert {name for name, o in outcomes.items() if not o.passed} & blocking == expected


def test_an_empty_quarter_of_a_register_only_warns(planter: Planter) -> None:
    quarter = REGISTER - 1
    for record_asset in RECORD_ASSETS:
        planter.frame(record_asset, lambda frame: frame.clear(), quarter)
    outcomes = run_checks(find_suite("cleaned_records"), planter.warehouse, quarter=quarter)
    blocking = {e.name for e in find_suite("cleaned_records").expectations if e.blocks}
    assert not {name for name, o in outcomes.items() if not o.passed} & blocking
