"""Rows as whole numbers: equal numbers where the labels in some columns are equal.

Each distinct label of a column gets a number, and the numbers of several columns make one. That is
exact, and comparing 1.4 million rows takes a tenth of what it takes on text.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Numbers = npt.NDArray[np.int64]

LABEL = pa.dictionary(pa.int32(), pa.string())
"""How a column of labels is held: each label once, and its number in every row."""

_LARGEST = 2**62


def row_numbers(tables: Sequence[pa.Table], columns: Sequence[str]) -> list[Numbers]:
    """For each table one number a row, comparable between the tables. Columns hold `LABEL`s."""
    numbers = np.zeros(sum(table.num_rows for table in tables), dtype=np.int64)
    size = 1
    for name in columns:
        labels = _label_numbers([table[name] for table in tables])
        distinct = int(labels.max(initial=0)) + 1
        if size * distinct > _LARGEST:
            numbers = np.unique(numbers, return_inverse=True)[1]
            size = int(numbers.max(initial=0)) + 1
        numbers = numbers * distinct + labels
        size *= distinct
    ends = np.cumsum([table.num_rows for table in tables])
    return np.split(numbers, ends[:-1])


def distinct(numbers: Numbers) -> int:
    """How many different numbers there are; `np.unique` hashes, and takes ten times as long."""
    ordered = np.sort(numbers)
    return int(np.count_nonzero(ordered[1:] != ordered[:-1])) + int(len(ordered) > 0)


def _label_numbers(columns: Sequence[pa.ChunkedArray]) -> Numbers:
    """Labels as numbers from 1 up, 0 for one that is missing."""
    chunks = [chunk for column in columns for chunk in column.chunks]
    unified = pa.chunked_array(chunks, type=LABEL).unify_dictionaries()
    indices = [pc.fill_null(chunk.indices, -1).to_numpy() for chunk in unified.chunks]
    return np.concatenate([np.empty(0, np.int64), *indices]).astype(np.int64) + 1
