"""A delivery is taken in whole, encrypted; or refused, and the last good state stands."""

from __future__ import annotations

import base64
import stat

import pytest

from nino_assets.deliveries import intake
from nino_assets.deliveries.intake import ingest_delivery
from nino_assets.deliveries.manifest import read_manifest
from nino_assets.deliveries.scan_files import FILE_FORMS
from nino_assets.errors import SecretKeyError
from nino_assets.methods.records.cleaning import clean_scan
from nino_assets.orchestration.assets.catalogue import open_warehouse
from nino_assets.statistic import reference_lists
from nino_assets.statistic.quarters import Quarter
from nino_assets.statistic.scan_columns import SCAN_COLUMNS
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
    PLANTED,
    make_planted_record,
    read_files,
    read_raw_scan,
)


def test_every_column_is_kept_as_delivered(warehouse: Warehouse, folders: Folders) -> None:
    odd = [
        record(nino=" ab12", surname='O"Neill, Ann', forenames="two\nlines", sex=" m "),
        record(nationality="", postcode="\u00e9\U0001f600"),
    ]
    delivery = deliver(folders, odd)
    assert ingest_delivery(warehouse, delivery, [QUARTER]) == {"2020-Q4": 2}
    rows = read_raw_scan(warehouse, delivery)
    assert [[row[name] for name in SCAN_COLUMNS] for row in rows] == odd
    assert {row["quarter"] for row in rows} == {"2020-Q4"}
    assert all(row["malformed_text"] is None for row in rows)
    assert warehouse.serving.find_delivery(QUARTER) == delivery


def test_several_files_of_all_forms_are_one_scan(warehouse: Warehouse, folders: Folders) -> None:
    files, rows = {}, {}
    for n, form in enumerate(FILE_FORMS):
        name = f"part{n}{form}"
        records = [record(nino=f"AB{n}{i}0000", surname=f"{n} {i}") for i in range(3)]
        files[name], rows[name] = in_form(format_csv(records), name), 3
    put(folders, files, rows)
    delivery = read_manifest(folders, QUARTER, today=TODAY)
    assert ingest_delivery(warehouse, delivery, [QUARTER]) == {"2020-Q4": 3 * len(FILE_FORMS)}
    found = read_raw_scan(warehouse, delivery)
    assert [row["row_number"] for row in found] == list(range(3 * len(FILE_FORMS)))
    assert [row["surname"] for row in found] == [
        f"{n} {i}" for n in range(len(FILE_FORMS)) for i in range(3)
    ]


def test_malformed_rows_are_kept_and_counted(warehouse: Warehouse, folders: Folders) -> None:
    text = format_csv([record(), record()[:5], [*record(), "more"], record()])
    put(folders, {"scan.csv": text.encode()}, {"scan.csv": 4})
    delivery = read_manifest(folders, QUARTER, today=TODAY)
    assert ingest_delivery(warehouse, delivery, [QUARTER]) == {"2020-Q4": 4}
    rows = read_raw_scan(warehouse, delivery)
    texts = [row["malformed_text"] for row in rows if row["malformed_text"]]
    assert texts == [",".join(record()[:5]), ",".join([*record(), "more"])]
    assert {row["quarter"] for row in rows} == {"2020-Q4"}


def test_a_register_fills_every_quarter(warehouse: Warehouse, folders: Folders) -> None:
    days = {
        "2002-01-01": "2002-Q1",
        "31/12/2019": "2019-Q4",
        "20200701": "2020-Q3",
        "2020-12-31": "2020-Q4",
        "2001-12-31": "2020-Q4",
        "2021-01-01": "2020-Q4",
        "": "2020-Q4",
        "2020-02-30": "2020-Q4",
    }
    delivery = deliver(
        folders, [record(date_of_registration=day) for day in days], extract="register"
    )
    rows = ingest_delivery(warehouse, delivery, [QUARTER])
    assert len(rows) == 76
    assert {label: n for label, n in rows.items() if n} == {
        "2002-Q1": 1,
        "2019-Q4": 1,
        "2020-Q3": 1,
        "2020-Q4": 5,
    }
    assert [row["quarter"] for row in read_raw_scan(warehouse, delivery)] == list(days.values())
    assert len(read_raw_scan(warehouse, delivery, [Quarter(2020, 3)])) == 1
    assert read_raw_scan(warehouse, delivery, [Quarter(2005, 1)]) == []


def test_batches_of_a_large_scan_are_all_written(
    warehouse: Warehouse, folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "BATCH_ROWS", 100)
    records = [
        record(surname=str(n), date_of_registration=f"20{10 + n % 11:02d}-0{1 + n % 9}-01")
        for n in range(2500)
    ]
    delivery = deliver(folders, records, extract="register")
    assert sum(ingest_delivery(warehouse, delivery, [QUARTER]).values()) == 2500
    rows = read_raw_scan(warehouse, delivery)
    assert [row["surname"] for row in rows] == [str(n) for n in range(2500)]
    for row in rows:
        year, month = row["date_of_registration"][:4], int(row["date_of_registration"][5:7])
        assert row["quarter"] == f"{year}-Q{(month + 2) // 3}"


def test_no_identifier_stands_in_any_byte_of_the_warehouse(
    warehouse: Warehouse, folders: Folders
) -> None:
    text = (
        format_csv([make_planted_record(), make_planted_record(nino="AB987655C")])
        + ",".join(make_planted_record()[:4])
        + "\n"
    )
    put(folders, {"scan.csv": text.encode()}, {"scan.csv": 3})
    delivery = read_manifest(folders, QUARTER, today=TODAY)
    ingest_delivery(warehouse, delivery, [QUARTER])
    with warehouse.open_session() as con:
        for asset, reader in zip(
            ("cleaned_records", "rejected_records"),
            clean_scan(
                con,
                warehouse.records.read("raw_scan", delivery),
                delivered=QUARTER,
                register=False,
                synthetic=True,
                nationalities=reference_lists.read_nationalities(),
                aliases=reference_lists.read_nationality_aliases(),
            ),
            strict=True,
        ):
            warehouse.records.write(asset, delivery, reader.schema, reader)
    assert (
        warehouse.records.read("cleaned_records", delivery).to_table()["surname"].to_pylist()
        == [PLANTED[1]] * 2
    )
    found = read_files(folders.warehouse)
    assert len(found) == 7, "a delivery, and three files with the sha256 of each"
    for name, content in found.items():
        assert not any(identifier.encode() in content for identifier in PLANTED), name
        # The names of columns are hidden with the footer.
        assert b"surname" not in content, name


def test_what_is_restricted_is_its_owner_s_only(warehouse: Warehouse, folders: Folders) -> None:
    ingest_delivery(warehouse, deliver(folders, [record()]), [QUARTER])
    assert stat.S_IMODE(folders.restricted.stat().st_mode) == 0o700
    modes = {
        stat.S_IMODE(path.stat().st_mode)
        for path in folders.restricted.rglob("*")
        if path.is_file()
    }
    assert modes == {0o600}


def test_another_storage_key_is_told_and_shows_nothing(
    warehouse: Warehouse, folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    delivery = deliver(folders, [make_planted_record()])
    ingest_delivery(warehouse, delivery, [QUARTER])
    monkeypatch.setenv("NINO_STORAGE_KEY", "ab" * 32)
    with pytest.raises(SecretKeyError, match="built with another NINO_STORAGE_KEY"):
        read_raw_scan(open_warehouse(folders), delivery)


def test_two_files_of_the_same_content_share_no_byte_pattern(
    warehouse: Warehouse, folders: Folders
) -> None:
    delivery = deliver(folders, [record()] * 50)
    ingest_delivery(warehouse, delivery, [QUARTER])
    path = warehouse.records.find_path("raw_scan", delivery, QUARTER)
    one = path.read_bytes()
    ingest_delivery(warehouse, delivery, [QUARTER])
    other = path.read_bytes()
    assert one != other
    assert base64.b64encode(one[100:130]) != base64.b64encode(other[100:130])
