"""The truth file against an independent plain-Python reading of the delivery."""

from __future__ import annotations

import hashlib
import json
import re

import polars as pl
import pytest

from nino_assets_tests.support import oracle, plain_geocoding
from nino_assets_tests.support.synthetic_build import Extract, MakeDelivery

DELIVERIES: list[tuple[str, Extract, float]] = [
    ("2018-Q1", "quarter", 0.02),
    ("2004-Q1", "register", 0.01),
    ("2002-Q1", "quarter", 0.002),
    ("2026-Q4", "quarter", 0.001),
]


@pytest.mark.parametrize(("quarter", "extract", "scale"), DELIVERIES)
def test_truth_agrees_with_a_plain_reading(
    made: MakeDelivery, quarter: str, extract: Extract, scale: float
) -> None:
    folder = made(quarter, extract, scale)
    manifest = json.loads((folder / "manifest.json").read_text())
    truth = json.loads((folder / "truth.json").read_text())
    header, records = oracle.read_records(folder / manifest["files"][0]["name"])
    accepted, rejected = oracle.clean(header, records, manifest)
    directory = plain_geocoding.read_directory((folder.parent / "nspl").glob("*.csv"))

    counts = oracle.counts(accepted, rejected, directory)
    assert {name: truth[name] for name in counts} == counts
    assert truth["delivered"] == len(records) == manifest["files"][0]["rows"]
    cells = pl.read_parquet(folder / "truth_cells.parquet")
    true_cells = {tuple(row[:-1]): row[-1] for row in cells.iter_rows()}
    assert true_cells == dict(oracle.cells(accepted, directory))


@pytest.mark.parametrize(("quarter", "extract", "scale"), DELIVERIES)
def test_manifest_names_the_scan_and_nothing_else(
    made: MakeDelivery, quarter: str, extract: Extract, scale: float
) -> None:
    folder = made(quarter, extract, scale)
    manifest = json.loads((folder / "manifest.json").read_text())
    (scan,) = manifest["files"]
    assert scan["sha256"] == hashlib.sha256((folder / scan["name"]).read_bytes()).hexdigest()
    assert manifest["synthetic"] is True
    assert (manifest["quarter"], manifest["extract"]) == (quarter, extract)
    assert manifest["layout"] == "mws-1"
    last = oracle.quarter_days(quarter)[1]
    extracted_on = oracle.read_date(manifest["extracted_on"])
    assert extracted_on
    assert 0 < (extracted_on - last).days < 60
    assert sorted(path.name for path in folder.iterdir()) == [
        "manifest.json",
        "migrant_workers_scan.csv",
        "truth.json",
        "truth_cells.parquet",
    ]


def test_every_kind_of_dirt_occurs(made: MakeDelivery) -> None:
    deliveries: list[tuple[str, Extract, set[str]]] = [
        ("2018-Q1", "quarter", set()),
        ("2004-Q1", "register", {"outside_quarter"}),
    ]
    for quarter, extract, absent in deliveries:
        scale = 0.02 if extract == "quarter" else 0.01
        truth = json.loads((made(quarter, extract, scale) / "truth.json").read_text())
        assert {k for k, n in truth["rejected"].items() if n < 3} == absent
        assert min(truth["planted"].values()) >= 1
        assert min(truth["geocode_status"].values()) >= 1
        assert min(truth["repairs"].values()) >= 1
        assert 0.015 < sum(truth["rejected"].values()) / truth["delivered"] < 0.05


def test_persons_of_an_earlier_quarter_recur_in_a_quarter_extract(made: MakeDelivery) -> None:
    folder = made("2018-Q1", "quarter", 0.02)
    truth = json.loads((folder / "truth.json").read_text())
    assert truth["registered_in_an_earlier_quarter"] >= 3


def test_no_two_valid_persons_share_a_number_and_dirt_may(made: MakeDelivery) -> None:
    folder = made("2018-Q1", "quarter", 0.02)
    header, records = oracle.read_records(folder / "migrant_workers_scan.csv")
    manifest = json.loads((folder / "manifest.json").read_text())
    accepted, rejected = oracle.clean(header, records, manifest)
    numbers = {row["nino8"] for row in accepted}
    assert len(numbers) == len(accepted)
    assert all(number.startswith("Q") for number in numbers)
    shared = {
        reason for fields, reason in rejected if fields[0].replace(" ", "").upper()[:8] in numbers
    }
    assert {"duplicate_nino", "juvenile_registration", "account_not_live"} <= shared


def test_delivered_text_shows_every_awkward_form(made: MakeDelivery) -> None:
    header, records = oracle.read_records(
        made("2004-Q1", "register", 0.01) / "migrant_workers_scan.csv"
    )
    rows = [dict(zip(header, r, strict=True)) for r in records if len(r) == len(header)]

    def some(column: str, pattern: str) -> bool:
        return any(re.search(pattern, row[column]) for row in rows)

    for pattern in (r"^\d{4}-\d\d-\d\d$", r"^\d\d/\d\d/\d{4}$", r"^\d{8}$", r"^ \d{4}.* $"):
        assert some("date_of_registration", pattern)
    for pattern in (",", '"', "\n", "[^\x00-\x7f]", "^ "):
        assert some("surname", pattern)
    for pattern in (r"^Q[A-Z]\d{6}[A-D]$", r"^Q[A-Z] \d\d \d\d \d\d", r"^q[a-z]\d", r"\d$"):
        assert some("nino", pattern)
    for pattern in ("^[A-Z]{3}$", "^[a-z]{3}$", "[A-Z][a-z]+", "^(SRB|MNE|ATG|CUW|ABW|ANT)$"):
        assert some("nationality", pattern)
    for pattern in (r"^[A-Z]+\d+ \d", r"^[A-Z]+\d+[A-Z]+$", r"^[a-z]", "-", "  ", r"\.$"):
        assert some("postcode", pattern)


def test_ages_sexes_lags_and_areas_are_those_of_the_published_shares(made: MakeDelivery) -> None:
    folder = made("2004-Q1", "register", 0.01)
    cells = pl.read_parquet(folder / "truth_cells.parquet")
    total = float(cells["registrations"].sum())

    def share(where: pl.Expr) -> float:
        return float(cells.filter(where)["registrations"].sum()) / total

    assert abs(share(pl.col("age") == "18-24") - 0.363) < 0.02
    assert abs(share(pl.col("age") == "Less than 18") - 0.048) < 0.01
    assert abs(share(pl.col("sex") == "Female") - 0.456) < 0.02
    assert abs(share(pl.col("local_authority") == "OVERSEAS") - 0.004) < 0.002
    assert abs(share(pl.col("local_authority").str.starts_with("E09")) - 0.352) < 0.05
    soon = share(pl.col("arrival_lag").is_in(["Within 1 month", "1 to 3 months"]))
    assert 0.45 < soon < 0.8
