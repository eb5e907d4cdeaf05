"""Small deliveries for the whole pipeline: a scan, its manifest, and the lists of a release."""

from __future__ import annotations

import gzip
import hashlib
import json
import random
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from nino_assets_tests.support.csv_text import format_csv
from nino_assets_tests.support.directory import EMPTY_AUTHORITY, make_directory_rows
from nino_assets_tests.support.oracle import LAYOUT, quarter_days

Row = dict[str, str]

PLAIN: Row = {
    "nino": "AB123456C",
    "surname": "Bek",
    "forenames": "Ana",
    "date_of_birth": "1990-05-01",
    "date_of_arrival": "2002-01-05",
    "date_of_registration": "2002-02-05",
    "sex": "F",
    "nationality": "POL",
    "registration_type": "ADULT",
    "account_status": "LIVE",
    "postcode": "AB1 2CD",
    "country_of_residence": "GBR",
}
"""One registration with nothing odd about it."""


# The scan -------------------------------------------------------------------------------------

_NATIONALITIES = ("POL", "POL", "POL", "IND", "IND", "ROU", "Italy", "pakistan ", "CHN", "srb")
_DIRT: tuple[Row, ...] = (
    {"nino": "QQ123456C"},
    {"nino": "DA123456C"},
    {"nino": "AB12345"},
    {"nino": "bg123456a"},
    {"nino": ""},
    {"registration_type": " juvenile"},
    {"registration_type": "VOLUNTARY"},
    {"account_status": "Cancelled"},
    {"account_status": "amalgamated "},
    {"account_status": "REDIRECTED"},
    {"account_status": "DORMANT"},
    {"nationality": "GBR"},
    {"nationality": " united kingdom"},
    {"nationality": "XXX"},
    {"nationality": ""},
    {"date_of_registration": ""},
    {"date_of_registration": "31/02/2002"},
    {"date_of_registration": "2001-12-31"},
    {"date_of_registration": "2031-01-01"},
    {"date_of_birth": ""},
    {"date_of_birth": "1850-01-01"},
    {"date_of_birth": "2030-01-01"},
    {"date_of_birth": "not a date"},
    {"date_of_arrival": ""},
    {"date_of_arrival": "2031-05-05"},
    {"sex": "X"},
    {"sex": ""},
    {"surname": 'O"Brien, "Bo"', "forenames": "two\nlines"},
    {"country_of_residence": "POL", "postcode": ""},
    {"country_of_residence": "fra", "postcode": "75001"},
    {"postcode": ""},
    {"postcode": "BFPO 12"},
    {"postcode": "ZZ9 9ZZ"},
    {"postcode": "not one"},
    {"postcode": "OX1 8XX"},
    {"postcode": "0X1 1AA"},
    {"postcode": "ab1-2cd"},
    {"postcode": "NPT 1AA"},
    {"postcode": "JE2 1AA"},
    {"postcode": "GY9 9ZZ"},
    {"postcode": "IM1 1AA"},
    {"postcode": "SE1O 1AA"},
    {"postcode": "MI IAA"},
)
"""Changes to a plain registration that the cleaning and the geocoding must each tell apart."""


def make_rows(
    quarters: Sequence[str], rows: int, *, seed: int = 1, dirt: bool = True, first: int = 0
) -> list[list[str]]:
    """So many delivered records over some quarters, as lists of fields in the layout's order.

    NINos are distinct from number `first` on, but for the planted duplicates; with `dirt` one row
    in three is odd in one of the ways of `_DIRT`, and some are malformed.
    """
    draw = random.Random(seed)
    postcodes = [
        row["pcds"]
        for row in make_directory_rows()
        if row["laua"] != EMPTY_AUTHORITY and not row["pcds"].endswith("8XX")
    ]
    # A few postcodes hold most people, so that some counts are large.
    records = []
    for number in range(first, first + rows):
        start, end = quarter_days(draw.choice(quarters))
        registered = start + timedelta(days=draw.randrange((end - start).days + 1))
        arrived = registered - timedelta(days=int(draw.expovariate(1 / 200)))
        born = registered - timedelta(days=int(365.25 * draw.triangular(16, 75, 25)))
        row = PLAIN | {
            "nino": _write_nino(number, draw),
            "surname": f"Surname{number}",
            "forenames": f"Forename{number}",
            "date_of_birth": _write_date(born, draw),
            "date_of_arrival": _write_date(arrived, draw),
            "date_of_registration": _write_date(registered, draw),
            "sex": draw.choice("MF"),
            "nationality": draw.choice(_NATIONALITIES),
            "postcode": draw.choice([*postcodes, *postcodes[:4] * 20]),
            "registration_type": draw.choice(("ADULT", "")),
            "account_status": draw.choice(("LIVE", "live", "")),
            "country_of_residence": draw.choice(("GBR", "")),
        }
        if dirt and draw.random() < 0.3:
            row |= draw.choice(_DIRT)
        fields = [row[name] for name in LAYOUT]
        if dirt and draw.random() < 0.02:
            fields = draw.choice((fields[:-1], [*fields, "extra"], fields[:1]))
        records.append(fields)
        if dirt and draw.random() < 0.03:
            again = dict(zip(LAYOUT, records[draw.randrange(len(records))], strict=False))
            again["surname"] = f"Twice{number}"
            records.append([(row | again)[name] for name in LAYOUT])
    return records


def make_nino(number: int) -> str:
    """A valid NINo, another for each number."""
    letters = "ABCEGHJKLMPRSTWXY"
    return f"{letters[number // 10**6 % 17]}A{number % 10**6:06}A"


def _write_nino(number: int, draw: random.Random) -> str:
    text = make_nino(number)
    spaced = f"{text[:2]} {text[2:4]} {text[4:6]} {text[6:8]} {text[8:]}"
    return draw.choice((text, text[:8], text.lower(), spaced))


def _write_date(day: date, draw: random.Random) -> str:
    return day.strftime(draw.choice(("%Y-%m-%d", "%Y-%m-%d", "%d/%m/%Y", "%Y%m%d", " %Y-%m-%d ")))


def write_scan(path: Path, records: Sequence[Sequence[str]]) -> None:
    """Write records in the form that the name of the file says; Parquet takes no malformed ones."""
    if path.suffix == ".parquet":
        columns = zip(*records, strict=True)
        pq.write_table(pa.table(dict(zip(LAYOUT, map(list, columns), strict=True))), path)
        return
    content = format_csv(LAYOUT, records).encode()
    if path.name.endswith(".gz"):
        content = gzip.compress(content, mtime=0)
    elif path.name.endswith(".zst"):
        content = pa.Codec("zstd").compress(content, asbytes=True)
    path.write_bytes(content)


def deliver(
    landing: Path,
    quarter: str,
    records: Sequence[Sequence[str]] | Mapping[str, Sequence[Sequence[str]]],
    **manifest: Any,
) -> Path:
    """Write a delivery into `landing/<quarter>/` with a true manifest; returns the folder.

    `records` of one file, or file name → records. `manifest` changes what the manifest says.
    """
    files = records if isinstance(records, Mapping) else {"migrant_workers_scan.csv": records}
    folder = landing / quarter
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in files.items():
        write_scan(folder / name, rows)
    counts = {name: len(rows) for name, rows in files.items()}
    write_manifest(folder, counts, **manifest)
    return folder


def write_manifest(folder: Path, rows: Mapping[str, int], **changes: Any) -> None:
    """A manifest that is true of the files in the folder, but for the `changes`."""
    content = {
        "quarter": folder.name,
        "extract": "quarter",
        "extracted_on": (quarter_days(folder.name)[1] + timedelta(days=14)).isoformat(),
        "layout": "mws-1",
        "synthetic": False,
        "files": [
            {
                "name": name,
                "rows": count,
                "sha256": hashlib.sha256((folder / name).read_bytes()).hexdigest(),
            }
            for name, count in rows.items()
        ],
    }
    (folder / "manifest.json").write_text(json.dumps(content | changes, indent=1))


# What is delivered for a release -------------------------------------------------------------

LISTED_NAME = "Robin Listed"
"""A person with pre-release access, whose name must not leave the restricted zone."""


def write_release_lists(landing: Path, quarter: str) -> None:
    """The pre-release access list of a quarter, one entry of which drops out, and the users."""
    producer = "Department for Work and Pensions"
    lists = {
        f"pre-release-access/{quarter}.csv": (
            "job_title,organisation,name,reason,business_case,approved_on,confirmed_for",
            f"Press officer,{producer},{LISTED_NAME},Answers the press,PRA-1,2003-01-31,{quarter}",
            f"Director,{producer},Kim Unconfirmed,Answers ministers,PRA-2,2003-01-31,",
        ),
        "user-register/users.csv": (
            "organisation,contact_role,contact,use",
            "A council,Demographer,demography@example.org,Plans services",
        ),
    }
    for name, lines in lists.items():
        path = landing / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
