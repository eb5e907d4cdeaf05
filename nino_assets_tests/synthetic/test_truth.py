"""The truth file against an independent plain-Python reading of the delivery."""

from __future__ import annotations

import hashlib
import json
from collections import Counter

import polars as pl
import pytest

from nino_assets import vocabulary as v
from nino_assets_tests import oracle
from nino_assets_tests.synthetic.conftest import Made

DELIVERIES = [
    ("2018-Q1", "quarter", 0.02),
    ("2004-Q1", "register", 0.01),
    ("2002-Q1", "quarter", 0.002),
    ("2026-Q4", "quarter", 0.001),
]


@pytest.mark.parametrize(("quarter", "extract", "scale"), DELIVERIES)
def test_truth_agrees_with_a_plain_reading(
    made: Made, quarter: str, extract: str, scale: float
) -> None:
    folder = made(quarter, extract, scale)
    manifest = json.loads((folder / "manifest.json").read_text())
    truth = json.loads((folder / "truth.json").read_text())
    header, records = oracle.read_records(folder / manifest["files"][0]["name"])
    accepted, rejected = oracle.clean(header, records, manifest)
    directory = oracle.read_directory((folder.parent / "nspl").glob("*.csv"))

    assert truth["delivered"] == len(records) == manifest["files"][0]["rows"]
    assert truth["accepted"] == len(accepted)
    reasons = Counter(reason for _, reason in rejected)
    assert truth["rejected"] == {reason: reasons[reason] for reason in v.REJECTION_REASONS}
    assert truth["repairs"] == oracle.repairs(accepted)
    statuses = Counter(
        oracle.geocode(row["postcode"], row["country_of_residence"], directory)[0]
        for row in accepted
    )
    assert truth["geocode_status"] == {status: statuses[status] for status in v.GEOCODE_STATUSES}
    cells = pl.read_parquet(folder / "truth_cells.parquet")
    true_cells = {tuple(row[:-1]): row[-1] for row in cells.iter_rows()}
    assert true_cells == dict(oracle.cells(accepted, directory))


@pytest.mark.parametrize(("quarter", "extract", "scale"), DELIVERIES)
def test_manifest_names_the_scan_and_nothing_else(
    made: Made, quarter: str, extract: str, scale: float
) -> None:
    folder = made(quarter, extract, scale)
    manifest = json.loads((folder / "manifest.json").read_text())
    (scan,) = manifest["files"]
    assert scan["sha256"] == hashlib.sha256((folder / scan["name"]).read_bytes()).hexdigest()
    assert manifest["synthetic"] is True
    assert (manifest["quarter"], manifest["extract"]) == (quarter, extract)
    assert manifest["layout"] == "mws-1"
    last = oracle.quarter_days(quarter)[1]
    assert 0 < (oracle.read_date(manifest["extracted_on"]) - last).days < 60
    assert sorted(path.name for path in folder.iterdir()) == [
        "manifest.json",
        "migrant_workers_scan.csv",
        "truth.json",
        "truth_cells.parquet",
    ]


def test_every_kind_of_dirt_occurs(made: Made) -> None:
    for quarter, extract, absent in (
        ("2018-Q1", "quarter", set()),
        ("2004-Q1", "register", {"outside_quarter"}),
    ):
        scale = 0.02 if extract == "quarter" else 0.01
        truth = json.loads((made(quarter, extract, scale) / "truth.json").read_text())
        assert {k for k, n in truth["rejected"].items() if n < 3} == absent
        assert min(truth["planted"].values()) >= 1
        assert min(truth["geocode_status"].values()) >= 1
        assert min(truth["repairs"].values()) >= 1
        assert 0.015 < sum(truth["rejected"].values()) / truth["delivered"] < 0.05


def test_persons_of_an_earlier_quarter_recur_in_a_quarter_extract(made: Made) -> None:
    folder = made("2018-Q1", "quarter", 0.02)
    truth = json.loads((folder / "truth.json").read_text())
    assert truth["registered_in_an_earlier_quarter"] >= 3
