"""Streams of batches are joined, and made ready ahead, without a row lost or an error hidden."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pytest

from nino_assets.store.streams import prefetch, rebatch


def batches(*sizes: int) -> Iterator[pa.RecordBatch]:
    start = 0
    for size in sizes:
        yield pa.record_batch([pa.array(range(start, start + size))], names=["n"])
        start += size


def test_small_batches_are_joined_until_there_are_enough_rows() -> None:
    tables = list(rebatch(batches(3, 4, 5, 1, 20, 2), rows=8))
    assert [table.num_rows for table in tables] == [12, 21, 2]
    assert pa.concat_tables(tables)["n"].to_pylist() == list(range(35))


def test_what_is_made_ahead_comes_in_order() -> None:
    assert [b.num_rows for b in prefetch(batches(*range(20)))] == list(range(20))


def test_what_making_raises_is_raised_to_the_reader() -> None:
    def broken() -> Iterator[pa.RecordBatch]:
        yield from batches(1)
        raise KeyError("broken")

    stream = prefetch(broken())
    assert next(stream).num_rows == 1
    with pytest.raises(KeyError, match="broken"):
        next(stream)


def test_a_stream_that_is_given_up_leaves_no_thread() -> None:
    def endless() -> Iterator[pa.RecordBatch]:
        while True:
            yield from batches(1)

    stream: Any = prefetch(endless())
    next(stream)
    stream.close()
    assert not [t for t in threading.enumerate() if t.name == "prefetch"]
