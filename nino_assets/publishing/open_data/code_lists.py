"""The codes of every coded column, with labels, levels and parents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl
import pyarrow as pa

from nino_assets.statistic import reference_lists
from nino_assets.statistic import vocabulary as v
from nino_assets.statistic.nationality_list import list_nationalities
from nino_assets.statistic.published_domain import CUBES, list_nationality_members, make_slug
from nino_assets.statistic.quarters import Quarter

_LEVEL_LABELS = {
    "quarter": "Quarter",
    "year_ending": "Year ending",
    "uk": "United Kingdom",
    "country": "Country",
    "region": "Region",
    "local_authority": "Local authority",
    "overseas": "Overseas registration",
    "total": "Total",
    "aggregate": "Aggregate of world areas",
    "world_area": "World area",
    "sub_group": "Sub-group",
    "nationality": "Nationality",
}


@dataclass(frozen=True)
class Code:
    """One code of a list.

    `level` and `parent` are blank in a list that has no levels.
    """

    code: str
    label: str
    level: str = ""
    parent: str = ""


def build_code_lists(quarters: Sequence[pa.Table], as_at: Quarter) -> Mapping[str, list[Code]]:
    """Build every code list by name, in published order.

    `quarters` are the published cells, a table a quarter: areas and periods are the ones in them.
    Nationalities are those in force `as_at` a quarter, the edition's.
    """
    return {
        "cube": [Code(cube.name, cube.title) for cube in CUBES],
        "time_period": _list_periods(quarters),
        "time_period_type": _list_levels(("quarter", "year_ending")),
        "geography": _list_areas(quarters),
        "geography_level": _list_levels(v.GEOGRAPHY_LEVELS),
        "nationality": _list_nationalities(as_at),
        "nationality_level": _list_levels(v.NATIONALITY_LEVELS),
        "age": _list_labels(v.ALL, *v.AGE_BANDS),
        "sex": _list_labels(v.ALL, *v.SEXES),
        "arrival_lag": _list_labels(v.ALL, *v.ARRIVAL_LAGS),
        "observation_status": [Code(v.LOW, "Nil or negligible")],
    }


def _list_labels(*labels: str) -> list[Code]:
    return [Code(label, label) for label in labels]


def _list_levels(levels: Sequence[str]) -> list[Code]:
    return [Code(level, _LEVEL_LABELS[level]) for level in levels]


def _list_periods(quarters: Sequence[pa.Table]) -> list[Code]:
    periods = _find_distinct(quarters, ["time_period_type", "time_period"]).sort(pl.all())
    return [
        Code(label, _name_period(kind, Quarter.parse(label)), kind)
        for kind, label in periods.iter_rows()
    ]


def _name_period(kind: str, quarter: Quarter) -> str:
    return quarter.title if kind == "quarter" else quarter.year_ending.replace("year", "Year", 1)


def _list_areas(quarters: Sequence[pa.Table]) -> list[Code]:
    columns = ["geography_code", "geography_name", "geography_level"]
    parents = _find_area_parents()
    # An area that was renamed is listed once, under the name in its latest quarter.
    names = {
        (level, code): name for code, name, level in _find_distinct(quarters, columns).iter_rows()
    }
    first_seen = {key: n for n, key in enumerate(names)}

    def sort_by_level(key: tuple[str, str]) -> tuple[int, str, int]:
        level, code = key
        by_code = code if level == "local_authority" else ""
        return v.GEOGRAPHY_LEVELS.index(level), by_code, first_seen[key]

    return [
        Code(code, names[level, code], level, parents.get((level, code), ""))
        for level, code in sorted(names, key=sort_by_level)
    ]


def _find_area_parents() -> dict[tuple[str, str], str]:
    parents = {("overseas", v.OVERSEAS_CODE): v.UK_CODE}
    for area in reference_lists.read_areas().iter_rows(named=True):
        level = area["geography_level"]
        parents[level, area["area_code"]] = {
            "country": v.UK_CODE,
            "region": area["country_code"],
            "local_authority": area["region_code"],
        }.get(level, "")
    return parents


def _list_nationalities(as_at: Quarter) -> list[Code]:
    groups = list_nationalities(as_at)
    parents = {v.ALL: "", v.NON_EU: make_slug(v.ALL)}
    for nationality, sub_group, world_area in groups.select(
        "nationality", "sub_group", "world_area"
    ).iter_rows():
        parents[world_area] = make_slug(v.ALL)
        parents[sub_group] = make_slug(world_area)
        parents[nationality] = make_slug(sub_group)
    return [
        Code(code, label, level, parents[label])
        for code, label, level in list_nationality_members(groups)
        .select("nationality_code", "nationality", "nationality_level")
        .unique(maintain_order=True)
        .iter_rows()
    ]


def _find_distinct(quarters: Sequence[pa.Table], columns: list[str]) -> pl.DataFrame:
    """Return the distinct rows of text columns, as first seen."""
    frames = [
        pl.DataFrame(pl.from_arrow(table.select(columns)))
        .unique(maintain_order=True)
        .cast(pl.String)
        for table in quarters
    ]
    return pl.concat(frames).unique(maintain_order=True)
