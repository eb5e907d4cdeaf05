"""Explains why Dagster's storage cannot be read or written.

It is SQLite, whose errors say little, and any command may be the first to meet a full disk. Every
stage explains the file that it writes itself.
"""

from __future__ import annotations

import contextlib
import errno
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from nino_assets.errors import WarehouseError

_FULL = "free some space on that disk, then run again"
_DAMAGED = "restore it from a backup, or move it away, then run again"
_REASONS = (
    ("disk is full", "the disk is full", _FULL),
    # SQLite cannot always tell why a page was not written.
    ("disk I/O error", "the disk is full", _FULL),
    ("readonly database", "it is read-only", "make it writable, then run again"),
    ("unable to open", "it cannot be opened", "give this user write access, then run again"),
    ("malformed", "it is damaged", "restore it from a backup, or move it away, then run again"),
    (
        "not a database",
        "it is damaged",
        "restore it from a backup, or move it away, then run again",
    ),
)
"""Words of SQLite → the reason, and what to do."""


@contextlib.contextmanager
def explain_event_log_errors(folder: Path) -> Iterator[None]:
    """Raise WarehouseError where the event log in a folder cannot be used."""
    try:
        yield
    except Exception as error:
        refusals = [refusal for cause in _list_causes(error) if (refusal := _find(folder, cause))]
        if not refusals:
            raise
        raise refusals[0] from None


def _list_causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _find(folder: Path, error: BaseException) -> WarehouseError | None:
    """The refusal for an error of log or disk, or None."""
    words = str(error) if isinstance(error, sqlite3.Error) else ""
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        words = "disk is full"
    for part, reason, next_step in _REASONS:
        if part in words:
            free = f" ({_measure_free_space(folder)})" if next_step == _FULL else ""
            return WarehouseError(
                f"{folder} cannot be written: {reason}{free}",
                rule="every step of a run is written to the event log",
                next_step=next_step,
            )
    return None


def _measure_free_space(folder: Path) -> str:
    there = next(path for path in (folder, *folder.parents) if path.is_dir())
    return f"{shutil.disk_usage(there).free / 1e6:,.1f} MB free"
