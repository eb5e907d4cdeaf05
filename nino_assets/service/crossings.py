"""Which fields are published together, at which levels: rule 1 to 4.

A table is answered from one declared cuboid, which holds every field and level that is asked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from nino_assets.service.api_error import build_crossing_error
from nino_assets.service.edition_cells import CuboidCells, EditionCells
from nino_assets.service.identifiers import DatabaseName, FieldName, ValueSetName
from nino_assets.service.members import AREA, PERIOD

_SMALL_AREAS = frozenset({"local_authority", "middle_layer"})
"""Levels of areas finer than region; a table has at most one."""

_MOST_NEAREST = 3

Asked = Mapping[str, Sequence[str]]
"""Field → members asked for."""


def require_cuboid(
    edition: EditionCells, asked: Asked, database: DatabaseName, names: Sequence[FieldName]
) -> CuboidCells:
    """Find the smallest cuboid that holds what is asked.

    Raises ApiError 422 NOT_AVAILABLE, with the nearest crossings that are published.
    """
    if not _mixes_small_areas(edition, asked.get(AREA, ())):
        cuboid = find_cuboid(edition, asked)
        if cuboid is not None:
            return cuboid
    raise build_crossing_error(
        [database.name_field(each) for each in names],
        _list_nearest(edition, asked, database, names),
    )


def find_cuboid(edition: EditionCells, asked: Asked) -> CuboidCells | None:
    """Find the smallest cuboid that holds what is asked, if any does."""
    for cuboid in edition.cuboids:
        if all(_holds(edition, cuboid, field, asked.get(field)) for field in edition.fields):
            return cuboid
    return None


def _holds(
    edition: EditionCells, cuboid: CuboidCells, field: str, members: Sequence[str] | None
) -> bool:
    known = edition.fields[field]
    if members is None:
        members = [known.total] if known.total is not None else []
    return cuboid.holds(known, members)


def _mixes_small_areas(edition: EditionCells, members: Sequence[str]) -> bool:
    levels = {edition.fields[AREA].by_id[each].level for each in members}
    return len(levels & _SMALL_AREAS) > 1


def _list_nearest(
    edition: EditionCells, asked: Asked, database: DatabaseName, names: Sequence[FieldName]
) -> list[dict[str, Any]]:
    """The crossings that meet most of what is asked, the best first.

    Each can be asked for as it is. Where only some values of a level are published, as years
    ending in December, `values` lists them.
    """
    period = next(each for each in database.fields if each.field == PERIOD)
    every = [*names] if period in names else [period, *names]
    found: list[tuple[int, dict[str, Any]]] = []
    for cuboid in edition.cuboids:
        crossing: dict[str, Any] = {"fields": [], "levels": []}
        met = 0
        for name in every:
            levels = {edition.fields[name.field].by_id[each].level for each in asked[name.field]}
            offered = _list_offered(edition, cuboid, database, name)
            fitting = [each for each in offered if levels & set(each[0].levels)]
            if not offered:
                continue
            value_set, values, is_whole = (fitting or offered)[-1]
            met += bool(fitting)
            crossing["fields"].append(database.name_field(name))
            crossing["levels"].append(database.name_value_set(name, value_set))
            if not is_whole:
                crossing["values"] = values
        if crossing not in [each for _, each in found]:
            found.append((-met * 10 - len(crossing["fields"]), crossing))
    found.sort(key=lambda each: each[0])
    return [crossing for _, crossing in found[:_MOST_NEAREST]]


def _list_offered(
    edition: EditionCells, cuboid: CuboidCells, database: DatabaseName, name: FieldName
) -> list[tuple[ValueSetName, list[str], bool]]:
    """A cuboid's value sets, their values, and whether these are all."""
    axis = cuboid.axes.get(name.field, {})
    found = []
    for value_set in name.value_sets:
        listed = database.list_values(name, value_set, edition.fields[name.field])
        values = [uri for uri, member in listed if member in axis]
        if values and (len(values) == len(listed) or name.field == PERIOD):
            found.append((value_set, values, len(values) == len(listed)))
    return found
