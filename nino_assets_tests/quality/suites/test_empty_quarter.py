"""A delivery without a registration is blocked by one check, so that no zeros are published."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from nino_assets.orchestration.assets.catalogue import open_warehouse
from nino_assets.orchestration.assets.records import cleaning, raw_scan
from nino_assets.orchestration.assets.reference import nationality_groups
from nino_assets.orchestration.assets.stage import StageRun
from nino_assets.quality.engine import run_suite
from nino_assets.quality.suites.all import find_suite
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.folders import Folders
from nino_assets_tests.support.defects import (
    Planter,
    run_checks,
)
from nino_assets_tests.support.small_delivery import QUARTER, deliver, record
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


@pytest.mark.parametrize(("filled", "passes"), [(1, False), (37, False), (39, True), (75, True)])
def test_an_empty_quarter_of_a_register_that_is_mostly_empty_blocks(
    tmp_path: Path, filled: int, passes: bool
) -> None:
    """A scan of one quarter, marked as a register, would leave zeros for all others."""
    warehouse = open_warehouse(Folders(tmp_path))
    held = [QUARTER - back for back in range(filled)]
    rows = [
        record(nino=f"QA{number:06d}C", date_of_registration=str(quarter.first_day))
        for number, quarter in enumerate(held)
    ]
    deliver(warehouse.folders, rows, extract="register")
    first = Quarter(2002, 1)
    context: Any = SimpleNamespace(
        log=logging.getLogger(__name__),
        run=SimpleNamespace(tags={"dagster/partition": QUARTER.key}),
    )
    for stage in (nationality_groups, raw_scan, cleaning):
        stage.work(StageRun(context, warehouse, [first, QUARTER], {}, frozenset()))
    (empty,) = run_suite(find_suite("cleaned_records"), warehouse, [first], ["accepted_rows"])
    assert empty.passed == passes
    assert empty.severity == "block"
    (full,) = run_suite(find_suite("cleaned_records"), warehouse, [QUARTER], ["accepted_rows"])
    assert full.passed
