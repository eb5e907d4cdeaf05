"""Damaged deliveries: each damage, in each form of a file, for a share of the rows.

What a damage leaves is recomputed from the damaged rows by the oracle, in plain Python; the
pipeline has to come to the same counts, or to say that something is wrong.
"""

from __future__ import annotations

import csv
import io
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from nino_assets.deliveries.intake import ingest_delivery
from nino_assets.deliveries.manifest import read_manifest
from nino_assets.errors import NinoError
from nino_assets.methods.records.cleaning import clean_scan
from nino_assets.methods.records.geocoding import geocode_sql
from nino_assets.orchestration.assets.catalogue import open_warehouse
from nino_assets.quality.engine import run_suite
from nino_assets.quality.suites.cleaned_records import SUITE as CLEANED
from nino_assets.statistic import reference_lists
from nino_assets.statistic.scan_columns import SCAN_COLUMNS
from nino_assets.store.folders import Folders
from nino_assets_tests.support import oracle, plain_geocoding
from nino_assets_tests.support.small_delivery import (
    QUARTER,
    TODAY,
    format_csv,
    in_form,
    put,
    record,
)

ROWS = 300
BLOCKING = [rule.name for rule in CLEANED.expectations if rule.blocks]
CUT = 7
"""Characters that the end of a cut file lacks."""
SHARES = (1, 50, 100)
Rows = list[list[str]]
Change = Callable[[str], str]


@dataclass(frozen=True)
class Case:
    """A damage to a column, in a form, for a share of the rows in per cent."""

    damage: str
    column: str
    form: str
    share: int


CHANGES: dict[str, Change] = {
    "blank": lambda text: "",
    "NULL": lambda text: "NULL",
    "#N/A": lambda text: "#N/A",
    "apostrophe before": lambda text: f"'{text}",
    "time after": lambda text: f"{text} 00:00:00",
    "ISO time after": lambda text: f"{text}T00:00:00",
    "spaces around": lambda text: f"  {text} ",
    "no-break space after": lambda text: f"{text}\u00a0",
    "quotes around": lambda text: f'"{text}"',
    "line break inside": lambda text: f"{text[:3]}\r\n{text[3:]}",
    "in small letters": str.lower,
    "cut short": lambda text: text[:-1],
    "day and month swapped": lambda text: "-".join(
        [text[:4], text[8:], text[5:7]] if len(text) == 10 else [text]
    ),
    "written 31/12/2020": lambda text: "/".join(reversed(text.split("-"))),
    "fullwidth": lambda text: "".join(
        chr(ord(each) + 0xFEE0) if each.isdigit() else each for each in text
    ),
    "zero-width space inside": lambda text: f"{text[:2]}\u200b{text[2:]}",
    "byte order mark before": lambda text: f"\ufeff{text}",
    "NUL after": lambda text: f"{text}\0",
}
COLUMNS = (
    *("nino", "date_of_birth", "date_of_arrival", "date_of_registration", "sex", "nationality"),
    *("registration_type", "account_status", "postcode", "country_of_residence"),
)
"""Every column that a figure depends on."""
POSTCODES = ("HS1 2AA", "BT1 1AA", "IM1 1AA", "ZE1 0AA")
DIRECTORY: plain_geocoding.Directory = {
    "HS12AA": ("S92000003", "S00000001", "S12000013", False),
    "BT11AA": ("N92000002", "N00000001", "N09000003", True),
}
"""The other two postcodes are a Crown dependency's and one that is not found."""
SHAPES = ("field added", "field lost", "row repeated", "trailing comma")
CSV_FORMS: dict[str, Callable[[str], bytes]] = {
    "csv": str.encode,
    "csv, CRLF": lambda text: text.replace("\r\n", "\n").replace("\n", "\r\n").encode(),
    "csv, byte order mark": lambda text: b"\xef\xbb\xbf" + text.encode(),
    "csv, UTF-16": lambda text: text.encode("utf-16"),
    "csv.gz": lambda text: in_form(text, "s.csv.gz"),
    "csv.zst": lambda text: in_form(text, "s.csv.zst"),
    "csv, cut": lambda text: text[:-CUT].encode(),
}
PARQUET_FORMS: dict[str, pa.DataType] = {
    "parquet": pa.string(),
    "parquet, large text": pa.large_string(),
    "parquet, dictionary": pa.dictionary(pa.int32(), pa.string()),
}


def list_cases() -> Iterator[Case]:
    """Every case."""
    for share in SHARES:
        for form in (*CSV_FORMS, *PARQUET_FORMS):
            for damage in CHANGES:
                for column in COLUMNS:
                    yield Case(damage, column, form, share)
        for form in CSV_FORMS:
            for damage in SHAPES:
                yield Case(damage, "", form, share)


def make_rows() -> Rows:
    """Valid records, each of another person, of several nationalities and both sexes."""
    return [
        record(
            nino=f"AB{number:06d}C",
            surname=f"Novak{number}",
            sex="MF"[number % 2],
            nationality=("POL", "IND", "FRA", "NGA")[number % 4],
            date_of_birth=f"{1950 + number % 50}-05-17",
            date_of_arrival=f"20{12 + number % 9:02d}-09-01",
            date_of_registration=f"2020-{10 + number % 3}-{1 + number % 28:02d}",
            postcode=POSTCODES[number % 40 if number % 40 < len(POSTCODES) else 0],
        )
        for number in range(ROWS)
    ]


def damage_rows(case: Case) -> Rows:
    """The rows as the case delivers them."""
    rows = make_rows()
    number = max(1, ROWS * case.share // 100)
    for row in rows[:number]:
        if case.damage in CHANGES:
            place = SCAN_COLUMNS.index(case.column)
            row[place] = CHANGES[case.damage](row[place])
        elif case.damage in ("field added", "trailing comma"):
            row.append("more" if case.damage == "field added" else "")
        elif case.damage == "field lost":
            row.pop()
    return rows + [list(row) for row in rows[:number]] if case.damage == "row repeated" else rows


def judge_case(case: Case, data: Path) -> str:
    """How a case ended: `right`, `blocked`, `refused`, or what is wrong."""
    shutil.rmtree(data, ignore_errors=True)
    folders = Folders(data)
    rows = damage_rows(case)
    name = f"s.{case.form.split(',')[0]}"
    content = _write_form(case.form, rows)
    put(folders, {name: content}, {name: len(rows)})
    warehouse = open_warehouse(folders)
    try:
        delivery = read_manifest(folders, QUARTER, today=TODAY)
        ingest_delivery(warehouse, delivery, [QUARTER])
    except NinoError as error:
        written = any(folders.warehouse.rglob("*.parquet"))
        return "written before a refusal" if written or not error.next_step else "refused"
    except Exception as error:
        return f"traceback: {type(error).__name__}"
    with warehouse.open_session() as con:
        streams = clean_scan(
            con,
            warehouse.records.read("raw_scan", delivery),
            delivered=QUARTER,
            register=False,
            synthetic=True,
            nationalities=reference_lists.read_nationalities(),
            aliases=reference_lists.read_nationality_aliases(),
        )
        for asset, reader in zip(("cleaned_records", "rejected_records"), streams, strict=True):
            warehouse.records.write(asset, delivery, reader.schema, reader)
        con.register("cleaned", warehouse.records.read("cleaned_records", delivery))
        con.register("directory", _build_directory())
        found = Counter(
            (nino, nationality, sex, str(day), _band_age(age), _band_lag(lag), status, area or "")
            for nino, nationality, sex, day, age, lag, status, area in con.sql(f"""
                SELECT nino8, nationality, sex, date_of_registration, age, arrival_lag_days,
                    geocode_status, output_area
                FROM ({geocode_sql("cleaned", "directory")})""").fetchall()
        )
    if any(not result.passed for result in run_suite(CLEANED, warehouse, [QUARTER], BLOCKING)):
        return "blocked"
    return "right" if found and found == _recompute(case, rows) else "wrong figure"


def _band_age(age: int | None) -> str:
    """The oracle's band of completed years."""
    day = date(2020, 1, 1)
    return oracle.age_band(None if age is None else day.replace(year=2020 - age), day)


def _band_lag(days: int | None) -> str:
    """The oracle's band of days since arrival."""
    day = date(2020, 1, 1)
    return oracle.lag_band(None if days is None else day - timedelta(days), day)


def _build_directory() -> pa.Table:
    return pa.table(
        {
            "postcode": list(DIRECTORY),
            "terminated": [ended for *_, ended in DIRECTORY.values()],
            "crown_dependency": [False for _ in DIRECTORY],
            "output_area": [area for _, area, *_ in DIRECTORY.values()],
        }
    )


def _write_form(form: str, rows: Rows) -> bytes:
    if form in CSV_FORMS:
        return CSV_FORMS[form](format_csv(rows))
    kind = PARQUET_FORMS[form]
    columns = [pa.array(column, pa.string()).cast(kind) for column in zip(*rows, strict=True)]
    file = io.BytesIO()
    pq.write_table(pa.table(columns, names=list(SCAN_COLUMNS)), file)
    return file.getvalue()


def _recompute(case: Case, rows: Sequence[Sequence[str]]) -> Counter[tuple[str, ...]]:
    manifest = {"quarter": QUARTER.label, "extract": "quarter", "synthetic": True}
    if case.form == "csv, cut":
        _, *rows = csv.reader(io.StringIO(format_csv(rows)[:-CUT], newline=""))
    accepted, _ = oracle.clean(SCAN_COLUMNS, rows, manifest)
    return Counter(map(_describe_expected, accepted))


def _describe_expected(row: oracle.Record) -> tuple[str, ...]:
    status, _ = plain_geocoding.geocode(row["postcode"], row["country_of_residence"], DIRECTORY)
    postcode = re.sub(r"[^A-Za-z0-9]", "", row["postcode"]).upper()
    keys = (postcode, plain_geocoding.swap_letters_and_digits(postcode))
    areas = [DIRECTORY[key][1] for key in keys if key in DIRECTORY]
    return (
        *(row["nino8"], row["nationality_label"], row["sex_label"], str(row["registered"])),
        *(row["age"], row["arrival_lag"], status),
        areas[0] if status.startswith("matched") else "",
    )
