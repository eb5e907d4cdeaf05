"""Opens the SQLite files of the event log, to stay open."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy
from sqlalchemy.pool import NullPool

from nino_assets.store.atomic import share_file

_WAIT_SECONDS = 300
"""How long a writer waits for another process to finish, as Dagster's own storage does."""


def open_connection(address: str) -> sqlalchemy.Connection:
    """Open a file of the event log."""
    engine = sqlalchemy.create_engine(
        address,
        poolclass=NullPool,
        connect_args={"timeout": _WAIT_SECONDS, "check_same_thread": False},
    )
    connection = engine.connect()
    # Waits for the disk when the journal is written back, not at each event. A power cut may lose
    # the last events, never part of one; decisions are in another log, which always waits.
    connection.exec_driver_sql("PRAGMA synchronous = NORMAL")
    connection.commit()
    if engine.url.database:
        share_file(Path(engine.url.database))
    return connection
