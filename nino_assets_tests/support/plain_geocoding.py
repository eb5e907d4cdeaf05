"""Geocoding in plain Python: a postcode and the directory it is looked up in."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from pathlib import Path

Directory = dict[str, tuple[str, str, str, bool]]


UK_COUNTRIES = (
    *("", "gbr", "gb", "uk", "u.k.", "united kingdom", "great britain"),
    *("england", "wales", "scotland", "northern ireland"),
)


def read_directory(paths: Iterable[Path]) -> Directory:
    """Postcode without spaces → country, output area, local authority, terminated."""
    directory: Directory = {}
    for path in paths:
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                directory[row["pcds"].replace(" ", "")] = (
                    row["ctry"],
                    row["oa11"],
                    row["laua"],
                    row["doterm"] != "",
                )
    return directory


def geocode(postcode: str, country: str, directory: Directory) -> tuple[str, str]:
    """Geocode status, and local authority, OVERSEAS or blank."""
    written = re.sub(r"[^A-Za-z0-9]", "", postcode).upper()
    swapped = swap_letters_and_digits(written)
    found = directory.get(written) or directory.get(swapped)
    if found:
        country_code, output_area, authority, terminated = found
        if country_code[:1] in ("L", "M"):
            return "outside_uk", "OVERSEAS"
        if not output_area:
            return "no_output_area", ""
        if written not in directory:
            return "matched_repaired", authority
        return ("matched_terminated" if terminated else "matched"), authority
    crown = re.fullmatch(r"(GY|JE|IM)[0-9]{1,2}[0-9][A-Z]{2}", swapped)
    if crown or normalise_code(country) not in UK_COUNTRIES:
        return "outside_uk", "OVERSEAS"
    if re.fullmatch(r"BFPO[0-9]{1,4}", written):
        return "bfpo", ""
    if not written:
        return "missing", ""
    if re.fullmatch(_FORMS, swapped):
        return "not_found", ""
    return "invalid", ""


_OUTWARD = "[A-Z][0-9]|[A-Z][0-9][0-9]|[A-Z][A-Z][0-9]|[A-Z][A-Z][0-9][0-9]|[A-Z][0-9][A-Z]|[A-Z][A-Z][0-9][A-Z]"  # noqa: E501
_FORMS = rf"(?:{_OUTWARD}|NPT)[0-9][A-Z]{{2}}|GIR0AA"


def swap_letters_and_digits(postcode: str) -> str:
    """The postcode with O and 0, I and 1 exchanged wherever its place demands the other."""
    if not 5 <= len(postcode) <= 7:
        return postcode
    outward, inward = postcode[:-3], postcode[-3:]
    wanted = {2: "LD", 3: "L??", 4: "LLD?"}[len(outward)]
    if len(outward) == 3 and outward[1].isalpha() and outward[1] not in "OI":
        wanted = "L?D"
    pairs = zip(outward + inward, wanted + "DLL", strict=True)
    to_letter, to_digit = {"0": "O", "1": "I"}, {"O": "0", "I": "1"}
    maps: dict[str, dict[str, str]] = {"L": to_letter, "D": to_digit, "?": {}}
    return "".join(maps[kind].get(character, character) for character, kind in pairs)


def normalise_code(text: str) -> str:
    return text.strip(" ").lower()
