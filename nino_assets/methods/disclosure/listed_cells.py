"""Lists every cell of a cube's domain in published order, zeros included."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from nino_assets.methods.disclosure.dimensions import Dimension
from nino_assets.statistic import vocabulary as v
from nino_assets.statistic.published_domain import CELL_COLUMNS, Cube

CELL_SCHEMA = pa.schema(
    [(name, pa.int64() if name == "registrations" else pa.string()) for name in CELL_COLUMNS]
)

CELLS_A_BATCH = 131_072

Int64Array = NDArray[np.int64]


def list_domain(
    cube: Cube, dimensions: Sequence[Dimension], places: Int64Array, published: Int64Array
) -> Iterator[pa.RecordBatch]:
    """Every cell of the domain in order, in `CELL_SCHEMA`.

    No batch holds cells of two periods.

    `places` are the counted cells' places in the domain, ascending, and `published` their counts;
    the first of `dimensions` is the period.
    """
    sizes = [dimension.labels.height for dimension in dimensions]
    labels = [dimension.labels.to_arrow().combine_chunks() for dimension in dimensions]
    period = int(np.prod(sizes[1:], dtype=np.int64))
    for start in range(0, sizes[0] * period, period):
        for low in range(start, start + period, CELLS_A_BATCH):
            high = min(low + CELLS_A_BATCH, start + period)
            first, last = np.searchsorted(places, [low, high])
            registrations = np.zeros(high - low, dtype=np.int64)
            registrations[places[first:last] - low] = published[first:last]
            members = _look_up_labels(np.arange(low, high), sizes, labels)
            yield _build_batch(cube, members, registrations)


def regroup_by_period(
    streams: Iterable[Iterator[pa.RecordBatch]], periods: Sequence[str]
) -> Iterator[Iterator[pa.RecordBatch]]:
    """For each of `periods`, its batches from each stream in turn.

    Each stream holds its batches in the order of `periods` and may lack some. What is yielded must
    be read before the next is asked for.
    """
    runs = [
        groupby(stream, key=lambda batch: batch["time_period"][0].as_py()) for stream in streams
    ]
    waiting = [next(run, None) for run in runs]

    def stream_batches(period: str) -> Iterator[pa.RecordBatch]:
        for place, run in enumerate(runs):
            found = waiting[place]
            if found is not None and found[0] == period:
                yield from found[1]
                waiting[place] = next(run, None)

    return map(stream_batches, periods)


def _look_up_labels(
    places: Int64Array, sizes: Sequence[int], labels: Sequence[pa.Table]
) -> dict[str, pa.Array]:
    """The label columns of some places of the domain."""
    columns = {}
    rest = places
    for size, members in zip(reversed(sizes), reversed(labels), strict=True):
        ordinals = pa.array(rest % size)
        rest = rest // size
        for name in members.column_names:
            columns[name] = members[name].combine_chunks().take(ordinals)
    return columns


def _build_batch(
    cube: Cube, columns: dict[str, pa.Array], registrations: Int64Array
) -> pa.RecordBatch:
    cells = len(registrations)
    filled = columns | {
        "cube": pa.repeat(cube.name, cells),
        "time_period_type": pa.repeat(cube.period, cells),
        "registrations": pa.array(registrations),
        "observation_status": pa.array(np.where(registrations == 0, v.LOW, "")),
    }
    return pa.RecordBatch.from_arrays(
        [filled[name].cast(CELL_SCHEMA.field(name).type) for name in CELL_COLUMNS],
        schema=CELL_SCHEMA,
    )
