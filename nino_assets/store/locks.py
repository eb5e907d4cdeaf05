"""One run at a time for a quarter: a second one is told so, at once.

Steps of one run work side by side in processes of their own, so a lock belongs to a run. It is the
operating system's own lock on a file that names the run: it ends with the processes that hold it,
however they end. Belongs here: taking locks. Does not belong here: what is done under them.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from nino_assets.errors import WarehouseError
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.atomic import disk_errors
from nino_assets.store.folders import Folders

_PATIENCE = 2.0
"""Seconds for another process to finish writing the run's name into the lock file."""


@contextlib.contextmanager
def lock_quarters(folders: Folders, quarters: Sequence[Quarter], run: str) -> Iterator[None]:
    """Hold the quarters for `run`; any number of its own processes may hold them together.

    Raises WarehouseError when another run is at work on one of them.
    """
    with contextlib.ExitStack() as stack:
        for quarter in sorted(quarters):
            path = folders.warehouse / "locks" / f"{quarter.label}.lock"
            stack.enter_context(_one(path, quarter, run))
        yield


@contextlib.contextmanager
def _one(path: Path, quarter: Quarter, run: str) -> Iterator[None]:
    with disk_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        if not _taken(handle, run):
            raise WarehouseError(
                f"{quarter.label} is being built by another run",
                rule="one run at a time for a quarter",
                next_step="wait until that run has ended (nino-assets status), then start again",
            )
        yield
    finally:
        os.close(handle)


def _taken(handle: int, run: str) -> bool:
    """Name the run in the file when nobody holds it; share it when the run named is this one."""
    deadline = time.monotonic() + _PATIENCE
    while True:
        if _flock(handle, fcntl.LOCK_EX):
            os.pwrite(handle, run.encode(), 0)
            os.ftruncate(handle, len(run.encode()))
            fcntl.flock(handle, fcntl.LOCK_SH)
            return True
        if _flock(handle, fcntl.LOCK_SH):
            if os.pread(handle, len(run.encode()) + 1, 0) == run.encode():
                return True
            fcntl.flock(handle, fcntl.LOCK_UN)
            return False
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)


def _flock(handle: int, kind: int) -> bool:
    try:
        fcntl.flock(handle, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
