"""Builds the index of the tabulations: fields, members and axes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from nino_assets.methods.disclosure.dimensions import Dimension
from nino_assets.publishing.open_data.metadata import TABULATIONS_FOLDER
from nino_assets.statistic import vocabulary as v
from nino_assets.statistic.cuboids import Cuboid
from nino_assets.statistic.published_domain import make_slug
from nino_assets.statistic.quarters import Quarter

TABULATIONS = f"open-data/{TABULATIONS_FOLDER}"
"""The folder of the tabulations, in a publication."""
INDEX_NAME = "index.json"
DESCRIPTION_NAME = "csv-metadata.json"
"""Describes the columns of the Parquet files as CSVW."""
DATABASE = "Ninos"
TOTAL = "total:all"
_LEVEL_LABELS = {
    "year_ending": "Year ending",
    "quarter": "Quarter",
    "uk": "United Kingdom",
    "country": "Country",
    "region": "Region",
    "local_authority": "Local authority",
    "middle_layer": "Middle-layer area",
    "overseas": "Overseas registrations",
    "total": "Total",
    "world_area": "World area",
    "sub_group": "Sub-group",
    "nationality": "Nationality",
}
_CATEGORIES = {"age": v.AGE_BANDS, "sex": v.SEXES, "lag": v.ARRIVAL_LAGS}
_CATEGORY_LABELS = {"age": "Age", "sex": "Sex", "lag": "Time from arrival to registration"}
_FIELDS = {
    "local_authority": ("area", "geography_level", "geography_code"),
    "middle_layer": ("area", "geography_level", "geography_code"),
    "nationality": ("nationality", "nationality_level", "nationality_code"),
}
_CATEGORY_FIELDS = {"age_band": "age", "sex": "sex", "arrival_lag": "lag"}


@dataclass(frozen=True)
class Parents:
    """What each member's parent is found in.

    `groups` is the reference table; `local_authorities` has local_authority, region and country,
    `placed` local_authority and msoa.
    """

    groups: pl.DataFrame
    local_authorities: pl.DataFrame
    placed: pl.DataFrame


def make_period_id(period_type: str, time_period: str) -> str:
    """The id of a period: `quarter:2020-Q4`."""
    return f"{period_type}:{time_period}"


def make_category_id(label: str) -> str:
    """The id of a category of age, sex or lag: `band:18-24`."""
    return TOTAL if label == v.ALL else f"band:{make_slug(label)}"


def build_axes(periods: Sequence[str], dimensions: Sequence[Dimension]) -> list[dict[str, Any]]:
    """The axes of a cuboid: what is not only a total."""
    axes: list[dict[str, Any]] = [{"field": "period", "members": list(periods)}]
    for dimension in dimensions:
        if dimension.labels.height == 1:
            continue
        if dimension.keyed in _FIELDS:
            field, level, code = _FIELDS[dimension.keyed]
            ids = [f"{of}:{at}" for of, at in dimension.labels.select(level, code).iter_rows()]
        else:
            field = _CATEGORY_FIELDS[dimension.keyed]
            ids = [make_category_id(label) for label in dimension.labels.to_series()]
        axes.append({"field": field, "members": ids})
    return axes


def build_cuboid_entry(cuboid: Cuboid, axes: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The entry of one cuboid."""
    return {
        "name": cuboid.name,
        "title": cuboid.title,
        "file": f"{cuboid.name}.parquet",
        "array": f"{cuboid.name}.npy",
        "shape": [len(axis["members"]) for axis in axes],
        "axes": list(axes),
    }


def build_fields(
    periods: Iterable[tuple[str, str]],
    area_labels: pl.DataFrame,
    nationality_labels: pl.DataFrame,
    parents: Parents,
) -> list[dict[str, Any]]:
    """The fields with their levels and members, coarsest level first.

    `periods` are types and labels. The labels are the published columns of each member, in order.
    """
    listed = [*periods]
    held = {make_period_id(*each) for each in listed}
    period_levels = [
        _build_level(
            level,
            _LEVEL_LABELS[level],
            [
                _build_member(
                    make_period_id(level, label),
                    _write_period(level, Quarter.parse(label)),
                    _find_year(level, label, held),
                )
                for kind, label in listed
                if kind == level
            ],
        )
        for level in ("year_ending", "quarter")
    ]
    return [
        {"field": "period", "levels": period_levels},
        {
            "field": "area",
            "levels": _build_levels(
                area_labels.select("geography_level", "geography_code", "geography_name"),
                ("uk", "country", "region", "local_authority", "middle_layer", "overseas"),
                _find_area_parents(parents),
            ),
        },
        {
            "field": "nationality",
            "levels": _build_levels(
                nationality_labels.select("nationality_level", "nationality_code", "nationality"),
                ("total", "world_area", "sub_group", "nationality"),
                _find_nationality_parents(parents.groups),
            ),
        },
        *(
            {
                "field": field,
                "levels": [
                    _build_level("total", "Total", [_build_member(TOTAL, v.ALL, None)]),
                    _build_level(
                        "band",
                        _CATEGORY_LABELS[field],
                        [_build_member(make_category_id(each), each, TOTAL) for each in labels],
                    ),
                ],
            }
            for field, labels in _CATEGORIES.items()
        ),
    ]


def _build_levels(
    labels: pl.DataFrame, levels: Sequence[str], parents: Mapping[str, str]
) -> list[dict[str, Any]]:
    return [
        _build_level(
            level,
            _LEVEL_LABELS[level],
            [
                _build_member(f"{level}:{code}", label, parents.get(f"{level}:{code}"))
                for of, code, label in labels.iter_rows()
                if of == level
            ],
        )
        for level in levels
    ]


def _build_level(level: str, label: str, members: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    return {"level": level, "label": label, "members": list(members)}


def _build_member(id_: str, label: str, parent: str | None) -> dict[str, str]:
    return {"id": id_, "label": label} | ({"parent": parent} if parent else {})


def _write_period(level: str, quarter: Quarter) -> str:
    """`Oct to Dec 2020` or `Year ending December 2020`."""
    if level == "year_ending":
        return f"Year ending {quarter.last_month} {quarter.year}"
    return f"{quarter.first_day:%b} to {quarter.last_month[:3]} {quarter.year}"


def _find_year(level: str, label: str, held: set[str]) -> str | None:
    """The calendar year of a quarter, where it is published."""
    year = make_period_id("year_ending", f"{label[:4]}-Q4")
    return year if level == "quarter" and year in held else None


def _find_area_parents(parents: Parents) -> dict[str, str]:
    uk = f"uk:{v.UK_CODE}"
    found = {f"overseas:{v.OVERSEAS_CODE}": uk}
    for authority, region, country in parents.local_authorities.select(
        "local_authority", "region", "country"
    ).iter_rows():
        found[f"local_authority:{authority}"] = f"region:{region}"
        found[f"region:{region}"] = f"country:{country}"
        found[f"country:{country}"] = uk
    for authority, msoa in parents.placed.select("local_authority", "msoa").iter_rows():
        found.setdefault(f"middle_layer:{msoa}", f"local_authority:{authority}")
    return found


def _find_nationality_parents(groups: pl.DataFrame) -> dict[str, str]:
    found = {}
    for code, sub_group, world_area in groups.select(
        "nationality_code", "sub_group", "world_area"
    ).iter_rows():
        found[f"nationality:{code}"] = f"sub_group:{make_slug(sub_group)}"
        found[f"sub_group:{make_slug(sub_group)}"] = f"world_area:{make_slug(world_area)}"
        found[f"world_area:{make_slug(world_area)}"] = TOTAL
    return found
