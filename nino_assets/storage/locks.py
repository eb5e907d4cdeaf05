"""One run at a time for a quarter: a second one is told so, at once.

The lock is the operating system's own, so it ends with the process that holds it, however it ends.
Belongs here: taking and naming locks. Does not belong here: what is done under them.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from nino_assets.errors import WarehouseError
from nino_assets.quarters import Quarter
from nino_assets.storage.atomic import disk_errors
from nino_assets.storage.folders import Folders

_held: set[Path] = set()


@contextlib.contextmanager
def quarters_locked(folders: Folders, quarters: Sequence[Quarter]) -> Iterator[None]:
    """Hold the quarters for this process; a nested hold in the same process is free.

    Raises WarehouseError when another process is at work on one of them.
    """
    with contextlib.ExitStack() as stack:
        for quarter in sorted(quarters):
            stack.enter_context(
                _one(folders.warehouse / "locks" / f"{quarter.label}.lock", quarter)
            )
        yield


@contextlib.contextmanager
def _one(path: Path, quarter: Quarter) -> Iterator[None]:
    if path in _held:
        yield
        return
    with disk_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise WarehouseError(
                f"{quarter.label} is being built by another run",
                rule="one run at a time for a quarter",
                next_step="wait until that run has ended (nino-assets status), then start again",
            ) from None
        _held.add(path)
        yield
    finally:
        _held.discard(path)
        os.close(handle)
