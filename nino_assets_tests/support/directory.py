"""A small postcode directory as it is delivered: twelve authorities, and every awkward kind."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from nino_assets_tests.support.csv_text import format_csv

Row = dict[str, str]

NSPL_2011 = (
    *("pcd", "pcd2", "pcds", "dointr", "doterm", "osgrdind", "oa11", "laua", "ctry", "rgn"),
    *("pcon", "itl", "lsoa11", "msoa11", "lat", "long"),
)
_AREAS = (
    # Outward code, local authority, region, country, output areas.
    ("M1", "E08000003", "E12000002", "E92000001", 2),
    ("OX1", "E07000178", "E12000008", "E92000001", 2),
    ("N1", "E09000019", "E12000007", "E92000001", 1),
    ("W1A", "E09000033", "E12000007", "E92000001", 1),
    ("SE10", "E09000011", "E12000007", "E92000001", 1),
    ("LE1", "E06000016", "E12000004", "E92000001", 1),
    ("CF10", "W06000015", "W99999999", "W92000004", 1),
    ("LD1", "W06000023", "W99999999", "W92000004", 1),
    ("AB1", "S12000033", "S99999999", "S92000003", 2),
    ("ZE1", "S12000027", "S99999999", "S92000003", 1),
    ("BT1", "N09000003", "N99999999", "N92000002", 2),
    ("TR21", "E06000053", "E12000009", "E92000001", 1),
)
EMPTY_AUTHORITY = "E06000053"
"""A local authority in which no registration of `make_rows` lives: published as zeros."""
_PSEUDO_COLUMNS = ("oa11", "lsoa11", "msoa11", "laua", "rgn", "pcon")
_INWARD = ("1AA", "2CD", "0OI", "9ZZ")


def make_directory_rows(areas: Iterable[str] | None = None) -> list[Row]:
    """Postcodes of twelve authorities in four countries, and of every awkward kind.

    Live and terminated ones, one without geography in each authority's outward code, old forms,
    the Channel Islands and the Isle of Man. `areas` keeps just these outward codes.
    """
    rows = []
    number = 0
    for outward, authority, region, country, output_areas in _AREAS:
        letter = country[0]
        for area in range(output_areas):
            number += 1
            geography = {
                "oa11": f"{letter}00{number:06}",
                "lsoa11": f"{letter}01{number:06}",
                "msoa11": f"{letter}02{number:06}",
                "laua": authority,
                "rgn": region,
                "ctry": country,
                "pcon": f"{letter}14{number:06}",
            }
            for place, inward in enumerate(_INWARD):
                made = inward if area == 0 else f"{area + 3}{inward[1:]}"
                rows.append(_postcode(f"{outward} {made}", terminated=place == 3, **geography))
        rows.append(_postcode(f"{outward} 8XX", terminated=True))
    newport = {
        "oa11": "W00009999",
        "lsoa11": "W01009999",
        "msoa11": "W02009999",
        "laua": "W06000022",
        "rgn": "W99999999",
        "ctry": "W92000004",
        "pcon": "W14009999",
    }
    rows += [
        _postcode("NPT 1AA", terminated=True, **newport),
        _postcode("NPT 9ZZ", terminated=True),
        _postcode("GIR 0AA", terminated=True, **{name: rows[0][name] for name in newport}),
    ]
    if areas is not None:
        kept = set(areas)
        return [row for row in rows if row["pcds"].split()[0] in kept]
    for outward, country, letter in (("JE2", "L93000001", "L"), ("IM1", "M83000003", "M")):
        pseudo: dict[str, Any] = dict.fromkeys(_PSEUDO_COLUMNS, f"{letter}99999999")
        rows.append(_postcode(f"{outward} 1AA", **pseudo, ctry=country))
    return rows


def _postcode(pcds: str, *, terminated: bool = False, **geography: str) -> Row:
    located = geography.get("oa11", "")[:1] in set("EWSN") - {""}
    row = dict.fromkeys(NSPL_2011, "")
    row |= {name: value for name, value in geography.items() if name in row}
    outward, inward = pcds.split()
    return row | {
        "pcd": outward.ljust(4) + inward,
        "pcd2": f"{outward:4} {inward}",
        "pcds": pcds,
        "dointr": "198001",
        "doterm": "199606" if terminated else "",
        "osgrdind": "1" if located else "9",
        "lat": "53.500000" if located else "99.999999",
        "long": "-2.200000" if located else "0.000000",
    }


def write_directory(folder: Path, rows: Sequence[Row] | None = None) -> Path:
    """A directory in the November 2021 layout as one CSV, `folder/NSPL.csv`."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "NSPL.csv"
    path.write_text(format_csv(NSPL_2011, map(dict.values, rows or make_directory_rows())))
    return path
