"""Locks of quarters, of deliveries and of files.

Each is the operating system's own lock, and so ends with the process that holds it, however that
ends.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from filelock import FileLock, Timeout

from nino_assets.errors import WarehouseError
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.atomic import explain_disk_errors, share_mode
from nino_assets.store.folders import Folders

WAIT_SECONDS = 300


@contextlib.contextmanager
def lock_file(path: Path) -> Iterator[None]:
    """Hold a lock file; wait while another process holds it.

    Raises WarehouseError, which names the holder, after five minutes.
    """
    try:
        with explain_disk_errors(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            lock = _build_lock(path).acquire(timeout=WAIT_SECONDS)
    except Timeout:
        holder = _describe_holder(path)
        raise WarehouseError(
            f"{path.parent.name}/{path.name} is held by {holder}",
            rule=f"nobody waits longer than {WAIT_SECONDS} seconds for a lock",
            next_step=f"end {holder} if it hangs, then start again",
        ) from None
    with lock:
        yield


@contextlib.contextmanager
def lock_quarters(folders: Folders, quarters: Sequence[Quarter], run: str) -> Iterator[None]:
    """Hold the quarters for the processes of one `run`.

    Raises WarehouseError, at once, when another run is at work on one of them.
    """
    with contextlib.ExitStack() as stack:
        for quarter in sorted(quarters):
            folder = folders.warehouse / "locks" / quarter.label
            stack.enter_context(_lock_quarter(folder, quarter, run))
        yield


@contextlib.contextmanager
def lock_at_once(path: Path, *, held: str, next_step: str) -> Iterator[None]:
    """Hold a lock file for what runs once.

    Raises WarehouseError, which says that it is `held` and by whom, at once.
    """
    try:
        with explain_disk_errors(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            lock = _build_lock(path).acquire(blocking=False)
    except Timeout:
        raise WarehouseError(
            f"{held} by {_describe_holder(path)}",
            rule="one at a time works on a data folder",
            next_step=next_step,
        ) from None
    with lock:
        yield


def lock_shared(folders: Folders, name: str) -> AbstractContextManager[None]:
    """Hold what runs of all quarters share; wait while another makes it."""
    return lock_file(folders.warehouse / "locks" / f"{name}.lock")


@contextlib.contextmanager
def hold_delivery(folders: Folders, delivery: str) -> Iterator[None]:
    """Keep the records of a delivery while it is taken in.

    Several runs may take in the same register at once.
    """
    folder = _find_delivery_holders(folders, delivery)
    with _hold(folder, _name_holder("intake"), lambda _: None):
        yield


@contextlib.contextmanager
def lock_unheld_delivery(folders: Folders, delivery: str) -> Iterator[bool]:
    """Keep others from taking in a delivery; False if one is."""
    folder = _find_delivery_holders(folders, delivery)
    with lock_file(folder.with_suffix(".lock")):
        yield not _list_holders(folder)


def _find_delivery_holders(folders: Folders, delivery: str) -> Path:
    return folders.warehouse / "locks" / "deliveries" / delivery


@contextlib.contextmanager
def _lock_quarter(folder: Path, quarter: Quarter, run: str) -> Iterator[None]:
    """Hold a quarter by one more lock file in the quarter's folder.

    Steps of one run work side by side, each in another process, so each file names the run.
    """

    def refuse_others(holders: Sequence[str]) -> None:
        if any(holder.rsplit(".", 3)[0] != run for holder in holders):
            raise WarehouseError(
                f"{quarter.label} is being built by another run",
                rule="one run at a time for a quarter",
                next_step="wait until it has ended (nino-assets status), then start again",
            )

    with _hold(folder, _name_holder(run), refuse_others):
        yield


def _name_holder(run: str) -> str:
    return f"{run}.{os.getpid()}.{uuid.uuid4().hex}.lock"


@contextlib.contextmanager
def _hold(
    folder: Path, name: str, refuse_others: Callable[[Sequence[str]], None]
) -> Iterator[None]:
    """Hold one more lock file in a folder that several may hold.

    Whoever takes or looks at these files holds the folder meanwhile.
    """
    own = folder / name
    with lock_file(folder.with_suffix(".lock")):
        refuse_others(_list_holders(folder))
        with explain_disk_errors(own):
            folder.mkdir(exist_ok=True)
            lock = _build_lock(own).acquire()
    try:
        with lock:
            yield
    finally:
        own.unlink(missing_ok=True)


def _list_holders(folder: Path) -> list[str]:
    """The names of the lock files in a folder that processes hold."""
    return [path.name for path in sorted(folder.glob("*.lock")) if _is_held(path)]


def _is_held(path: Path) -> bool:
    """Whether a process holds a lock file; deletes one that none does."""
    try:
        with _build_lock(path).acquire(blocking=False):
            path.unlink(missing_ok=True)
    except Timeout:
        return True
    return False


def _describe_holder(path: Path) -> str:
    """The process that holds a lock file, and its account."""
    with contextlib.suppress(OSError, KeyError, ValueError, StopIteration):
        inode = str(path.stat().st_ino)
        locks = (line.split() for line in Path("/proc/locks").read_text("ascii").splitlines())
        pid = next(each[4] for each in locks if each[5].rpartition(":")[2] == inode)
        account = pwd.getpwuid(Path("/proc", pid).stat().st_uid).pw_name
        return f"process {pid} of {account}"
    return "another process"


def _build_lock(path: Path) -> FileLock:
    # A lock that is not the system's own would outlive a process that is killed.
    return FileLock(path, mode=share_mode(path), fallback_to_soft=False)
