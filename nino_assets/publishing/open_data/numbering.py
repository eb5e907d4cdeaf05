"""Rows as whole numbers, equal where their labels are equal.

Each distinct label of a column gets a number, and the numbers of several columns make one. That is
exact, and comparing 1.4 million rows takes a tenth of what it takes on text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Numbers = npt.NDArray[np.int64]
LabelNumbers = npt.NDArray[np.int32]
RowLabels = tuple[str | None, ...]
"""The labels of a row in some columns; None where one is missing."""

LABEL = pa.dictionary(pa.int32(), pa.string())
"""The type of a column of labels: each label once, and its number in every row."""

_LARGEST = 2**62


@dataclass(frozen=True)
class NumberedRows:
    """A table by the numbers of its labels.

    - `numbers`: by column, for each row the place of its label in `labels`
    - `labels`: by column, each label once; the first is None, for one that is missing
    """

    numbers: Mapping[str, LabelNumbers]
    labels: Mapping[str, Sequence[str | None]]

    @property
    def count(self) -> int:
        """How many rows there are."""
        return max(map(len, self.numbers.values()), default=0)

    def match(self, column: str, label: str) -> npt.NDArray[np.bool_]:
        """Tell for each row whether its column has this label."""
        return np.array([each == label for each in self.labels[column]])[self.numbers[column]]

    def list_members(self, columns: Sequence[str]) -> tuple[list[RowLabels], Numbers]:
        """Return the distinct rows of columns, and which each row is."""
        of_row, count = _renumber(number_rows([self], columns)[0])
        one_row = np.zeros(count, dtype=np.int64)
        one_row[of_row] = np.arange(len(of_row))
        labels = ([self.labels[c][n] for n in self.numbers[c][one_row].tolist()] for c in columns)
        return list(zip(*labels, strict=True)), of_row


def number_tables(tables: Sequence[pa.Table]) -> list[NumberedRows]:
    """Number the labels of tables, the same label with the same number.

    Columns hold `LABEL`s and are those of the first table.
    """
    names = tables[0].column_names
    ends = np.cumsum([table.num_rows for table in tables])[:-1]
    numbers, labels = {}, {}
    for name in names:
        numbers[name], labels[name] = _number_labels([table[name] for table in tables])
    parts = {name: np.split(numbers[name], ends) for name in names}
    return [
        NumberedRows({name: parts[name][place] for name in names}, labels)
        for place in range(len(tables))
    ]


def number_rows(tables: Sequence[NumberedRows], columns: Sequence[str]) -> list[Numbers]:
    """Return one number a row for each table.

    They are comparable between tables that were numbered together.
    """
    totals = [np.zeros(table.count, dtype=np.int64) for table in tables]
    size = 1
    for name in columns:
        distinct = len(tables[0].labels[name])
        if size * distinct > _LARGEST:
            together, size = _renumber(np.concatenate(totals))
            totals = np.split(together, np.cumsum([table.count for table in tables])[:-1])
        for total, table in zip(totals, tables, strict=True):
            np.multiply(total, distinct, out=total)
            np.add(total, table.numbers[name], out=total)
        size *= distinct
    return totals


def count_distinct(numbers: Numbers) -> int:
    """Count the different numbers.

    `np.unique` hashes, and takes ten times as long.
    """
    ordered = np.sort(numbers)
    return int(np.count_nonzero(ordered[1:] != ordered[:-1])) + int(len(ordered) > 0)


def _renumber(numbers: Numbers) -> tuple[Numbers, int]:
    """Replace numbers by those from 0 up; return how many."""
    encoded = pa.array(numbers).dictionary_encode()
    return encoded.indices.to_numpy().astype(np.int64), len(encoded.dictionary)


def _number_labels(columns: Sequence[pa.ChunkedArray]) -> tuple[LabelNumbers, list[str | None]]:
    """Return labels as numbers from 1 up, and the labels.

    0 is a label that is missing.
    """
    chunks = [chunk for column in columns for chunk in column.chunks]
    unified = pa.chunked_array(chunks, type=LABEL).unify_dictionaries()
    labels = unified.chunk(0).dictionary.to_pylist() if unified.num_chunks else []
    numbers = np.empty(len(unified), dtype=np.int32)
    start = 0
    for chunk in unified.chunks:
        places = pc.fill_null(chunk.indices, -1) if chunk.null_count else chunk.indices
        np.add(places.to_numpy(), 1, out=numbers[start : start + len(chunk)])
        start += len(chunk)
    return numbers, [None, *labels]
