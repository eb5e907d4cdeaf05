"""The rules in plain Python, for checking the whole pipeline: `nino_assets/docs/method.md`.

Row by row, with the csv module and nothing of the package but its committed reference lists, so
that it agrees with the line only when both are right. Slow: use it on small deliveries.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from nino_assets_tests.support.plain_geocoding import Directory, geocode, normalise_code

REFERENCE = Path(__file__).resolve().parents[2] / "data" / "reference"
LAYOUT = (
    *("nino", "surname", "forenames", "date_of_birth", "date_of_arrival", "date_of_registration"),
    *("sex", "nationality", "registration_type", "account_status", "postcode"),
    "country_of_residence",
)
UNKNOWN_NATIONALITY = "Unknown"
REASONS = (
    *("malformed_row", "invalid_nino", "juvenile_registration", "account_not_live", "uk_national"),
    *("registration_date_missing", "outside_series", "outside_quarter", "duplicate_nino"),
)
STATUSES = (
    *("matched", "matched_terminated", "matched_repaired", "no_output_area", "outside_uk"),
    *("bfpo", "missing", "not_found", "invalid"),
)

Record = dict[str, Any]
Cell = tuple[str, str, str, str, str, str]


def read_records(path: Path) -> tuple[list[str], list[list[str]]]:
    """Header and records of a delivered CSV, every field as text."""
    with path.open(encoding="utf-8", newline="") as file:
        header, *records = csv.reader(file)
    return header, records


def clean(
    header: Sequence[str], records: Iterable[Sequence[str]], manifest: Mapping[str, Any]
) -> tuple[list[Record], list[tuple[Sequence[str], str]]]:
    """Accepted registrations with what is derived of each, rejected records with their reason."""
    first, last = quarter_days(manifest["quarter"])
    names = nationality_names()
    rejected: list[tuple[Sequence[str], str]] = []
    valid: list[tuple[Record, Sequence[str]]] = []
    for fields in records:
        if len(fields) != len(header):
            rejected.append((fields, "malformed_row"))
            continue
        row: Record = dict(zip(header, fields, strict=True))
        row["registered"] = read_date(row["date_of_registration"])
        reason = _reason(row, manifest, first, last)
        if reason:
            rejected.append((fields, reason))
        else:
            row["nino8"] = _nino(row["nino"])[:8]
            valid.append((row, fields))
    valid.sort(key=lambda pair: (pair[0]["registered"], [pair[0][name] for name in LAYOUT]))
    accepted: list[Record] = []
    seen: set[str] = set()
    for row, fields in valid:
        if row["nino8"] in seen:
            rejected.append((fields, "duplicate_nino"))
            continue
        seen.add(row["nino8"])
        _derive(row, names)
        accepted.append(row)
    return accepted, rejected


def _reason(row: Record, manifest: Mapping[str, Any], first: date, last: date) -> str | None:
    registered = row["registered"]
    if not _nino_is_valid(row["nino"], synthetic=manifest["synthetic"]):
        return "invalid_nino"
    if normalise_code(row["registration_type"]) == "juvenile":
        return "juvenile_registration"
    if normalise_code(row["account_status"]) in ("cancelled", "amalgamated", "redirected"):
        return "account_not_live"
    if normalise_code(row["nationality"]) in ("gbr", "gb", "uk", "united kingdom", "british"):
        return "uk_national"
    if registered is None:
        return "registration_date_missing"
    if registered < date(2002, 1, 1) or registered > last:
        return "outside_series"
    if manifest["extract"] == "quarter" and registered < first:
        return "outside_quarter"
    return None


def _derive(row: Record, names: Mapping[str, str]) -> None:
    registered = row["registered"]
    row["quarter"] = f"{registered.year}-Q{(registered.month + 2) // 3}"
    row["nationality_label"] = names.get(normalise_code(row["nationality"]), UNKNOWN_NATIONALITY)
    row["age"] = age_band(read_date(row["date_of_birth"]), registered)
    row["sex_label"] = {"m": "Male", "f": "Female"}.get(normalise_code(row["sex"]), "Unknown")
    row["arrival_lag"] = lag_band(read_date(row["date_of_arrival"]), registered)


def counts(
    accepted: Sequence[Record], rejected: Sequence[tuple[Sequence[str], str]], directory: Directory
) -> dict[str, Any]:
    """What `qa/counts.json` holds of these records."""
    reasons = Counter(reason for _, reason in rejected)
    statuses = Counter(
        geocode(row["postcode"], row["country_of_residence"], directory)[0] for row in accepted
    )
    return {
        "delivered": len(accepted) + len(rejected),
        "accepted": len(accepted),
        "rejected": {reason: reasons[reason] for reason in REASONS},
        "repairs": repairs(accepted),
        "geocode_status": {status: statuses[status] for status in STATUSES},
    }


def repairs(accepted: Iterable[Record]) -> dict[str, int]:
    """How many accepted registrations hold each kind of unknown."""
    counts = dict.fromkeys(("nationality_unknown", "age_unknown", "lag_unknown", "sex_unknown"), 0)
    for row in accepted:
        counts["nationality_unknown"] += row["nationality_label"] == UNKNOWN_NATIONALITY
        counts["age_unknown"] += row["age"] == "Unknown"
        counts["lag_unknown"] += row["arrival_lag"] == "Unknown"
        counts["sex_unknown"] += row["sex_label"] == "Unknown"
    return counts


def cells(accepted: Iterable[Record], directory: Directory) -> Counter[Cell]:
    """Registrations by quarter, local authority (or OVERSEAS, or blank), nationality, age, …"""
    return Counter(
        (
            row["quarter"],
            geocode(row["postcode"], row["country_of_residence"], directory)[1],
            row["nationality_label"],
            row["age"],
            row["sex_label"],
            row["arrival_lag"],
        )
        for row in accepted
    )


def read_date(text: str) -> date | None:
    """A date in one of the three forms, without outer spaces; nothing otherwise."""
    text = text.strip(" ")
    for pattern, order in (
        (r"([0-9]{4})-([0-9]{2})-([0-9]{2})", (1, 2, 3)),
        (r"([0-9]{2})/([0-9]{2})/([0-9]{4})", (3, 2, 1)),
        (r"([0-9]{4})([0-9]{2})([0-9]{2})", (1, 2, 3)),
    ):
        match = re.fullmatch(pattern, text)
        if match:
            try:
                return date(*(int(match[place]) for place in order))
            except ValueError:
                return None
    return None


def age_band(born: date | None, registered: date) -> str:
    """Completed years at registration, in the published bands."""
    if born is None or born > registered:
        return "Unknown"
    had_birthday = (registered.month, registered.day) >= (born.month, born.day)
    age = registered.year - born.year - (not had_birthday)
    if age < 15 or age > 110:
        return "Unknown"
    if age < 18:
        return "Less than 18"
    if age < 25:
        return "18-24"
    if age >= 60:
        return "60 or over"
    return f"{age // 5 * 5}-{age // 5 * 5 + 4}"


def lag_band(arrived: date | None, registered: date) -> str:
    """Days from arrival to registration, in the published bands."""
    if arrived is None or arrived > registered:
        return "Unknown"
    days = (registered - arrived).days
    for end, label in (
        (31, "Within 1 month"),
        (92, "1 to 3 months"),
        (183, "3 to 6 months"),
        (366, "6 to 12 months"),
        (731, "1 to 2 years"),
        (1827, "2 to 5 years"),
    ):
        if days < end:
            return label
    return "Over 5 years"


def quarter_days(label: str) -> tuple[date, date]:
    """First and last day of a quarter written as 2020-Q4."""
    year, number = int(label[:4]), int(label[-1])
    first = date(year, 3 * number - 2, 1)
    after = date(year + number // 4, 3 * number % 12 + 1, 1)
    return first, after - timedelta(days=1)


def nationality_names() -> dict[str, str]:
    """Lower-case code, label or alias → published label."""
    names: dict[str, str] = {}
    with (REFERENCE / "nationalities.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            names[row["nationality"].lower()] = row["nationality"]
            if re.fullmatch("[A-Z]{3}", row["nationality_code"]):
                names[row["nationality_code"].lower()] = row["nationality"]
    with (REFERENCE / "nationality_aliases.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            names[row["delivered"].lower()] = row["nationality"]
    return names


def _nino(text: str) -> str:
    return text.replace(" ", "").upper()


def _nino_is_valid(text: str, *, synthetic: bool) -> bool:
    if not text.isascii():
        return False
    nino = _nino(text)
    if not re.fullmatch("[A-Z]{2}[0-9]{6}[A-D]?", nino):
        return False
    if nino[0] in "DFIUV" or nino[1] in "DFIOQUV" or (nino[0] == "Q" and not synthetic):
        return False
    return nino[:2] not in ("BG", "GB", "KN", "NK", "NT", "TN", "ZZ")
