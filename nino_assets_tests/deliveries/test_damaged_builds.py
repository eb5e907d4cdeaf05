"""Damaged deliveries built whole: each published cell is right, or nothing is published."""

from __future__ import annotations

from pathlib import Path

import pytest

from nino_assets_tests.support.damages.built import build_case
from nino_assets_tests.support.damages.case import Case
from nino_assets_tests.support.damages.verdict import make_base

pytestmark = pytest.mark.line

CASES = {
    Case("scan", "spaces around", "csv, CRLF", 50, "nationality"): "right",
    Case("scan", "line break inside", "csv.gz", 50, "postcode"): "right",
    Case("scan", "time after", "csv.zst", 1, "date_of_birth"): "right",
    Case("scan", "trailing comma", "csv", 50): "right",
    Case("scan", "trailing comma", "csv", 100): "stopped",
    Case("scan", "ISO time after", "parquet", 100, "date_of_registration"): "stopped",
    Case("Parquet", "type", "timestamp[us]", column="date_of_birth"): "right",
    Case("Parquet", "writer", "INT96"): "right",
    Case("Parquet", "type", "list", column="forenames"): "stopped",
    Case("manifest", "text", "byte order mark"): "right",
    Case("manifest", "text", "UTF-16"): "stopped",
    Case("manifest", "folder", "two files, one named"): "stopped",
    Case("directory", "no-break space after", "csv", 100, "pcds"): "right",
    Case("directory", "row lost", "zip", 50): "right",
    Case("directory", "NULL", "csv", 1, "oa11"): "stopped",
    Case("directory", "blank", "csv", 100, "rgn"): "stopped",
    Case("directory", "files", "Deflate64"): "stopped",
}


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("base")
    make_base(data)
    return data


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.damage} {case.form} {case.share}")
def test_a_damaged_delivery_is_right_or_stopped(base: Path, tmp_path: Path, case: Case) -> None:
    assert build_case(case, base, tmp_path / "data") == CASES[case]
