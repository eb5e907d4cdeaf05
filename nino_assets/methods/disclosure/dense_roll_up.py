"""Rolls keyed counts up to the cells of a cuboid, as arrays.

A cuboid lists all its cells, and most have several times as many as a cube: arrays are summed by
place, quarter by quarter, and years are sums of quarters. No array is larger than the result or the
rows that are counted in it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from nino_assets.methods.disclosure.dimensions import KEYED_DIMENSIONS, Dimension
from nino_assets.methods.disclosure.perturbed_cells import CheckedCounts

_SUMS = ("registrations", "key_sum")


@dataclass(frozen=True)
class NumberedCounts:
    """Keyed counts, each value of a dimension given as its number.

    `values` lists the values of each dimension that were counted; `numbers` has an array a
    dimension, and `sums` one of registrations and one of key sums, an element a row.
    """

    checked: CheckedCounts
    values: Mapping[str, tuple[str, ...]]
    numbers: Mapping[str, NDArray[np.int32]]
    sums: Mapping[str, NDArray[np.int64]]


def number_counts(counts: CheckedCounts) -> NumberedCounts:
    """The counts with numbers for values, read once for every cuboid."""
    con, middle = counts.con, counts.middle_layer is not None
    names = (*KEYED_DIMENSIONS, *(("middle_layer",) if middle else ()))
    values = {}
    for name in names:
        found = con.sql(f"SELECT DISTINCT {name} FROM {counts.keyed} ORDER BY ALL").fetchall()
        values[name] = tuple(value for (value,) in found)
        listed = pl.DataFrame({name: values[name]}, schema={name: pl.String})
        con.register(f"numbered_{name}", listed.with_row_index("number"))
    try:
        chosen = ", ".join(f"numbered_{name}.number::INTEGER AS {name}" for name in names)
        joins = " ".join(f"JOIN numbered_{name} USING ({name})" for name in names)
        sums = ", ".join(f"{name}::BIGINT AS {name}" for name in _SUMS)
        read = con.sql(f"SELECT {chosen}, {sums} FROM {counts.keyed} {joins}").fetchnumpy()
    finally:
        for name in names:
            con.unregister(f"numbered_{name}")
    return NumberedCounts(
        counts,
        values,
        {name: np.asarray(read[name]) for name in names},
        {name: np.asarray(read[name]) for name in _SUMS},
    )


def roll_up_densely(numbered: NumberedCounts, dimensions: Sequence[Dimension]) -> pl.DataFrame:
    """The cells that hold someone: place, registrations, key_sum (BIGINT).

    `place` is the place in the listed domain of `dimensions`, and in order. Rows of quarters that
    the first dimension does not hold are left out.
    """
    period, *others = dimensions
    split = [each for each in others if not each.is_whole]
    quarters = numbered.values["time_period"]
    sizes = [len(quarters), *(1 + max(each.classes["class"].to_list()) for each in split)]
    at = [numbered.numbers["time_period"].astype(np.int64)]
    at += [_find_classes(numbered, each)[numbered.numbers[each.keyed]] for each in split]
    keys = np.ravel_multi_index(at, sizes)
    counted = _sum_by_place(keys, numbered.sums, math.prod(sizes))
    held = np.flatnonzero(counted["registrations"])
    place, *classes = np.unravel_index(held, sizes)
    amounts = {name: each[held] for name, each in counted.items()}
    width = 1
    for position, dimension in enumerate(split):
        rows, ordinals = _list_members(dimension, classes[position])
        size = dimension.labels.height
        place, width = place[rows] * size + ordinals, width * size
        classes = [each[rows] for each in classes]
        amounts = {name: each[rows] for name, each in amounts.items()}
    sums = _sum_by_place(place, amounts, len(quarters) * width)
    by_period = {name: _add_quarters(each, period, quarters) for name, each in sums.items()}
    occupied = np.flatnonzero(by_period["registrations"])
    found = {name: each[occupied].astype(np.int64) for name, each in by_period.items()}
    return pl.DataFrame({"place": occupied, **found})


def _find_classes(numbered: NumberedCounts, dimension: Dimension) -> NDArray[np.int64]:
    """The class of each numbered value; classes start at 1."""
    its_class = dict(dimension.classes.iter_rows())
    values = numbered.values[dimension.keyed]
    return np.array([its_class[each] for each in values], dtype=np.int64)


def _sum_by_place(
    place: NDArray[np.int64], amounts: Mapping[str, NDArray[np.number]], cells: int
) -> dict[str, NDArray[np.float64]]:
    # Sums of whole numbers below 2^53 are exact as floating-point numbers.
    return {
        name: np.bincount(place, weights=each, minlength=cells).astype(np.float64, copy=False)
        for name, each in amounts.items()
    }


def _list_members(
    dimension: Dimension, classes: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Every row once for each member that holds its class.

    Which row, and the member.
    """
    holds = dimension.holds.sort("class", "ordinal")
    ordinals = holds["ordinal"].to_numpy().astype(np.int64)
    members = np.bincount(holds["class"].to_numpy())
    first = np.cumsum(members) - members
    many = members[classes]
    rows = np.repeat(np.arange(len(classes)), many)
    within = np.arange(len(rows)) - np.repeat(np.cumsum(many) - many, many)
    return rows, ordinals[first[classes][rows] + within]


def _add_quarters(
    counted: NDArray[np.float64], period: Dimension, quarters: Sequence[str]
) -> NDArray[np.float64]:
    """Sums by quarter made sums by period, of which some overlap."""
    by_quarter = counted.reshape(len(quarters), -1)
    number = {quarter: at for at, quarter in enumerate(quarters)}
    held = period.classes.join(period.holds, on="class")
    summed = np.zeros((period.labels.height, by_quarter.shape[1]))
    for quarter, ordinal in held.select("member_of", "ordinal").iter_rows():
        # A quarter in which nobody registered has no row.
        if quarter in number:
            summed[ordinal] += by_quarter[number[quarter]]
    return summed.ravel()
