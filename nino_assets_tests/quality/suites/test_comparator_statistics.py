"""Each expectation about visas and migration estimates fails on a planted defect."""

from __future__ import annotations

import pytest

from nino_assets.quality.suites.comparator_statistics import SUITE
from nino_assets_tests.support.defects import (
    Cases,
    Planter,
    assert_caught,
)
from nino_assets_tests.support.landed_defects import list_landed_defects

CASES: Cases = list_landed_defects("comparator_statistics", "visas_granted", "Family")


@pytest.mark.parametrize("name", CASES)
def test_a_defect_is_caught(name: str, planter: Planter) -> None:
    assert_caught(SUITE, name, CASES[name], planter)
