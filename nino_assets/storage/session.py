"""The DuckDB session in which every record-level stage runs.

Belongs here: how DuckDB is set up. Does not belong here: any SQL of the statistic.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import duckdb

MEMORY_LIMIT = "3GB"


@contextlib.contextmanager
def duckdb_session(spill: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """An in-memory database that spills, encrypted, into the restricted folder `spill`."""
    connection = duckdb.connect()
    try:
        set_up(connection, spill)
        yield connection
    finally:
        connection.close()


def set_up(connection: duckdb.DuckDBPyConnection, spill: Path) -> None:
    """Settings that keep DuckDB offline, within memory, and its spilled pages unreadable."""
    connection.execute("SET temp_file_encryption = true")
    connection.execute(f"SET temp_directory = '{str(spill).replace(chr(39), chr(39) * 2)}'")
    connection.execute(f"SET memory_limit = '{MEMORY_LIMIT}'")
    connection.execute("SET preserve_insertion_order = false")
    connection.execute("SET autoinstall_known_extensions = false")
    connection.execute("SET enable_progress_bar = false")
