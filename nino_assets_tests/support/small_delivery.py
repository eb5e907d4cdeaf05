"""Small deliveries written by hand: one valid record with changes, in any file form."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
import shutil
from collections.abc import Sequence
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from nino_assets.deliveries.manifest import read_manifest
from nino_assets.statistic.quarters import Quarter
from nino_assets.statistic.scan_columns import SCAN_COLUMNS
from nino_assets.store.delivery import Delivery
from nino_assets.store.folders import Folders

QUARTER = Quarter(2020, 4)
TODAY = date(2021, 2, 1)
VALID = {
    "nino": "AB123456C",
    "surname": "Novak",
    "forenames": "Jana",
    "date_of_birth": "1990-05-17",
    "date_of_arrival": "2020-09-01",
    "date_of_registration": "2020-11-12",
    "sex": "F",
    "nationality": "POL",
    "registration_type": "ADULT",
    "account_status": "LIVE",
    "postcode": "HS1 2AA",
    "country_of_residence": "GBR",
}


def record(**changes: str) -> list[str]:
    """The fields of one valid record of 2020-Q4, with changes."""
    return list({**VALID, **changes}.values())


def format_csv(
    records: Sequence[Sequence[str]], header: Sequence[str] = SCAN_COLUMNS, *, end: str = "\n"
) -> str:
    """A delivered CSV as the csv module writes it."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator=end)
    writer.writerow(header)
    writer.writerows(records)
    return text.getvalue()


def in_form(text: str, name: str) -> bytes:
    """The CSV text as the bytes of a file of this name: plain, gzip, zstandard or Parquet."""
    plain = text.encode()
    if name.endswith(".gz"):
        return gzip.compress(plain)
    if name.endswith(".zst"):
        return _zstandard(plain)
    if name.endswith(".parquet"):
        header, *records = csv.reader(io.StringIO(text, newline=""))
        columns = [pa.array(column, pa.string()) for column in zip(*records, strict=True)]
        file = io.BytesIO()
        pq.write_table(pa.table(columns, names=header), file)
        return file.getvalue()
    return plain


def _zstandard(plain: bytes) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, "zstd") as stream:
        stream.write(plain)
    return bytes(sink.getvalue())


def put(
    folders: Folders,
    files: dict[str, bytes],
    rows: dict[str, int],
    quarter: Quarter = QUARTER,
    **manifest: Any,
) -> None:
    """Write files and a manifest that fits them, with changes, into the quarter's folder.

    A delivery that was there before is taken away.
    """
    folder = folders.find_delivery(quarter)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    described = [
        {"name": name, "rows": rows[name], "sha256": hashlib.sha256(data).hexdigest()}
        for name, data in files.items()
    ]
    content = {
        "quarter": quarter.label,
        "extract": "quarter",
        "extracted_on": "2021-01-14",
        "layout": "mws-1",
        "synthetic": True,
        "files": described,
        **manifest,
    }
    (folder / "manifest.json").write_text(json.dumps(content), encoding="utf-8")


def deliver(
    folders: Folders,
    records: Sequence[Sequence[str]],
    quarter: Quarter = QUARTER,
    *,
    name: str = "scan.csv",
    **manifest: Any,
) -> Delivery:
    """Put these records as one file and read the manifest back."""
    content = in_form(format_csv(records), name)
    put(folders, {name: content}, {name: len(records)}, quarter, **manifest)
    return read_manifest(folders, quarter, today=TODAY)
