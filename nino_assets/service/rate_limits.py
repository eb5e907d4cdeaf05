"""Counts the requests of each key or address, by the hour.

The counts are in one small file that all workers share. Its size is fixed: who invents keys takes
no memory. A key or address has a slot by its keyed hash; two may rarely share one.
"""

from __future__ import annotations

import fcntl
import hashlib
import mmap
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from struct import Struct

KINDS = ("", "Schema", "Table")
"""What is counted apart: every request, those of /schema, those of /table."""

HOUR = 3600
_SLOTS = 1 << 16
_SLOT = Struct("<4q")
_SECRET = 32


@dataclass(frozen=True)
class Allowance:
    """What a bucket may still ask for in this hour, by kind."""

    limit: int
    remaining: tuple[int, ...]
    reset: int

    def to_json(self, kind: str) -> dict[str, int]:
        """The answer of a /rate_limit endpoint; `reset` is in ms since 1970."""
        return {
            "remaining": self.remaining[KINDS.index(kind)],
            "reset": self.reset * 1000,
            "limit": self.limit,
        }

    def list_headers(self) -> Iterator[tuple[str, str]]:
        """The headers that every answer carries."""
        for kind, remaining in zip(KINDS, self.remaining, strict=True):
            end = f"-{kind}" if kind else ""
            yield f"X-RateLimit{end}", str(self.limit)
            yield f"X-RateLimit-Remaining{end}", str(remaining)
            yield f"X-RateLimit-Reset{end}", str(self.reset * 1000)


class RateLimits:
    """The counts of requests.

    `path` is the file that workers share; blank for one of this process.
    """

    def __init__(self, path: str = "") -> None:
        if path:
            self._handle = os.open(path, os.O_RDWR)
        else:
            with make_counters() as file:
                self._handle = os.dup(file.fileno())
        self._counts = mmap.mmap(self._handle, _SECRET + _SLOTS * _SLOT.size)
        self._secret = self._counts[:_SECRET]

    def take(self, bucket: str, limit: int, kinds: frozenset[str], amount: int = 1) -> bool:
        """Count a request; False, and nothing counted, beyond the limit.

        A negative `amount` gives back what cost nothing.
        """
        with self._open_slot(bucket) as (start, hour, counts):
            places = [KINDS.index(kind) for kind in kinds]
            if amount > 0 and any(counts[place] >= limit for place in places):
                return False
            for place in places:
                counts[place] = max(0, counts[place] + amount)
            _SLOT.pack_into(self._counts, start, hour, *counts)
            return True

    def read(self, bucket: str, limit: int) -> Allowance:
        """What is left of the hour's allowance."""
        with self._open_slot(bucket) as (_, hour, counts):
            left = tuple(max(0, limit - count) for count in counts)
            return Allowance(limit, left, (hour + 1) * HOUR)

    def compute_wait(self) -> int:
        """Seconds until the next hour."""
        return HOUR - int(time.time()) % HOUR

    @contextmanager
    def _open_slot(self, bucket: str) -> Iterator[tuple[int, int, list[int]]]:
        """Lock a bucket's slot: its place, the hour, its counts."""
        digest = hashlib.blake2b(bucket.encode("utf-8", "replace"), key=self._secret).digest()
        start = _SECRET + int.from_bytes(digest[:4]) % _SLOTS * _SLOT.size
        hour = int(time.time()) // HOUR
        fcntl.lockf(self._handle, fcntl.LOCK_EX, _SLOT.size, start)
        try:
            held, *counts = _SLOT.unpack_from(self._counts, start)
            yield start, hour, counts if held == hour else [0] * len(KINDS)
        finally:
            fcntl.lockf(self._handle, fcntl.LOCK_UN, _SLOT.size, start)


def make_counters() -> tempfile._TemporaryFileWrapper[bytes]:
    """Make the file of counts, which goes when it is closed."""
    file = tempfile.NamedTemporaryFile(prefix="nino-assets-counters-")  # noqa: SIM115 - see above
    file.write(os.urandom(_SECRET))
    file.truncate(_SECRET + _SLOTS * _SLOT.size)
    file.flush()
    return file
