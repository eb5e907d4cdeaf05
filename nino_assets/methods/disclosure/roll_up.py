"""Rolls keyed counts up to the cells of some dimensions, as arrays.

Counts and key sums are additive. Rows are added up by class once, and classes then by member, one
dimension at a time; so an array is never larger than the domain or its classes, and what it takes
hardly grows with the number of rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import duckdb
import numpy as np
import polars as pl
from numpy.typing import NDArray

from nino_assets.methods.disclosure.dimensions import Dimension

Int64Array = NDArray[np.int64]


@dataclass(frozen=True)
class KeyedRows:
    """Keyed counts as arrays (restricted), an entry a row.

    `numbers` has for each keyed dimension the place of each row's value in `values`.
    """

    values: Mapping[str, Sequence[str]]
    numbers: Mapping[str, NDArray[np.uint16]] = field(repr=False)
    registrations: Int64Array = field(repr=False)
    key_sum: Int64Array = field(repr=False)


def read_keyed_rows(
    con: duckdb.DuckDBPyConnection, keyed: str, values: Mapping[str, Sequence[str]]
) -> KeyedRows:
    """Read the relation `keyed`, every value of which is among `values`.

    `values` has for each dimension its known values, each once.
    """
    [(rows,)] = con.sql(f"SELECT count(*) FROM {keyed}").fetchall()
    numbers = {dimension: np.empty(rows, dtype=np.uint16) for dimension in values}
    sums = {name: np.empty(rows, dtype=np.int64) for name in ("registrations", "key_sum")}
    for dimension, known in values.items():
        listed = {"value": pl.Series(known, dtype=pl.String)}
        numbered = pl.DataFrame(listed).with_row_index("number")
        con.register(f"values_{dimension}", numbered.cast({"number": pl.UInt16}))
    try:
        joins = " ".join(
            f"JOIN values_{dimension} ON values_{dimension}.value = keyed.{dimension}"
            for dimension in values
        )
        columns = [f"values_{dimension}.number AS {dimension}" for dimension in values]
        whole = [f"{name}::BIGINT AS {name}" for name in sums]
        batches = con.sql(
            f"SELECT {', '.join([*columns, *whole])} FROM {keyed} AS keyed {joins}"
        ).to_arrow_reader(1_000_000)
        start = 0
        for batch in batches:
            end = start + batch.num_rows
            for name, column in (numbers | sums).items():
                column[start:end] = batch[name].to_numpy()
            start = end
    finally:
        for dimension in values:
            con.unregister(f"values_{dimension}")
    return KeyedRows(values, numbers, sums["registrations"], sums["key_sum"])


def roll_up(rows: KeyedRows, dimensions: Sequence[Dimension]) -> tuple[Int64Array, Int64Array]:
    """Counts and key sums of every cell (restricted), an axis a dimension.

    A row of a period that is not asked for is in no cell.
    """
    split = [dimension for dimension in dimensions if not dimension.is_whole]
    held, place, classes = np.array([True]), np.zeros(1, dtype=np.int64), []
    for dimension in split:
        # Classes are ranks, from 1.
        classes.append(dimension.classes["class"].n_unique())
        found = _find_classes(rows, dimension)[rows.numbers[dimension.keyed]]
        held = held & (found > 0)
        place = place * classes[-1] + (found - 1)
    shape = [dimension.labels.height for dimension in dimensions]
    every_row = bool(held.all())
    counted, summed = (
        _sum_by_member(
            _sum_by_class(
                place if every_row else place[held], sums if every_row else sums[held], classes
            ),
            split,
        ).reshape(shape)
        for sums in (rows.registrations, rows.key_sum)
    )
    return counted, summed


def _find_classes(rows: KeyedRows, dimension: Dimension) -> Int64Array:
    """The class of each value; 0 where no member holds it."""
    found = dict(dimension.classes.select("member_of", "class").iter_rows())
    return np.array([found.get(value, 0) for value in rows.values[dimension.keyed]], dtype=np.int64)


def _sum_by_class(place: Int64Array, sums: Int64Array, classes: Sequence[int]) -> Int64Array:
    size = int(np.prod(classes, dtype=np.int64))
    # Fractions of 53 bits hold every sum of keys exactly: 17 million records of the largest key
    # number come to 37 bits.
    added = np.bincount(place, weights=sums, minlength=size)
    return added.astype(np.int64).reshape(classes)


def _sum_by_member(by_class: Int64Array, dimensions: Sequence[Dimension]) -> Int64Array:
    """Replace each axis of classes by one of members, the period last.

    The last axis comes to the front each time, so that whole rows are added.
    """
    sums = by_class
    for dimension in reversed(dimensions):
        rows = np.ascontiguousarray(np.moveaxis(sums, -1, 0))
        # A member that holds nothing stays at nil.
        sums = np.zeros((dimension.labels.height, *rows.shape[1:]), dtype=np.int64)
        held = dimension.holds.group_by("ordinal").agg(pl.col("class") - 1)
        alone = held.filter(pl.col("class").list.len() == 1).explode("class")
        sums[alone["ordinal"].to_numpy()] = rows[alone["class"].to_numpy()]
        for member, classes in held.filter(pl.col("class").list.len() > 1).iter_rows():
            for row in classes:
                sums[member] += rows[row]
    return sums
