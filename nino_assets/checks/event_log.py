"""Dagster's SQLite event log, written in batches of one transaction each.

The whole series is 76 quarters; at one transaction an event, recording what each quarter's checks
said takes two minutes, and as one transaction an asset a few seconds. Dagster hands over batches
by itself (materialisations, with DAGSTER_EVENT_BATCH_SIZE set); its SQLite storage then writes
them one by one, on a new engine each, which compiles every statement anew.

Belongs here: how events reach the disk. What is written is Dagster's own code, unchanged.
Does not belong here: which events there are.
"""

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager

import sqlalchemy
from dagster._core.events.log import EventLogEntry
from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._core.storage.sqlite_storage import DagsterSqliteStorage
from dagster._serdes import ConfigurableClassData
from sqlalchemy.pool import NullPool

WAIT_SECONDS = 300
"""How long a writer waits for another process to finish, as Dagster's own storage does."""


class BatchedEventLog(SqliteEventLogStorage):
    """The SQLite event log with one engine a file and one transaction a batch."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        self._engines: dict[str, sqlalchemy.Engine] = {}
        self._known_tables: set[str] = set()
        self._batch = threading.local()
        super().__init__(base_dir, inst_data)

    def store_event_batch(self, events: Sequence[EventLogEntry]) -> None:
        """Store all events or none of them."""
        self.has_table("asset_check_executions")
        with self._db_lock, ExitStack() as stack:
            self._batch.stack, self._batch.connections = stack, {}
            try:
                for event in events:
                    self.store_event(event)
            finally:
                self._batch.stack = None

    def has_table(self, table_name: str) -> bool:
        if table_name not in self._known_tables and super().has_table(table_name):
            self._known_tables.add(table_name)
        return table_name in self._known_tables

    @contextmanager
    def _connect(self, shard: str) -> Iterator[sqlalchemy.Connection]:
        if getattr(self._batch, "stack", None) is not None:
            yield self._connection_of_batch(shard)
        else:
            with self._db_lock, self._engine(shard).begin() as connection:
                yield connection

    def _connection_of_batch(self, shard: str) -> sqlalchemy.Connection:
        connections: dict[str, sqlalchemy.Connection] = self._batch.connections
        if shard not in connections:
            connections[shard] = self._batch.stack.enter_context(self._engine(shard).begin())
        return connections[shard]

    def _engine(self, shard: str) -> sqlalchemy.Engine:
        if shard not in self._engines:
            self._engines[shard] = sqlalchemy.create_engine(
                self.conn_string_for_shard(shard),
                poolclass=NullPool,
                connect_args={"timeout": WAIT_SECONDS},
            )
        if shard not in self._initialized_dbs:
            self._initdb(self._engines[shard])
            self._initialized_dbs.add(shard)
        return self._engines[shard]


class BatchedSqliteStorage(DagsterSqliteStorage):
    """Dagster's SQLite storage with `BatchedEventLog`: `storage.custom` in `dagster.yaml`."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        super().__init__(base_dir, inst_data)
        self._event_log_storage = BatchedEventLog(self._event_log_storage._base_dir)

    @classmethod
    def from_config_value(  # type: ignore[override]
        cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, str]
    ) -> "BatchedSqliteStorage":
        """Made from `dagster.yaml`: the base class would make one of its own kind."""
        return cls.from_local(config_value["base_dir"], inst_data)
