"""Of other sources only a broken structure blocks: what is late or missing warns."""

from __future__ import annotations

import pytest

from nino_assets.errors import WarehouseError
from nino_assets.quality.suites.all import find_suite
from nino_assets.releases.compared_sources import LAYOUTS
from nino_assets.store.warehouse import Warehouse
from nino_assets_tests.support.defects import (
    Planter,
    run_checks,
)
from nino_assets_tests.support.synthetic_build import LATEST

ASSETS = (*LAYOUTS, "coherence_report")


def test_only_structure_blocks() -> None:
    blocking = {e.name for suite in map(find_suite, ASSETS) for e in suite.expectations if e.blocks}
    assert blocking == {"columns_exact", "series_undeclared"}


@pytest.mark.parametrize("asset", LAYOUTS)
def test_nothing_landed_is_a_warning_and_nothing_more(asset: str, planter: Planter) -> None:
    planter.frame(asset, lambda f: f.clear(), None)
    found = run_checks(find_suite(asset), planter.warehouse)
    assert {name for name, outcome in found.items() if not outcome.passed} == {"rows_delivered"}


def test_the_tables_are_restricted_and_encrypted(built: Warehouse) -> None:
    for asset in LAYOUTS:
        path = built.tables.find_path(asset)
        assert path.is_relative_to(built.folders.restricted)
        assert path.read_bytes()[:4] == b"PARE"
    with pytest.raises(WarehouseError):
        built.tables.read_frame("coherence_report", LATEST - 2)
