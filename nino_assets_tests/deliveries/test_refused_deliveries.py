"""A refused delivery leaves the last good one, and its message shows no record."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pytest

from nino_assets.deliveries.intake import ingest_delivery
from nino_assets.deliveries.manifest import read_manifest
from nino_assets.store.folders import Folders
from nino_assets.store.warehouse import Warehouse
from nino_assets_tests.support.small_delivery import (
    QUARTER,
    TODAY,
    deliver,
    format_csv,
    in_form,
    put,
    record,
)
from nino_assets_tests.support.taken_in import (
    make_planted_record,
    read_files,
    read_raw_scan,
    read_refusal,
)


def test_a_refused_delivery_leaves_the_last_good_one(
    warehouse: Warehouse, folders: Folders
) -> None:
    good = deliver(folders, [record()])
    ingest_delivery(warehouse, good, [QUARTER])
    last = read_files(folders.warehouse)
    content = format_csv([make_planted_record(), make_planted_record()]).encode()
    for files, rows, words in (
        ({"scan.csv": content}, {"scan.csv": 3}, "has 2 records, its manifest says 3"),
        ({"scan.csv": content}, {"scan.csv": 1}, "has 2 records, its manifest says 1"),
        ({"scan.csv": content}, {"scan.csv": 0}, "describes an empty scan"),
        ({"scan.csv": format_csv([]).encode()}, {"scan.csv": 1}, "scan.csv has 0 records"),
        ({"scan.csv": b""}, {"scan.csv": 1}, "scan.csv is empty"),
        ({"scan.csv": content.replace(b"surname", b"name")}, {"scan.csv": 2}, "missing: surname"),
        ({"scan.csv": content[content.index(b"\n") + 1 :]}, {"scan.csv": 1}, "other columns"),
        ({"scan.csv": content.decode().encode("utf-16")}, {"scan.csv": 2}, "UTF-8"),
        ({"scan.csv": content + "\u00e9".encode("latin-1")}, {"scan.csv": 3}, "UTF-8"),
        (
            {
                "a.csv": content,
                "scan.csv.gz": in_form(format_csv([make_planted_record()]), "x.gz")[:-20],
            },
            {"a.csv": 2, "scan.csv.gz": 1},
            "cannot be read to its end",
        ),
    ):
        put(folders, files, rows)
        bad = read_manifest(folders, QUARTER, today=TODAY)
        assert words in str(read_refusal(warehouse, bad))
    assert read_files(folders.warehouse) == last
    assert warehouse.serving.find_delivery(QUARTER) == good
    assert len(read_raw_scan(warehouse, good)) == 1


def test_a_wrong_sha256_and_a_missing_file(warehouse: Warehouse, folders: Folders) -> None:
    delivery = deliver(folders, [make_planted_record()])
    path = folders.find_delivery(QUARTER) / "scan.csv"
    path.write_bytes(path.read_bytes().replace(b"Novak", b"Nowak") + b"\n")
    assert "another sha256" in str(read_refusal(warehouse, delivery))
    path.unlink()
    assert "is not there" in str(read_refusal(warehouse, delivery))


def test_an_undeclared_layout(warehouse: Warehouse, folders: Folders) -> None:
    error = read_refusal(warehouse, deliver(folders, [make_planted_record()], layout="mws-9"))
    assert "landing/2020-Q4/manifest.json names the layout 'mws-9'" in str(error)
    assert "mws-1" in error.rule
    read_refusal(warehouse, deliver(folders, [make_planted_record()], layout="../layouts/mws-1"))


@pytest.mark.parametrize(
    ("days", "extract", "taken"),
    [
        (["2021-01-01", "2021-03-31"], "quarter", False),
        (["2020-07-01", "2020-09-30"], "quarter", False),
        (["2020-07-01", "2020-12-31"], "quarter", True),
        (["2020-07-01", ""], "quarter", False),
        (["", "2020-10-01"], "quarter", True),
        (["2021-01-01"], "register", False),
        (["2001-12-31", "2021-01-01"], "register", False),
        (["2002-01-01", "2021-01-01"], "register", True),
    ],
)
def test_the_scan_of_another_quarter_is_refused(
    warehouse: Warehouse, folders: Folders, days: list[str], extract: str, taken: bool
) -> None:
    delivery = deliver(
        folders, [make_planted_record(date_of_registration=day) for day in days], extract=extract
    )
    if taken:
        ingest_delivery(warehouse, delivery, [QUARTER])
        assert len(read_raw_scan(warehouse, delivery)) == len(days)
    else:
        error = read_refusal(warehouse, delivery)
        assert "landing/2020-Q4: none of its registrations is dated in" in str(error)
        assert not warehouse.records.find_path("raw_scan", delivery, QUARTER).exists()


def test_a_real_delivery_without_keys_changes_nothing(
    warehouse: Warehouse, folders: Folders
) -> None:
    error = read_refusal(
        warehouse, deliver(folders, [make_planted_record(nino="AB987654C")], synthetic=False)
    )
    assert "NINO_PSEUDONYM_KEY is not set" in str(error)
    assert not folders.keys.exists()


def test_real_records_that_every_account_may_read_are_refused(
    warehouse: Warehouse, folders: Folders
) -> None:
    """Through a link, for example, which leads out of the closed data folder."""
    delivery = deliver(folders, [make_planted_record(nino="AB987654C")], synthetic=False)
    with tempfile.TemporaryDirectory(dir="/tmp") as held:
        Path(held).chmod(0o755)
        own = folders.find_delivery(QUARTER)
        shutil.move(own, Path(held) / "delivery")
        (Path(held) / "delivery").chmod(0o755)
        own.symlink_to(Path(held) / "delivery")
        error = read_refusal(warehouse, delivery)
        assert "Every account of this machine may read landing/2020-Q4" in str(error)
        (Path(held) / "delivery").chmod(0o750)
        assert "NINO_PSEUDONYM_KEY is not set" in str(read_refusal(warehouse, delivery))


@pytest.mark.parametrize("extract", ["quarter", "register"])
@pytest.mark.parametrize(
    "day", ["", "2020-10-01 00:00:00", "'2020-10-01", "2020-10-01T00:00", "1 October 2020", "44105"]
)
def test_a_scan_without_a_readable_date_is_refused(
    warehouse: Warehouse, folders: Folders, day: str, extract: str
) -> None:
    rows = [make_planted_record(date_of_registration=day) for _ in range(3)]
    delivery = deliver(folders, rows, extract=extract)
    error = read_refusal(warehouse, delivery)
    assert "landing/2020-Q4: none of its rows has a date of registration" in str(error)
    assert not warehouse.records.find_path("raw_scan", delivery, QUARTER).exists()


@pytest.mark.parametrize("name", ["rest.csv", "REST.CSV.GZ", "rest.zip", "part two", "letter.pdf"])
def test_a_file_that_the_manifest_does_not_name_is_refused(
    warehouse: Warehouse, folders: Folders, name: str
) -> None:
    delivery = deliver(folders, [make_planted_record()])
    (folders.find_delivery(QUARTER) / name).write_bytes(b"more")
    refusal = read_refusal(warehouse, delivery)
    assert refusal.what == f"landing/2020-Q4/{name} is not named in the manifest"


@pytest.mark.parametrize("name", [".scan.csv.Xa1", ".DS_Store", "README.md", "truth.json"])
def test_hidden_files_and_what_is_no_part_of_the_scan_may_lie_beside_it(
    warehouse: Warehouse, folders: Folders, name: str
) -> None:
    delivery = deliver(folders, [record()])
    (folders.find_delivery(QUARTER) / name).write_bytes(b"more")
    assert ingest_delivery(warehouse, delivery, [QUARTER])["2020-Q4"] == 1
