"""A delivery is taken in whole, encrypted; or refused, and the last good state stands."""

from __future__ import annotations

import base64
import json
import stat
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from nino_assets.deliveries import intake
from nino_assets.deliveries.intake import ingest_delivery
from nino_assets.deliveries.manifest import read_manifest
from nino_assets.deliveries.scan_files import FILE_FORMS
from nino_assets.errors import NinoError, SecretKeyError, WarehouseError
from nino_assets.methods.records.cleaning import clean_scan
from nino_assets.orchestration.assets.catalogue import open_warehouse
from nino_assets.releases.series import find_series
from nino_assets.statistic import reference_lists
from nino_assets.statistic.quarters import Quarter
from nino_assets.statistic.scan_columns import SCAN_COLUMNS
from nino_assets.store.delivery import Delivery
from nino_assets.store.folders import Folders
from nino_assets.store.warehouse import Warehouse
from nino_assets_tests.support import oracle
from nino_assets_tests.support.messages import collect_messages
from nino_assets_tests.support.small_delivery import (
    QUARTER,
    TODAY,
    deliver,
    format_csv,
    in_form,
    put,
    record,
)

PLANTED = ("AB987654C", "PLANTEDSURNAME", "PLANTEDFORENAME", "HS9 8ZY", "1977-07-07")


def planted(**changes: str) -> list[str]:
    nino, surname, forenames, postcode, born = PLANTED
    return record(
        **{
            "nino": nino,
            "surname": surname,
            "forenames": forenames,
            "postcode": postcode,
            "date_of_birth": born,
            **changes,
        }
    )


def files_under(folder: Path) -> dict[str, bytes]:
    """Every file but the seal, which a warehouse gets before its first record is read."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "seal.json"
    }


def raw(warehouse: Warehouse, delivery: Delivery, quarters: Sequence[Quarter] | None = None) -> Any:
    table = warehouse.records.read("raw_scan", delivery, quarters).to_table()
    return sorted(table.to_pylist(), key=lambda row: row["row_number"])


def refusal(warehouse: Warehouse, delivery: Delivery) -> NinoError:
    """Why a delivery is refused, after a look for records in the refusal and for a change."""
    before = files_under(warehouse.folders.warehouse)
    with pytest.raises(NinoError) as caught:
        ingest_delivery(warehouse, delivery, [delivery.quarter])
    text = collect_messages(caught.value)
    assert not any(identifier in text for identifier in PLANTED)
    assert files_under(warehouse.folders.warehouse) == before
    return caught.value


def test_every_column_is_kept_as_delivered(warehouse: Warehouse, folders: Folders) -> None:
    odd = [
        record(nino=" ab12", surname='O"Neill, Ann', forenames="two\nlines", sex=" m "),
        record(nationality="", postcode="\u00e9\U0001f600"),
    ]
    delivery = deliver(folders, odd)
    assert ingest_delivery(warehouse, delivery, [QUARTER]) == {"2020-Q4": 2}
    rows = raw(warehouse, delivery)
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
    found = raw(warehouse, delivery)
    assert [row["row_number"] for row in found] == list(range(3 * len(FILE_FORMS)))
    assert [row["surname"] for row in found] == [
        f"{n} {i}" for n in range(len(FILE_FORMS)) for i in range(3)
    ]


def test_malformed_rows_are_kept_and_counted(warehouse: Warehouse, folders: Folders) -> None:
    text = format_csv([record(), record()[:5], [*record(), "more"], record()])
    put(folders, {"scan.csv": text.encode()}, {"scan.csv": 4})
    delivery = read_manifest(folders, QUARTER, today=TODAY)
    assert ingest_delivery(warehouse, delivery, [QUARTER]) == {"2020-Q4": 4}
    rows = raw(warehouse, delivery)
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
    assert [row["quarter"] for row in raw(warehouse, delivery)] == list(days.values())
    assert len(raw(warehouse, delivery, [Quarter(2020, 3)])) == 1
    assert raw(warehouse, delivery, [Quarter(2005, 1)]) == []


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
    rows = raw(warehouse, delivery)
    assert [row["surname"] for row in rows] == [str(n) for n in range(2500)]
    for row in rows:
        year, month = row["date_of_registration"][:4], int(row["date_of_registration"][5:7])
        assert row["quarter"] == f"{year}-Q{(month + 2) // 3}"


# What lies on the disk ---------------------------------------------------------------------------


def test_no_identifier_stands_in_any_byte_of_the_warehouse(
    warehouse: Warehouse, folders: Folders
) -> None:
    text = format_csv([planted(), planted(nino="AB987655C")]) + ",".join(planted()[:4]) + "\n"
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
    found = files_under(folders.warehouse)
    assert len(found) == 4
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
    delivery = deliver(folders, [planted()])
    ingest_delivery(warehouse, delivery, [QUARTER])
    monkeypatch.setenv("NINO_STORAGE_KEY", "ab" * 32)
    with pytest.raises(SecretKeyError, match="built with another NINO_STORAGE_KEY"):
        raw(open_warehouse(folders), delivery)


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


# Refusals ----------------------------------------------------------------------------------------


def test_a_refused_delivery_leaves_the_last_good_one(
    warehouse: Warehouse, folders: Folders
) -> None:
    good = deliver(folders, [record()])
    ingest_delivery(warehouse, good, [QUARTER])
    last = files_under(folders.warehouse)
    content = format_csv([planted(), planted()]).encode()
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
            {"a.csv": content, "scan.csv.gz": in_form(format_csv([planted()]), "x.gz")[:-20]},
            {"a.csv": 2, "scan.csv.gz": 1},
            "cannot be read to its end",
        ),
    ):
        put(folders, files, rows)
        bad = read_manifest(folders, QUARTER, today=TODAY)
        assert words in str(refusal(warehouse, bad))
    assert files_under(folders.warehouse) == last
    assert warehouse.serving.find_delivery(QUARTER) == good
    assert len(raw(warehouse, good)) == 1


def test_a_wrong_sha256_and_a_missing_file(warehouse: Warehouse, folders: Folders) -> None:
    delivery = deliver(folders, [planted()])
    path = folders.delivery(QUARTER) / "scan.csv"
    path.write_bytes(path.read_bytes().replace(b"Novak", b"Nowak") + b"\n")
    assert "another sha256" in str(refusal(warehouse, delivery))
    path.unlink()
    assert "is not there" in str(refusal(warehouse, delivery))


def test_an_undeclared_layout(warehouse: Warehouse, folders: Folders) -> None:
    error = refusal(warehouse, deliver(folders, [planted()], layout="mws-9"))
    assert "landing/2020-Q4/manifest.json names the layout 'mws-9'" in str(error)
    assert "mws-1" in error.rule
    refusal(warehouse, deliver(folders, [planted()], layout="../layouts/mws-1"))


@pytest.mark.parametrize(
    ("days", "extract", "taken"),
    [
        (["2021-01-01", "2021-03-31"], "quarter", False),
        (["2020-07-01", "2020-09-30"], "quarter", False),
        (["2020-07-01", "2020-12-31"], "quarter", True),
        (["2020-07-01", ""], "quarter", False),
        (["", "unreadable"], "quarter", True),
        (["2021-01-01"], "register", False),
        (["2001-12-31", "2021-01-01"], "register", False),
        (["2002-01-01", "2021-01-01"], "register", True),
    ],
)
def test_the_scan_of_another_quarter_is_refused(
    warehouse: Warehouse, folders: Folders, days: list[str], extract: str, taken: bool
) -> None:
    delivery = deliver(
        folders, [planted(date_of_registration=day) for day in days], extract=extract
    )
    if taken:
        ingest_delivery(warehouse, delivery, [QUARTER])
        assert len(raw(warehouse, delivery)) == len(days)
    else:
        error = refusal(warehouse, delivery)
        assert "landing/2020-Q4: none of its registrations is dated in" in str(error)
        assert not warehouse.records.find_path("raw_scan", delivery, QUARTER).exists()


def test_a_real_delivery_without_keys_changes_nothing(
    warehouse: Warehouse, folders: Folders
) -> None:
    error = refusal(warehouse, deliver(folders, [planted(nino="AB987654C")], synthetic=False))
    assert "NINO_PSEUDONYM_KEY is not set" in str(error)
    assert not folders.keys.exists()


# The warehouse -----------------------------------------------------------------------------------


def test_nothing_is_read_that_was_not_taken_in(warehouse: Warehouse, folders: Folders) -> None:
    delivery = deliver(folders, [record()])
    with pytest.raises(WarehouseError, match="No delivery was taken in for 2020-Q4"):
        warehouse.serving.find_delivery(QUARTER)
    with pytest.raises(
        WarehouseError, match=r"raw_scan/.*2020-Q4\.parquet is not in the warehouse"
    ):
        warehouse.records.read("raw_scan", delivery)
    with pytest.raises(WarehouseError, match=r"areas\.parquet is not in the warehouse"):
        warehouse.tables.read_frame("areas")


def test_quarters_are_grouped_by_the_delivery_that_serves_them(
    warehouse: Warehouse, folders: Folders
) -> None:
    register = deliver(folders, [record(date_of_registration="2020-08-01")] * 2, extract="register")
    ingest_delivery(warehouse, register, [Quarter(2020, 2), Quarter(2020, 3)])
    own = deliver(folders, [record()])
    ingest_delivery(warehouse, own, [QUARTER])
    assert warehouse.serving.group_quarters([QUARTER, Quarter(2020, 2), Quarter(2020, 3)]) == {
        own: [QUARTER],
        register: [Quarter(2020, 2), Quarter(2020, 3)],
    }
    warehouse.records.delete_superseded()
    assert len(raw(warehouse, register, [Quarter(2020, 3)])) == 2


def test_superseded_records_are_forgotten(warehouse: Warehouse, folders: Folders) -> None:
    old = deliver(folders, [planted()])
    ingest_delivery(warehouse, old, [QUARTER])
    new = deliver(folders, [record()])
    ingest_delivery(warehouse, new, [QUARTER])
    assert raw(warehouse, old)
    warehouse.records.delete_superseded()
    assert not warehouse.records.find_path("raw_scan", old, QUARTER).parent.exists()
    assert raw(warehouse, new)


def test_a_series_has_no_gap(warehouse: Warehouse) -> None:
    def hold(quarter: Quarter) -> None:
        table = pa.table({"n": [1]})
        warehouse.tables.write("keyed_counts", table.to_reader(), quarter)

    deliver(warehouse.folders, [record()])
    assert find_series(warehouse, QUARTER)[0] == QUARTER
    hold(Quarter(2020, 2))
    with pytest.raises(WarehouseError, match="2020-Q3 is not in the warehouse") as caught:
        find_series(warehouse, QUARTER)[0]
    assert "--from 2020-Q3" in caught.value.next_step
    hold(Quarter(2020, 3))
    assert find_series(warehouse, QUARTER)[0] == Quarter(2020, 2)
    assert warehouse.tables.list_quarters("keyed_counts") == [Quarter(2020, 2), Quarter(2020, 3)]


def test_a_pointer_holds_no_record(warehouse: Warehouse, folders: Folders) -> None:
    delivery = deliver(folders, [planted()])
    ingest_delivery(warehouse, delivery, [QUARTER])
    pointer = json.loads((folders.restricted / "serving" / "2020-Q4.json").read_text())
    assert Delivery.from_json(pointer) == delivery


# Files to records, against plain Python ----------------------------------------------------------


def test_a_delivery_cleaned_agrees_with_plain_python(
    warehouse: Warehouse, folders: Folders
) -> None:
    lines = [
        record(nino="AB000001A", surname="Z"),
        record(nino="ab 00 00 01", surname="A"),
        record(nino="AB000002", date_of_registration="31/12/2020", surname='q"u,o\nte'),
        record(nino="AB000003", date_of_registration="2020-09-30"),
        record(nino="QQ000004"),
        record(nino="AB000005", nationality="gbr "),
        record()[:3],
        [*record(), ""],
        record(nino="AB000006", date_of_birth="29/02/2004", date_of_arrival="2021-01-01"),
    ]
    delivery = deliver(folders, lines)
    path = folders.delivery(QUARTER) / "scan.csv"
    header, records = oracle.read_records(path)
    accepted, rejected = oracle.clean(header, records, delivery.as_json())
    ingest_delivery(warehouse, delivery, [QUARTER])
    with warehouse.open_session() as con:
        mine, theirs = clean_scan(
            con,
            warehouse.records.read("raw_scan", delivery),
            delivered=QUARTER,
            register=False,
            synthetic=True,
            nationalities=reference_lists.read_nationalities(),
            aliases=reference_lists.read_nationality_aliases(),
        )
        columns = ["nino8", "surname", "date_of_registration"]
        found = [tuple(row.values()) for row in mine.read_all().select(columns).to_pylist()]
        reasons = theirs.read_all()["reason"].to_pylist()
    assert sorted(found) == sorted(
        (row["nino8"], row["surname"], row["registered"]) for row in accepted
    )
    assert sorted(reasons) == sorted(reason for _, reason in rejected)
    assert {row[2] for row in found} == {date(2020, 11, 12), date(2020, 12, 31)}
