"""Counts cells that differ between cuboids, or from the cubes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from nino_assets.publishing.open_data.open_data_rows import read_quarter_file
from nino_assets.publishing.tabulations.lattice_index import TOTAL, make_category_id
from nino_assets.releases.lattice import LatticeCuboid
from nino_assets.statistic.vocabulary import UK_CODE

TOTALS = {
    "area": f"uk:{UK_CODE}",
    "nationality": TOTAL,
    "age": TOTAL,
    "sex": TOTAL,
    "lag": TOTAL,
}
"""The member at which a field stands that a cuboid lacks."""
FIELDS = ("period", *TOTALS)
_PAIRS = {
    "period": ("time_period_type", "time_period"),
    "area": ("geography_level", "geography_code"),
    "nationality": ("nationality_level", "nationality_code"),
}
_CATEGORIES = {"age": "age", "sex": "sex", "lag": "arrival_lag"}

_Places = npt.NDArray[np.int64]


def count_cuboids_disagreeing(cuboids: Sequence[LatticeCuboid]) -> int:
    """Count the cells that two cuboids share and show differently."""
    differing = 0
    for one, other in combinations(cuboids, 2):
        shared = [_list_shared(one, other, field) for field in FIELDS]
        if all(shared):
            left, right = _take(one, shared), _take(other, shared)
            differing += int(np.count_nonzero(left != right))
    return differing


def count_cube_cells_disagreeing(
    cuboids: Sequence[LatticeCuboid], quarter_files: Iterable[Path]
) -> tuple[int, int]:
    """Count the published cells that cuboids share, and that differ.

    `quarter_files` are the perturbed cubes, a file a quarter.
    """
    numbers = {field: _number_members(cuboids, field) for field in FIELDS}
    looked_up = [
        {field: _place_members(cuboid, field, numbers[field]) for field in FIELDS}
        for cuboid in cuboids
    ]
    compared = differing = 0
    for path in quarter_files:
        table = read_quarter_file(path).unify_dictionaries().combine_chunks()
        published = table["registrations"].to_numpy()
        members = {field: _number_rows(table, field, numbers[field]) for field in FIELDS}
        for cuboid, places in zip(cuboids, looked_up, strict=True):
            at = np.zeros(len(published), dtype=np.int64)
            held = np.ones(len(published), dtype=bool)
            for field in FIELDS:
                place = places[field][members[field]]
                held &= place >= 0
                at = at * max(1, len(_list_members(cuboid, field))) + place
            compared += int(np.count_nonzero(held))
            differing += int(
                np.count_nonzero(cuboid.cells.reshape(-1)[at[held]] != published[held])
            )
    return compared, differing


def _list_shared(one: LatticeCuboid, other: LatticeCuboid, field: str) -> list[str]:
    held = {*_list_members(other, field)}
    return [each for each in _list_members(one, field) if each in held]


def _list_members(cuboid: LatticeCuboid, field: str) -> tuple[str, ...]:
    held = {axis.field: axis.members for axis in cuboid.axes}
    return held.get(field) or (() if field == "period" else (TOTALS[field],))


def _take(cuboid: LatticeCuboid, members: Sequence[Sequence[str]]) -> npt.NDArray[np.int32]:
    """The cells of some members of every field, an axis a field."""
    shape = tuple(len(_list_members(cuboid, field)) for field in FIELDS)
    places = []
    for field, wanted in zip(FIELDS, members, strict=True):
        order = {each: place for place, each in enumerate(_list_members(cuboid, field))}
        places.append([order[each] for each in wanted])
    taken: npt.NDArray[np.int32] = cuboid.cells.reshape(shape)[np.ix_(*places)]
    return taken


def _number_members(cuboids: Sequence[LatticeCuboid], field: str) -> dict[str, int]:
    listed = [each for cuboid in cuboids for each in _list_members(cuboid, field)]
    return {each: number for number, each in enumerate(dict.fromkeys(listed))}


def _place_members(cuboid: LatticeCuboid, field: str, numbers: Mapping[str, int]) -> _Places:
    """The axis place of each numbered member.

    -1 where it has none, and last.
    """
    places = np.full(len(numbers) + 1, -1, dtype=np.int64)
    for place, member in enumerate(_list_members(cuboid, field)):
        places[numbers[member]] = place
    return places


def _number_rows(table: pa.Table, field: str, numbers: Mapping[str, int]) -> _Places:
    """The number of each row's member, -1 without one."""
    if field in _CATEGORIES:
        column = _encode(table[_CATEGORIES[field]])
        ids = [make_category_id(label) for label in column.dictionary.to_pylist()]
        known: _Places = np.array([numbers.get(each, -1) for each in ids])
        return _take_places(known, np.asarray(column.indices))
    levels, codes = (_encode(table[name]) for name in _PAIRS[field])
    each_code = codes.dictionary.to_pylist()
    ids = [f"{level}:{code}" for level in levels.dictionary.to_pylist() for code in each_code]
    found: _Places = np.array([numbers.get(each, -1) for each in ids])
    first = np.asarray(levels.indices).astype(np.int64) * len(each_code)
    return _take_places(found, first + np.asarray(codes.indices))


def _take_places(places: _Places, rows: npt.NDArray[np.integer]) -> _Places:
    taken: _Places = places[rows]
    return taken


def _encode(column: pa.ChunkedArray) -> pa.DictionaryArray:
    chunk = column.combine_chunks()
    encoded = chunk.chunk(0) if isinstance(chunk, pa.ChunkedArray) else chunk
    return encoded if pa.types.is_dictionary(encoded.type) else encoded.dictionary_encode()
