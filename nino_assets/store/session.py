"""The DuckDB session in which every record-level stage runs."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import duckdb

from nino_assets.errors import WarehouseError

MEMORY_LIMIT = "3GB"


@contextlib.contextmanager
def open_duckdb_session(spill: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """An in-memory database that spills, encrypted, into the restricted folder `spill`.

    Raises WarehouseError when neither memory nor the disk of that folder has room for a query.
    """
    connection = duckdb.connect()
    try:
        configure_session(connection, spill)
        yield connection
    except (duckdb.OutOfMemoryException, duckdb.IOException) as error:
        if isinstance(error, duckdb.IOException) and "No space left" not in str(error):
            raise
        raise WarehouseError(
            f"{spill.parent.name}/{spill.name} has no room for what does not fit into memory",
            rule=f"a query works in {MEMORY_LIMIT} of memory and spills the rest, encrypted",
            next_step="free some space on that disk, then run the quarter again",
        ) from None
    finally:
        connection.close()


def configure_session(connection: duckdb.DuckDBPyConnection, spill: Path) -> None:
    """Settings that keep DuckDB offline, within memory, and its spilled pages unreadable.

    DuckDB 2.0 refuses to encrypt what it spills without an extension from the network, because its
    own random numbers are not good enough for keys that last. The spill lasts as long as a query,
    in a folder that only its owner may enter, so its own are taken rather than none.
    """
    connection.execute("SET force_mbedtls_unsafe = true")
    connection.execute("SET temp_file_encryption = true")
    connection.execute(f"SET temp_directory = '{str(spill).replace(chr(39), chr(39) * 2)}'")
    connection.execute(f"SET memory_limit = '{MEMORY_LIMIT}'")
    connection.execute("SET preserve_insertion_order = false")
    # DuckDB cannot know how long an Arrow dataset is. Left to guess, it may hold the records in
    # memory and stream the short list past them: joins are written with the short side right.
    connection.execute("SET disabled_optimizers = 'build_side_probe_side'")
    connection.execute("SET autoinstall_known_extensions = false")
    connection.execute("SET enable_progress_bar = false")
