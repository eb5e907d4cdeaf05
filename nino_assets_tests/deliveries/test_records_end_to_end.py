"""Synthetic deliveries through intake, cleaning, geocoding and counting, against plain Python."""

from __future__ import annotations

import hmac
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Literal

import pyarrow as pa
import pytest

from nino_assets.deliveries.intake import ingest_delivery
from nino_assets.deliveries.manifest import read_manifest
from nino_assets.deliveries.postcode_files import find_directory_files, stream_directory_file
from nino_assets.methods.disclosure.keyed_counts import count_registrations_sql, locate_counts_sql
from nino_assets.methods.records import postcode_directory as nspl
from nino_assets.methods.records.cleaning import clean_scan
from nino_assets.methods.records.geocoding import geocode_sql
from nino_assets.methods.records.pseudonyms import pseudonymise
from nino_assets.methods.records.row_account import build_row_account
from nino_assets.orchestration.assets.catalogue import open_warehouse
from nino_assets.statistic import reference_lists
from nino_assets.statistic.quarters import Quarter
from nino_assets.store import keys
from nino_assets.store.folders import Folders
from nino_assets.store.warehouse import Warehouse
from nino_assets.synthetic.synthesis import synthesise
from nino_assets_tests.support import oracle, plain_geocoding
from nino_assets_tests.support.small_delivery import (
    QUARTER,
    deliver,
    record,
)


@pytest.mark.parametrize(
    ("quarter", "extract", "scale"),
    [(Quarter(2018, 1), "quarter", 0.01), (Quarter(2003, 1), "register", 0.004)],
)
def test_every_record_is_counted_as_plain_python_counts_it(
    tmp_path: Path, quarter: Quarter, extract: Literal["quarter", "register"], scale: float
) -> None:
    folders = Folders(tmp_path)
    synthesise(quarter, scale=scale, seed=11, extract=extract, out=folders.landing)
    warehouse = open_warehouse(folders)
    delivery = read_manifest(folders, quarter, today=date(2030, 1, 1))
    taken = ingest_delivery(warehouse, delivery, [quarter])
    secret = keys.find_secret_keys(folders, synthetic=True)
    with warehouse.open_session() as con:
        batches = [b for file in find_directory_files(folders) for b in stream_directory_file(file)]
        con.register("delivered", pa.Table.from_batches(batches))
        con.execute(f"CREATE TEMP TABLE directory AS {nspl.build_directory_sql('delivered')}")
        con.execute(
            f"CREATE TEMP TABLE output_areas AS {nspl.build_output_area_lookup_sql('directory')}"
        )
        con.register("raw", warehouse.records.read("raw_scan", delivery))
        streams = clean_scan(
            con,
            warehouse.records.read("raw_scan", delivery),
            delivered=quarter,
            register=delivery.is_register,
            synthetic=True,
            nationalities=reference_lists.read_nationalities(),
            aliases=reference_lists.read_nationality_aliases(),
        )
        for name, stream in zip(("accepted", "rejected"), streams, strict=True):
            con.register(name, stream.read_all())
        geocoded = pseudonymise(
            con,
            f"({geocode_sql('accepted', 'directory')})",
            pseudonym_key=secret.pseudonym,
            record_key=secret.record,
            keys=256,
            batch_rows=1000,
        )
        con.register("geocoded", geocoded.read_all())
        account = build_row_account(
            con, raw="raw", cleaned="accepted", rejected="rejected", geocoded="geocoded"
        )
        con.execute(f"CREATE TEMP TABLE counts AS {count_registrations_sql('geocoded')}")
        located = locate_counts_sql("counts", "output_areas", 256)
        counted = con.sql(f"""
            SELECT * EXCLUDE (registrations, key_sum), sum(registrations), sum(key_sum)
            FROM ({located}) GROUP BY ALL""").fetchall()

    scan = folders.find_delivery(quarter) / delivery.files[0].name
    header, records = oracle.read_records(scan)
    expected, expected_rejected = oracle.clean(header, records, delivery.to_json())
    directory = plain_geocoding.read_directory(sorted(folders.postcode_landing.rglob("*.csv")))
    assert sum(taken.values()) == account["delivered"] == len(records)
    assert account["accepted"] == len(expected)
    reasons = Counter(reason for _, reason in expected_rejected)
    assert {reason: n for reason, n in account["rejected"].items() if n} == reasons
    assert account["repairs"] == oracle.repairs(expected)
    statuses = Counter(
        plain_geocoding.geocode(row["postcode"], row["country_of_residence"], directory)[0]
        for row in expected
    )
    assert {status: n for status, n in account["geocode_status"].items() if n} == statuses
    assert {row[:6]: row[6] for row in counted} == oracle.cells(expected, directory)
    assert sum(row[7] for row in counted) == sum(
        int.from_bytes(hmac.digest(secret.record, row["nino8"].encode(), "sha256")[:4], "big") % 256
        for row in expected
    )


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
    path = folders.find_delivery(QUARTER) / "scan.csv"
    header, records = oracle.read_records(path)
    accepted, rejected = oracle.clean(header, records, delivery.to_json())
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
