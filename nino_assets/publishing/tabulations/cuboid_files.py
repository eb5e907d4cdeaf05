"""Writes a cuboid's cells as Parquet and as a dense array."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from nino_assets.methods.disclosure.dimensions import Dimension
from nino_assets.statistic import vocabulary as v
from nino_assets.statistic.cuboids import Cuboid
from nino_assets.statistic.published_domain import CELL_COLUMNS

COLUMNS = CELL_COLUMNS[1:]
"""Columns of a cuboid's Parquet file: those of published cells, without the cube."""
_STATUS = pa.array(["", v.LOW])
_LABEL = pa.dictionary(pa.int32(), pa.string())
SCHEMA = pa.schema([(name, pa.int32() if name == "registrations" else _LABEL) for name in COLUMNS])


@dataclass(frozen=True)
class PeriodCells:
    """The cells of one period of a cuboid, in order."""

    period_type: str
    time_period: str
    cells: NDArray[np.int32]


def write_cuboid(
    cuboid: Cuboid, dimensions: Sequence[Dimension], periods: Sequence[PeriodCells], folder: Path
) -> None:
    """Write `<name>.parquet` and `<name>.npy` into a folder.

    `dimensions` are those after the period. Both hold the same cells in the same order, period by
    period; the array is int32 with an axis for each dimension that has more than its total. In
    Parquet a row group is a period.
    """
    sizes = [dimension.labels.height for dimension in dimensions]
    places = int(np.prod(sizes, dtype=np.int64))
    labels = _encode_labels(dimensions, sizes)
    with pq.ParquetWriter(
        folder / f"{cuboid.name}.parquet",
        SCHEMA,
        compression="zstd",
        store_schema=False,
        write_statistics=False,
    ) as writer:
        for period in periods:
            writer.write_table(_build_table(labels, period), row_group_size=max(1, places))
    shape = (len(periods), *(size for size in sizes if size > 1))
    array = np.concatenate([period.cells for period in periods]) if periods else np.zeros(0)
    np.save(folder / f"{cuboid.name}.npy", array.astype(np.int32, copy=False).reshape(shape))


def _encode_labels(dimensions: Sequence[Dimension], sizes: Sequence[int]) -> dict[str, pa.Array]:
    """The label columns of one period's cells, each label once."""
    places = np.arange(int(np.prod(sizes, dtype=np.int64)))
    columns: dict[str, pa.Array] = {}
    for dimension, size in zip(reversed(dimensions), reversed(sizes), strict=True):
        ordinals = (places % size).astype(np.int32)
        places = places // size
        for name in dimension.labels.columns:
            encoded = dimension.labels[name].to_arrow().cast(pa.string()).dictionary_encode()
            taken = np.asarray(encoded.indices)[ordinals]
            columns[name] = pa.DictionaryArray.from_arrays(
                pa.array(taken, pa.int32()), encoded.dictionary
            )
    return columns


def _build_table(labels: dict[str, pa.Array], period: PeriodCells) -> pa.Table:
    cells = len(period.cells)
    low = (period.cells == 0).astype(np.int32)
    filled = labels | {
        "time_period": _repeat(period.time_period, cells),
        "time_period_type": _repeat(period.period_type, cells),
        "registrations": pa.array(period.cells, pa.int32()),
        "observation_status": pa.DictionaryArray.from_arrays(pa.array(low), _STATUS),
    }
    return pa.Table.from_arrays([filled[name] for name in COLUMNS], schema=SCHEMA)


def _repeat(label: str, cells: int) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(
        pa.array(np.zeros(cells, dtype=np.int32)), pa.array([label])
    )
