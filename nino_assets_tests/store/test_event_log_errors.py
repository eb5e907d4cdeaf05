"""Each error of SQLite that a disk or a folder can cause is told in words."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from nino_assets.errors import WarehouseError
from nino_assets.store.event_log_errors import explain_event_log_errors


def fill(path: Path) -> None:
    """A real error of SQLite: the database may not grow."""
    with sqlite3.connect(path) as held:
        held.execute("CREATE TABLE events (text TEXT)")
        held.execute("PRAGMA max_page_count = 2")
        held.execute("INSERT INTO events VALUES (?)", ("x" * 100_000,))


def write_read_only(path: Path) -> None:
    sqlite3.connect(path).execute("CREATE TABLE events (text TEXT)").connection.close()
    sqlite3.connect(f"file:{path}?mode=ro", uri=True).execute("CREATE TABLE more (text TEXT)")


def open_text(path: Path) -> None:
    path.write_text("no database " * 100, encoding="utf-8")
    sqlite3.connect(path).execute("SELECT * FROM sqlite_master")


def open_folder(path: Path) -> None:
    path.mkdir()
    sqlite3.connect(path).execute("SELECT 1")


def fill_file(path: Path) -> None:
    raise OSError(errno.ENOSPC, "No space left on device", str(path))


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (fill, "the disk is full"),
        (fill_file, "the disk is full"),
        (write_read_only, "it is read-only"),
        (open_text, "it is damaged"),
        (open_folder, "it cannot be opened"),
    ],
)
def test_each_error_is_told_with_its_cause(
    tmp_path: Path, spoil: Callable[[Path], None], words: str
) -> None:
    with pytest.raises(WarehouseError) as caught, explain_event_log_errors(tmp_path):
        try:
            spoil(tmp_path / "runs.db")
        except Exception as error:
            # As a library wraps it.
            raise RuntimeError("(sqlite3.OperationalError) INSERT INTO ...") from error
    assert caught.value.what.startswith(f"{tmp_path} cannot be written: {words}")
    assert caught.value.next_step.endswith("run again")


def test_another_error_is_left_as_it_is(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), explain_event_log_errors(tmp_path):
        raise ZeroDivisionError
    with pytest.raises(sqlite3.OperationalError), explain_event_log_errors(tmp_path):
        sqlite3.connect(":memory:").execute("SELECT * FROM nowhere")
