"""The columns of a scan are the contract's, and every list of them agrees."""

from __future__ import annotations

import tomllib

from nino_assets.statistic.reference_folder import find_packaged_folder
from nino_assets.statistic.scan_columns import REPETITIVE_SCAN_COLUMNS, SCAN_COLUMNS
from nino_assets_tests.support.oracle import LAYOUT


def test_the_columns_are_the_contracts_in_the_order_of_the_layout() -> None:
    text = (find_packaged_folder() / "layouts" / "mws-1.toml").read_text(encoding="utf-8")
    assert SCAN_COLUMNS == LAYOUT == tuple(tomllib.loads(text)["columns"].values())


def test_what_names_one_person_is_not_stored_as_repeated() -> None:
    assert set(SCAN_COLUMNS) - set(REPETITIVE_SCAN_COLUMNS) == {
        *("nino", "surname", "forenames", "postcode"),
    }
