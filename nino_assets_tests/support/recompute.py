"""Every published cell again, from the delivered files, in plain Python.

Nothing of the package is used but its committed lists: cleaning and geocoding are the oracle's,
a cell is a set of records counted one by one, its key is the sum of theirs. Parquet is opened with
pyarrow; that is all. Source of the rules: `nino_assets/docs/method.md`.
Does not belong here: making deliveries (`deliveries.py`), running the line (`commands.py`).
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import hmac
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from nino_assets_tests.support import oracle, plain_geocoding
from nino_assets_tests.support.listed_members import list_nationalities, read_reference

COLUMNS = (
    *("cube", "time_period", "time_period_type", "geography_code", "geography_name"),
    *("geography_level", "nationality_code", "nationality", "nationality_level", "age", "sex"),
    *("arrival_lag", "registrations", "observation_status"),
)
AGES = (
    *("Less than 18", "18-24", "25-29", "30-34", "35-39", "40-44", "45-49", "50-54", "55-59"),
    *("60 or over", "Unknown"),
)
SEXES = ("Male", "Female", "Unknown")
LAGS = (
    *("Within 1 month", "1 to 3 months", "3 to 6 months", "6 to 12 months", "1 to 2 years"),
    *("2 to 5 years", "Over 5 years", "Unknown"),
)
Declared = tuple[str, str, bool, bool, bool, bool]
CUBES: tuple[Declared, ...] = (
    # Name, period, by area, by age and sex, by lag, to single nationalities.
    ("quarter_nationality", "quarter", False, False, False, True),
    ("quarter_area", "quarter", True, False, False, False),
    ("year_nationality", "year_ending", False, False, False, True),
    ("year_area", "year_ending", True, False, False, False),
    ("year_age_sex", "year_ending", False, True, False, False),
    ("year_lag", "year_ending", False, False, True, False),
)

Row = tuple[Any, ...]
Key = tuple[str, int, tuple[str, str], tuple[str, str], str, str, str]
"""Cube, period, area (level, code), nationality (level, code), age, sex, lag."""


@dataclass(frozen=True)
class Scan:
    """A delivery judged: what its manifest says, accepted and rejected records."""

    manifest: dict[str, Any]
    accepted: list[oracle.Record]
    rejected: list[Any]


class Recomputation:
    """What a data folder must publish, from its landing folder alone."""

    def __init__(
        self, data: Path, settings: Mapping[str, str], cubes: tuple[Declared, ...] = CUBES
    ) -> None:
        self._cubes = cubes
        self.landing = data / "landing"
        self._postcodes = list(_directory_rows(self.landing / "nspl"))
        self._directory = {
            row["pcds"].replace(" ", ""): (
                row["ctry"],
                row["oa"] if _is_real(row["oa"]) else "",
                row["laua"],
                row["doterm"] != "",
            )
            for row in self._postcodes
        }
        key = settings.get("NINO_RECORD_KEY")
        text = key or (data / "keys" / "record_key.hex").read_text().strip()
        self._record_key = bytes.fromhex(text)
        table = settings.get("NINO_PERTURBATION_TABLE", data / "keys/perturbation_table.parquet")
        columns = pq.read_table(table).to_pydict()
        entries = zip(columns["pcv"], columns["ckey"], columns["pvalue"], strict=True)
        self._noise = {(pcv, ckey): pvalue for pcv, ckey, pvalue in entries}
        self._keys = max(columns["ckey"]) + 1
        self._scans: dict[str, Scan] = {}
        self._nationalities: list[tuple[str, str, str, set[str]]] = []
        self._areas = _areas(self._postcodes)

    def counts(self, quarter: str) -> dict[str, Any]:
        """What `qa/counts.json` holds of the delivery that serves a quarter."""
        scan = self._serving(quarter)
        return oracle.counts(scan.accepted, scan.rejected, self._directory)

    def rows(self, first: str, last: str) -> list[Row]:
        """Every row of the open data of the edition of `last`, in order."""
        start, end = _ordinal(first), _ordinal(last)
        self._nationalities = list_nationalities(last)
        counted = self._counted(start, end)
        rows: list[Row] = []
        for cube, period, by_area, by_age_sex, by_lag, to_nationality in self._cubes:
            nationalities = [
                n for n in self._nationalities if to_nationality or n[0] != "nationality"
            ]
            domain: list[Any] = [
                self._areas if by_area else self._areas[:1],
                nationalities,
                ("All", *AGES) if by_age_sex else ("All",),
                ("All", *SEXES) if by_age_sex else ("All",),
                ("All", *LAGS) if by_lag else ("All",),
            ]
            for ends in range(start if period == "quarter" else start + 3, end + 1):
                for area, nationality, age, sex, lag in product(*domain):
                    key = (cube, ends, area[:2], nationality[:2], age, sex, lag)
                    published = self._published(*counted.get(key, (0, 0)))
                    rows.append(
                        (
                            *(cube, _label(ends), period, area[1], area[2], area[0]),
                            *(nationality[1], nationality[2], nationality[0], age, sex, lag),
                            *(published, "" if published else "[low]"),
                        )
                    )
        return rows

    def _published(self, count: int, key_sum: int) -> int:
        if count == 0:
            return 0
        pcv = count if count <= 750 else (count - 1) % 250 + 501
        return count + self._noise[pcv, key_sum % self._keys]

    def _counted(self, first: int, last: int) -> dict[Key, tuple[int, int]]:
        """Records and sum of their keys, for every cell that holds a record."""
        counted: dict[Key, tuple[int, int]] = {}
        for ordinal in range(first, last + 1):
            for record in self._serving(_label(ordinal)).accepted:
                if record["quarter"] != _label(ordinal):
                    continue
                digest = hmac.new(self._record_key, record["nino8"].encode(), hashlib.sha256)
                record_key = int.from_bytes(digest.digest()[:4], "big") % self._keys
                for cell in self._cells_of(record, ordinal, first, last):
                    count, key_sum = counted.get(cell, (0, 0))
                    counted[cell] = (count + 1, key_sum + record_key)
        return counted

    def _cells_of(
        self, record: oracle.Record, ordinal: int, first: int, last: int
    ) -> Iterator[Key]:
        _, place = plain_geocoding.geocode(
            record["postcode"], record["country_of_residence"], self._directory
        )
        areas = [(level, code) for level, code, _, held in self._areas if place in held]
        held_by = [
            (level, code)
            for level, code, _, held in self._nationalities
            if record["nationality_label"] in held
        ]
        for cube, period, by_area, by_age_sex, by_lag, to_nationality in self._cubes:
            if period == "quarter":
                periods: Iterable[int] = (ordinal,)
            else:
                periods = range(max(ordinal, first + 3), min(ordinal + 3, last) + 1)
            yield from product(
                (cube,),
                periods,
                areas if by_area else areas[:1],
                [n for n in held_by if to_nationality or n[0] != "nationality"],
                ("All", record["age"]) if by_age_sex else ("All",),
                ("All", record["sex_label"]) if by_age_sex else ("All",),
                ("All", record["arrival_lag"]) if by_lag else ("All",),
            )

    def _serving(self, quarter: str) -> Scan:
        """The quarter's own delivery, else the earliest later register extract."""
        folders = sorted(path.name for path in self.landing.iterdir() if path.name[0].isdigit())
        for name in folders:
            if name >= quarter:
                content = (self.landing / name / "manifest.json").read_text()
                if name == quarter or json.loads(content)["extract"] == "register":
                    return self._scan(name)
        raise AssertionError(f"nothing serves {quarter}")

    def _scan(self, name: str) -> Scan:
        if name not in self._scans:
            folder = self.landing / name
            manifest = json.loads((folder / "manifest.json").read_text())
            records = [
                record for file in manifest["files"] for record in _delivered(folder / file["name"])
            ]
            accepted, rejected = oracle.clean(oracle.LAYOUT, records, manifest)
            self._scans[name] = Scan(manifest, accepted, rejected)
        return self._scans[name]


def published_rows(path: Path) -> list[Row]:
    """The rows of a published Parquet file, its columns being exactly `COLUMNS`."""
    table = pq.read_table(path)
    assert tuple(table.column_names) == COLUMNS
    assert table.schema.field("registrations").type == pa.int64()
    return list(zip(*(column.to_pylist() for column in table.columns), strict=True))


def _delivered(path: Path) -> list[list[str]]:
    """Records of one file, well-formed ones in the order of the layout's columns."""
    if path.suffix == ".parquet":
        columns = pq.read_table(path).to_pydict()
        texts = [["" if v is None else v for v in columns[name]] for name in oracle.LAYOUT]
        return [list(record) for record in zip(*texts, strict=True)]
    content = path.read_bytes()
    if path.name.endswith(".gz"):
        content = gzip.decompress(content)
    elif path.name.endswith(".zst"):
        content = pa.input_stream(pa.BufferReader(content), compression="zstd").read()
    header, *records = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    order = [header.index(name) for name in oracle.LAYOUT]
    return [
        [record[place] for place in order] if len(record) == len(header) else record
        for record in records
    ]


def _directory_rows(folder: Path) -> Iterator[dict[str, str]]:
    for path in sorted(folder.rglob("*.csv*")):
        content = path.read_bytes()
        if path.suffix == ".gz":
            content = gzip.decompress(content)
        for row in csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")):
            yield row | {"oa": row["oa21"] if "oa21" in row else row["oa11"]}


def _is_real(code: str) -> bool:
    return re.fullmatch("[EWSN]00[0-9]{6}", code) is not None and not code.endswith("99999999")


def _areas(postcodes: Iterable[Mapping[str, str]]) -> list[tuple[str, str, str, set[str]]]:
    """Level, code, name and the lowest areas held, of every area in published order."""
    lies_in: dict[str, tuple[str, str]] = {}
    for row in postcodes:
        code = row["laua"]
        if re.fullmatch("[EWSN][0-9]{8}", code) and not code.endswith("99999999"):
            region = row["ctry"] if row["rgn"].endswith("99999999") else row["rgn"]
            lies_in[code] = (row["ctry"], region)
    listed = read_reference("areas")
    areas = [("uk", "K02000001", "United Kingdom", {*lies_in, "OVERSEAS", ""})]
    for place, level in enumerate(("country", "region")):
        for row in listed:
            if row["geography_level"] == level:
                held = {code for code, above in lies_in.items() if above[place] == row["area_code"]}
                areas.append((level, row["area_code"], row["area_name"], held))
    names = {row["area_code"]: row["area_name"] for row in listed}
    for code in sorted(lies_in):
        areas.append(("local_authority", code, names.get(code, code), {code}))
    areas.append(("overseas", "OVERSEAS", "Overseas Registration", {"OVERSEAS"}))
    return areas


def _ordinal(label: str) -> int:
    return int(label[:4]) * 4 + int(label[-1]) - 1


def _label(ordinal: int) -> str:
    return f"{ordinal // 4}-Q{ordinal % 4 + 1}"
