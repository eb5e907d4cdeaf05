"""Streams of Arrow batches: joined into larger ones, made ready while the one before is in use.

Does not belong here: what a batch holds, and the files that it is read from or written to.
"""

from __future__ import annotations

import contextlib
import queue
import threading
from collections.abc import Iterable, Iterator

import pyarrow as pa

_READ_AHEAD = 1
"""Batches that are made ready while the one before is in use."""


def ahead(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """The batches, the next one being made by a thread of its own while one is in use.

    What the making of a batch raises is raised here. The thread ends when this is closed.
    """
    made: queue.Queue[pa.RecordBatch | BaseException | None] = queue.Queue(_READ_AHEAD)
    given_up = threading.Event()

    def put(item: pa.RecordBatch | BaseException | None) -> None:
        while not given_up.is_set():
            with contextlib.suppress(queue.Full):
                return made.put(item, timeout=0.1)

    def make() -> None:
        try:
            for batch in batches:
                put(batch)
                if given_up.is_set():
                    return
            put(None)
        except BaseException as raised:
            put(raised)

    maker = threading.Thread(target=make, name="batches-ahead")
    maker.start()
    try:
        while (item := made.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            yield item
    finally:
        given_up.set()
        maker.join()


def gathered(batches: Iterable[pa.RecordBatch], rows: int) -> Iterator[pa.Table]:
    """Join small batches into tables of at least so many rows, the last one aside."""
    held: list[pa.RecordBatch] = []
    for batch in batches:
        held.append(batch)
        if sum(b.num_rows for b in held) >= rows:
            yield pa.Table.from_batches(held)
            held = []
    if held:
        yield pa.Table.from_batches(held)
