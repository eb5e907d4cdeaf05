"""A small lattice from plain numpy, released: what the service is tested over."""

from __future__ import annotations

import calendar
import zlib
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path

import numpy as np

from nino_assets.statistic.quarters import Quarter
from nino_assets.store.folders import Folders
from nino_assets_tests.support.lattice_files import release_files, write_files

FIRST, LAST = Quarter(2018, 1), Quarter(2020, 4)
QUARTERS = [f"quarter:{each}" for each in FIRST.list_until(LAST)]
YEARS = [f"year_ending:{each}" for each in (FIRST + 3).list_until(LAST)]
CALENDAR_YEARS = [each for each in YEARS if each.endswith("Q4")]

UK = "uk:K02000001"
COUNTRIES = {
    "E92000001": "England",
    "W92000004": "Wales",
    "S92000003": "Scotland",
    "N92000002": "Northern Ireland",
}
REGIONS = {
    "E12000001": "North East",
    "E12000007": "London",
    **{code: name for code, name in COUNTRIES.items() if not code.startswith("E")},
}
AUTHORITIES = {
    "E06000001": ("Hartlepool", "E12000001"),
    "E06000002": ("Middlesbrough", "E12000001"),
    "E09000001": ("City of London", "E12000007"),
    "E09000025": ("Newham", "E12000007"),
    "W06000001": ("Isle of Anglesey", "W92000004"),
    "W06000015": ("Cardiff", "W92000004"),
    "S12000033": ("Aberdeen City", "S92000003"),
    "N09000001": ("Antrim and Newtownabbey", "N92000002"),
}
MIDDLE_LAYERS = {
    **{f"{code[0]}0200000{n}": code for n, code in enumerate(AUTHORITIES) if n < 6},
    "E02000009": "E06000001",
}

NATIONALITIES = {
    "DEU": ("Germany", "european-union-eu15"),
    "FRA": ("France", "european-union-eu15"),
    "POL": ("Poland", "european-union-eu8"),
    "UKR": ("Ukraine", "other-europe"),
    "CHN": ("China", "east-asia"),
    "IND": ("India", "south-asia"),
    "PAK": ("Pakistan", "south-asia"),
    "NGA": ("Nigeria", "sub-saharan-africa"),
    "unknown": ("Unknown", "unknown-other"),
}
SUB_GROUPS = {
    "european-union-eu15": ("European Union EU15", "european-union"),
    "european-union-eu8": ("European Union EU8", "european-union"),
    "other-europe": ("Other Europe", "other-europe-world"),
    "east-asia": ("East Asia", "asia"),
    "south-asia": ("South Asia", "asia"),
    "sub-saharan-africa": ("Sub-Saharan Africa", "rest-of-the-world"),
    "unknown-other": ("Unknown / other", "other-unknown"),
}
WORLD_AREAS = {
    "european-union": "European Union",
    "other-europe-world": "Non-European Union (Other Europe)",
    "asia": "Asia",
    "rest-of-the-world": "Rest of the World",
    "other-unknown": "Other / unknown",
}
AGES = ["18-24", "25-29", "unknown"]
SEXES = ["male", "female", "unknown"]
LAGS = ["within-1-month", "over-5-years"]

ALL = "total:all"
Change = Callable[[str, np.ndarray], np.ndarray]


def name_period(member: str) -> str:
    """What the index calls a period: `Oct to Dec 2020`, `Year ending December 2020`."""
    kind, year, number = member[:-8], member[-7:-3], int(member[-1])
    last = calendar.month_name[3 * number]
    if kind == "year_ending":
        return f"Year ending {last} {year}"
    return f"{calendar.month_abbr[3 * number - 2]} to {last[:3]} {year}"


def list_fields() -> list[dict]:
    """The fields of the index."""
    return [
        {
            "field": "period",
            "levels": [
                build_level(
                    "quarter",
                    [
                        (
                            q,
                            name_period(q),
                            f"year_ending:{q[8:12]}-Q4" if q[8:12] + "-Q4" in q else None,
                        )
                        for q in QUARTERS
                    ],
                ),
                build_level("year_ending", [(y, name_period(y), None) for y in YEARS]),
            ],
        },
        {
            "field": "area",
            "levels": [
                build_level("uk", [(UK, "United Kingdom", None)]),
                build_level("country", [(f"country:{c}", n, UK) for c, n in COUNTRIES.items()]),
                build_level(
                    "region",
                    [
                        (f"region:{c}", n, f"country:{c if c in COUNTRIES else 'E92000001'}")
                        for c, n in REGIONS.items()
                    ],
                ),
                build_level(
                    "local_authority",
                    [
                        (f"local_authority:{c}", n, f"region:{r}")
                        for c, (n, r) in AUTHORITIES.items()
                    ],
                ),
                build_level("overseas", [("overseas:OVERSEAS", "Overseas Registration", UK)]),
                build_level(
                    "middle_layer",
                    [
                        (f"middle_layer:{c}", f"Area {c}", f"local_authority:{la}")
                        for c, la in MIDDLE_LAYERS.items()
                    ],
                ),
            ],
        },
        {
            "field": "nationality",
            "levels": [
                build_level("total", [(ALL, "All", None)]),
                build_level(
                    "world_area", [(f"world_area:{c}", n, ALL) for c, n in WORLD_AREAS.items()]
                ),
                build_level(
                    "sub_group",
                    [(f"sub_group:{c}", n, f"world_area:{w}") for c, (n, w) in SUB_GROUPS.items()],
                ),
                build_level(
                    "nationality",
                    [
                        (f"nationality:{c}", n, f"sub_group:{s}")
                        for c, (n, s) in NATIONALITIES.items()
                    ],
                ),
            ],
        },
        *(
            {
                "field": field,
                "levels": [
                    build_level("total", [(ALL, "All", None)]),
                    build_level("band", [(f"band:{b}", b, ALL) for b in bands]),
                ],
            }
            for field, bands in (("age", AGES), ("sex", SEXES), ("lag", LAGS))
        ),
    ]


def build_level(level: str, members: list[tuple[str, str, str | None]]) -> dict:
    return {
        "level": level,
        "label": level.replace("_", " "),
        "members": [
            {"id": each, "label": label} | ({"parent": parent} if parent else {})
            for each, label, parent in members
        ],
    }


def list_members(field: str, *levels: str) -> list[str]:
    [found] = [each for each in list_fields() if each["field"] == field]
    return [
        m["id"] for level in found["levels"] if level["level"] in levels for m in level["members"]
    ]


TO_AUTHORITY = list_members("area", "uk", "country", "region", "local_authority", "overseas")
TO_MIDDLE_LAYER = list_members("area", "uk", "country", "region", "middle_layer")
TO_WORLD_AREA = list_members("nationality", "total", "world_area")
TO_SUB_GROUP = [*TO_WORLD_AREA, *list_members("nationality", "sub_group")]
TO_NATIONALITY = [*TO_SUB_GROUP, *list_members("nationality", "nationality")]
BY_AGE, BY_SEX, BY_LAG = ([ALL, *(f"band:{b}" for b in bands)] for bands in (AGES, SEXES, LAGS))

CUBOIDS: dict[str, dict[str, list[str]]] = {
    "area_sub_group": {
        "period": [*QUARTERS, *YEARS],
        "area": TO_AUTHORITY,
        "nationality": TO_SUB_GROUP,
    },
    "nationality_age_sex": {
        "period": YEARS,
        "nationality": TO_NATIONALITY,
        "age": BY_AGE,
        "sex": BY_SEX,
    },
    "area_world_area_age_sex": {
        "period": YEARS,
        "area": TO_AUTHORITY,
        "nationality": TO_WORLD_AREA,
        "age": BY_AGE,
        "sex": BY_SEX,
    },
    "area_sub_group_arrival": {
        "period": YEARS,
        "area": TO_AUTHORITY,
        "nationality": TO_SUB_GROUP,
        "lag": BY_LAG,
    },
    "middle_layer_world_area": {
        "period": CALENDAR_YEARS,
        "area": TO_MIDDLE_LAYER,
        "nationality": TO_WORLD_AREA,
    },
    "area_nationality": {
        "period": [*QUARTERS, *YEARS],
        "area": TO_AUTHORITY,
        "nationality": TO_NATIONALITY,
    },
}
"""As the declared cuboids, with few members."""

DEFAULTS = {"area": UK, "nationality": ALL, "age": ALL, "sex": ALL, "lag": ALL}


def find_figure(members: dict[str, str]) -> int:
    """The published figure of a cell: the same in each cuboid that holds it.

    Every cell has noise of its own, so that parts do not add up to their total.
    """
    cell = {**DEFAULTS, **members}
    totals = sum(each in {UK, ALL} for each in cell.values())
    noise = zlib.crc32(repr(sorted(cell.items())).encode())
    figure = 40 * totals**2 + noise % 97
    return figure if figure >= 5 else 0


def iterate_cells(axes: dict[str, list[str]]) -> Iterator[int]:
    for members in product(*axes.values()):
        yield find_figure(dict(zip(axes, members, strict=True)))


def make_cells(axes: dict[str, list[str]]) -> np.ndarray:
    shape = [len(members) for members in axes.values()]
    return np.fromiter(iterate_cells(axes), dtype=np.int32).reshape(shape)


def write_lattice(publication: Path, change: Change | None = None) -> None:
    """Write the files of the lattice into a publication's folder."""
    cells = {name: make_cells(axes) for name, axes in CUBOIDS.items()}
    if change:
        cells = {name: change(name, each) for name, each in cells.items()}
    write_files(publication, list_fields(), CUBOIDS, cells)


def release_lattice(
    folders: Folders, number: int = 1, change: Change | None = None, quarter: Quarter = LAST
) -> None:
    """Release an edition with a lattice, whose cells `change` may alter."""
    write_lattice(folders.find_publication(quarter), change)
    release_files(folders, number, quarter)
