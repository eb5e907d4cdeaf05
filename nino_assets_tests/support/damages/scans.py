"""Damages to the rows of a scan, in each form in which a scan is delivered."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator

import pyarrow as pa
import pyarrow.parquet as pq

from nino_assets.statistic.scan_columns import SCAN_COLUMNS
from nino_assets.store.folders import Folders
from nino_assets_tests.support import directory
from nino_assets_tests.support.damages.case import SHARES, Case, Planted, Rows, count_damaged
from nino_assets_tests.support.damages.values import CHANGES
from nino_assets_tests.support.small_delivery import format_csv, in_form, put, record

PART = "scan"
ROWS = 300
CUT = 7
"""Characters that the end of a cut file lacks."""
COLUMNS = (
    *("nino", "date_of_birth", "date_of_arrival", "date_of_registration", "sex", "nationality"),
    *("registration_type", "account_status", "postcode", "country_of_residence"),
)
"""Every column that a figure depends on."""
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
UNREADABLE = ("csv, UTF-16",)


def list_cases() -> Iterator[Case]:
    """Every damage to a value or a row, in every form, for every share."""
    for share in SHARES:
        for form in (*CSV_FORMS, *PARQUET_FORMS):
            for damage in CHANGES:
                for column in COLUMNS:
                    yield Case(PART, damage, form, share, column)
        for form in CSV_FORMS:
            for damage in SHAPES:
                yield Case(PART, damage, form, share)


def make_rows() -> Rows:
    """Valid records, each of another person, of several nationalities and both sexes."""
    located = [
        row["pcds"]
        for row in directory.make_directory_rows()
        if row["oa11"][:1] in set("EWSN") and not row["doterm"]
    ]
    unusual = ("IM1 1AA", "BT9 9ZZ", "BFPO 12", "", "NPT 1AA")
    return [
        record(
            nino=f"AB{number:06d}C",
            surname=f"Novak{number}",
            sex="MF"[number % 2],
            nationality=("POL", "IND", "FRA", "NGA")[number % 4],
            date_of_birth=f"{1950 + number % 50}-05-17",
            date_of_arrival=f"20{12 + number % 9:02d}-09-01",
            date_of_registration=f"2020-{10 + number % 3}-{1 + number % 28:02d}",
            postcode=unusual[number] if number < len(unusual) else located[number % len(located)],
        )
        for number in range(ROWS)
    ]


def plant(case: Case, folders: Folders) -> Planted:
    """Write the delivery of a case with its manifest."""
    rows = _damage_rows(case)
    name = f"s.{case.form.split(',')[0]}"
    put(folders, {name: _write_form(case.form, rows)}, {name: len(rows)})
    if case.form == "csv, cut":
        _, *rows = csv.reader(io.StringIO(format_csv(rows)[:-CUT], newline=""))
    return Planted(rows, is_readable=case.form not in UNREADABLE)


def _damage_rows(case: Case) -> Rows:
    rows = make_rows()
    number = count_damaged(ROWS, case.share)
    for row in rows[:number]:
        if case.damage in CHANGES:
            place = SCAN_COLUMNS.index(case.column)
            row[place] = CHANGES[case.damage](row[place])
        elif case.damage in ("field added", "trailing comma"):
            row.append("more" if case.damage == "field added" else "")
        elif case.damage == "field lost":
            row.pop()
    return rows + [list(row) for row in rows[:number]] if case.damage == "row repeated" else rows


def _write_form(form: str, rows: Rows) -> bytes:
    if form in CSV_FORMS:
        return CSV_FORMS[form](format_csv(rows))
    kind = PARQUET_FORMS[form]
    columns = [pa.array(column, pa.string()).cast(kind) for column in zip(*rows, strict=True)]
    file = io.BytesIO()
    pq.write_table(pa.table(columns, names=list(SCAN_COLUMNS)), file)
    return file.getvalue()
