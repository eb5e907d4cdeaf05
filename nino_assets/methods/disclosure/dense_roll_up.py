"""Rolls keyed counts up to every cell of a cuboid, as dense arrays.

A cuboid lists all its cells, most of them several times as fine as a cube's, so arrays are summed
along one axis at a time: many times as fast as joins, and no larger than the result.
"""

from __future__ import annotations

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
    split = [each for each in dimensions if not each.is_whole]
    classes = [_find_classes(numbered, each) for each in split]
    sizes = [1 + max(each.classes["class"].to_list(), default=0) for each in split]
    rows = np.zeros(len(numbered.sums["registrations"]), dtype=np.int64)
    for dimension, its_classes, size in zip(split, classes, sizes, strict=True):
        rows = rows * size + its_classes[numbered.numbers[dimension.keyed]]
    cells = {}
    for name, amounts in numbered.sums.items():
        # Sums of whole numbers below 2^53 are exact as floating-point numbers.
        counted = np.bincount(rows, weights=amounts, minlength=int(np.prod(sizes)))
        dense = counted.astype(np.int64).reshape(sizes)
        # The periods last: years overlap, so that their cells are the most.
        for axis in reversed(range(len(split))):
            dense = _sum_members(dense, split[axis], axis)
        cells[name] = dense.ravel()
    place = np.flatnonzero(cells["registrations"])
    return pl.DataFrame({"place": place, **{name: cells[name][place] for name in _SUMS}})


def _find_classes(numbered: NumberedCounts, dimension: Dimension) -> NDArray[np.int64]:
    """The class of each numbered value, 0 of one that no member holds. Classes start at 1."""
    held = dict(dimension.classes.iter_rows())
    return np.array(
        [held.get(each, 0) for each in numbered.values[dimension.keyed]], dtype=np.int64
    )


def _sum_members(counted: NDArray[np.int64], dimension: Dimension, axis: int) -> NDArray[np.int64]:
    """Sums by class made sums by member along one axis."""
    holds = dimension.holds.sort("ordinal", "class")
    members, starts = np.unique(holds["ordinal"].to_numpy(), return_index=True)
    shape = [*counted.shape]
    shape[axis] = dimension.labels.height
    summed = np.zeros(shape, dtype=np.int64)
    if len(members):
        gathered = counted.take(holds["class"].to_numpy(), axis=axis)
        first = np.moveaxis(summed, axis, 0)
        first[members] = np.moveaxis(np.add.reduceat(gathered, starts, axis=axis), axis, 0)
    return summed
