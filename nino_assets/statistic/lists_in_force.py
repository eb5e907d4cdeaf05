"""What of the lists is in force, and whether they agree.

Each list keeps its own schema (`list_declarations.py`); here they are held against one another.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from nino_assets.errors import ReferenceListError
from nino_assets.statistic.list_declarations import LISTS
from nino_assets.statistic.nationality_list import list_nationalities, list_sub_groups
from nino_assets.statistic.quarters import SERIES_START, Quarter
from nino_assets.statistic.reference_lists import (
    NATIONALITY_COLUMNS,
    check_reference_lists,
    read_areas,
    read_list,
)

_DATED = "from_quarter"
_SPAN = ("first_quarter", "last_quarter")


def find_list_faults() -> list[str]:
    """Find what is wrong with the lists in use, a sentence each.

    The first list that does not keep to its schema is told alone: the others cannot be held against
    it.
    """
    try:
        check_reference_lists()
    except ReferenceListError as refused:
        return [str(refused)]
    return [*_find_nationality_faults(), *_find_area_faults()]


def list_rows_in_force(name: str, as_at: Quarter) -> pl.DataFrame | None:
    """List the rows of a dated list in force in a quarter.

    Of a list with `from_quarter` the latest of each row up to the quarter, of one with a first and
    a last quarter those that hold it. None for a list that is not dated.
    """
    schema = LISTS[name]
    rows = read_list(name)
    if _DATED in schema.names:
        keys = [column for column in schema.unique[0] if column != _DATED]
        rows = rows.filter(pl.col(_DATED) <= as_at.label).sort(_DATED, maintain_order=True)
        return rows.unique(keys, keep="last", maintain_order=True) if keys else rows.tail(1)
    if set(_SPAN) <= {*schema.names}:
        first, last = (pl.col(column) for column in _SPAN)
        begun = (first == "") | (first <= as_at.label)
        return rows.filter(begun & ((last == "") | (last >= as_at.label)))
    return None


def _find_nationality_faults() -> Iterator[str]:
    changes = read_list("nationality_changes")[_DATED].to_list()
    dates = {SERIES_START.label, *changes, *read_list("sub_groups")[_DATED].to_list()}
    for as_at in map(Quarter.parse, sorted(dates)):
        listed = list_nationalities(as_at)
        where = f"nationalities as at {as_at.label}:"
        blank = listed.filter(
            pl.any_horizontal(pl.col(name).fill_null("") == "" for name in NATIONALITY_COLUMNS)
        )
        for code in blank["nationality_code"]:
            yield f"{where} {code} is new and lacks a label, sub_group or world_area"
        for name in ("nationality_code", "nationality"):
            for text in listed.filter(listed[name].is_duplicated())[name].unique().sort():
                yield f"{where} {text} stands twice in {name}"
        areas = listed.select("sub_group", "world_area").unique()
        for group in areas.filter(areas["sub_group"].is_duplicated())["sub_group"].unique().sort():
            yield f"{where} {group} lies in two world areas"
        named = {group.label for group in list_sub_groups(as_at)}
        known = set(list_rows_in_force("sub_groups", as_at)["label"])  # type: ignore[index]
        for label in sorted(named - known):
            yield f"{where} sub_groups.csv does not name the sub-group {label}"


def _find_area_faults() -> Iterator[str]:
    areas = read_areas()
    codes = {level: set(part["area_code"]) for (level,), part in areas.group_by("geography_level")}
    authorities = areas.filter(pl.col("geography_level") == "local_authority")
    for row in authorities.iter_rows(named=True):
        for level in ("region", "country"):
            if row[f"{level}_code"] not in codes.get(level, ()):
                yield f"areas.csv: {row['area_code']} has no {level} that is listed"
