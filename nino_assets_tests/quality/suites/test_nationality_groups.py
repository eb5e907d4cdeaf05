"""Each expectation about the nationality groups fails on a planted defect."""

from __future__ import annotations

import pytest

from nino_assets.quality.suites.nationality_groups import SUITE
from nino_assets_tests.support.defects import (
    Cases,
    Planter,
    add_column,
    assert_caught,
    set_values,
)

CASES: Cases = {
    "columns_exact": add_column("nationality_groups", None),
    "repeated_labels": set_values("nationality_groups", "nationality", "Japan", quarter=None),
    "repeated_codes": set_values("nationality_groups", "nationality_code", "JPN", quarter=None),
    "split_sub_groups": set_values(
        "nationality_groups", "world_area", "European Union", quarter=None
    ),
    "sub_groups": set_values("nationality_groups", "sub_group", "Antarctica", quarter=None),
    "world_areas": set_values("nationality_groups", "world_area", "Antarctica", quarter=None),
    **{
        f"{column}_filled": set_values("nationality_groups", column, None, quarter=None)
        for column in ("nationality_code", "nationality", "sub_group", "world_area")
    },
}


@pytest.mark.parametrize("name", CASES)
def test_a_defect_is_caught(name: str, planter: Planter) -> None:
    assert_caught(SUITE, name, CASES[name], planter)
