"""Every check can fail: each expectation of each suite has a defect that it must catch."""

from __future__ import annotations

from importlib import import_module

import pytest

from nino_assets.quality.suite import Suite
from nino_assets.quality.suites.all import ALL_SUITES


@pytest.mark.parametrize("suite", ALL_SUITES, ids=lambda suite: suite.asset)
def test_every_expectation_has_a_planted_defect(suite: Suite) -> None:
    module = import_module(f"nino_assets_tests.quality.suites.test_{suite.asset}")
    planted = {*module.CASES, *getattr(module, "ACCESSIBILITY_CASES", ())}
    assert set(suite.names) - planted == set(), "add a defect for these to CASES"
    assert planted - set(suite.names) == set(), "these defects are for checks that are gone"
