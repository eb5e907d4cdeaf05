"""Dagster's SQLite event log, written in batches of one transaction each.

The whole series is 76 quarters; at one transaction an event, recording what each quarter's checks
said takes two minutes, and as one transaction an asset a few seconds. Dagster hands over batches
by itself (materialisations, with DAGSTER_EVENT_BATCH_SIZE set); its SQLite storage then writes
them one by one, on a new engine each, which compiles every statement anew.

Belongs here: how events reach the disk, and are found there. What is written is Dagster's own code,
unchanged. Does not belong here: which events there are.
"""

import os
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager

import dagster as dg
import sqlalchemy
from dagster._core.events.log import EventLogEntry
from dagster._core.storage.asset_check_execution_record import (
    AssetCheckExecutionRecordStatus,
    AssetCheckPartitionInfo,
)
from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._core.storage.event_log.schema import AssetCheckExecutionsTable
from dagster._core.storage.sqlite_storage import DagsterSqliteStorage
from dagster._serdes import ConfigurableClassData
from sqlalchemy.pool import StaticPool

WAIT_SECONDS = 300
"""How long a writer waits for another process to finish, as Dagster's own storage does."""

KEPT_OPEN = 4
"""The web server looks at many runs, each a file of its own; a run writes to two."""


class BatchedEventLog(SqliteEventLogStorage):
    """The SQLite event log with one open connection a file and one transaction a batch.

    Dagster's own lock lets one thread at a time use a connection.
    """

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
                    super().store_event(event)
            finally:
                self._batch.stack = None
        for run_id in {event.run_id for event in events}:
            # Whoever follows a run in the web UI waits for a change of this file; while it is open,
            # SQLite changes the one beside it.
            os.utime(self.path_for_shard(run_id))

    def store_event(self, event: EventLogEntry) -> None:
        """Store an event, and what the index tells of it, at once."""
        self.store_event_batch([event])

    def get_asset_check_partition_info(
        self,
        keys: Sequence[dg.AssetCheckKey],
        after_storage_id: int | None = None,
        partition_keys: Sequence[str] | None = None,
    ) -> Sequence[AssetCheckPartitionInfo]:
        """What Dagster's own gives, from one query an asset and not three a check."""
        if after_storage_id is not None:
            return super().get_asset_check_partition_info(keys, after_storage_id, partition_keys)
        infos: list[AssetCheckPartitionInfo] = []
        for asset in sorted({key.asset_key for key in keys}):
            own = {key.name: key for key in keys if key.asset_key == asset}
            infos += self._infos_of(asset, own, partition_keys)
        return infos

    def _infos_of(
        self,
        asset: dg.AssetKey,
        checks: Mapping[str, dg.AssetCheckKey],
        partition_keys: Sequence[str] | None,
    ) -> Iterator[AssetCheckPartitionInfo]:
        executions = AssetCheckExecutionsTable.c
        wanted = [
            executions.asset_key == asset.to_string(),
            executions.check_name.in_(checks),
            # Plans of old versions of Dagster.
            executions.evaluation_event_storage_id.isnot(None),
        ]
        if partition_keys is not None:
            wanted.append(executions.partition.in_(partition_keys))
        newest = (
            sqlalchemy.select(sqlalchemy.func.max(executions.id))
            .where(*wanted)
            .group_by(executions.check_name, executions.partition)
        )
        query = sqlalchemy.select(
            executions.check_name,
            executions.partition,
            executions.execution_status,
            executions.evaluation_event_storage_id,
            executions.materialization_event_storage_id,
            executions.run_id,
        ).where(executions.id.in_(newest))
        materialized = self.get_latest_storage_id_by_partition(
            asset,
            dg.DagsterEventType.ASSET_MATERIALIZATION,
            None if partition_keys is None else set(partition_keys),
        )
        whole = self._get_latest_unpartitioned_materialization_storage_ids([asset]).get(asset)
        with self.index_connection() as connection:
            rows = connection.execute(query).all()
        for row in rows:
            known = [id_ for id_ in (materialized.get(row.partition), whole) if id_]
            yield AssetCheckPartitionInfo(
                check_key=checks[row.check_name],
                partition_key=row.partition,
                latest_execution_status=AssetCheckExecutionRecordStatus(row.execution_status),
                latest_target_materialization_storage_id=row.materialization_event_storage_id,
                latest_planned_run_id=row.run_id,
                latest_check_event_storage_id=row.evaluation_event_storage_id,
                latest_materialization_storage_id=max(known, default=None),
            )

    def has_table(self, table_name: str) -> bool:
        if table_name not in self._known_tables and super().has_table(table_name):
            self._known_tables.add(table_name)
        return table_name in self._known_tables

    def wipe(self) -> None:
        self._close()
        super().wipe()

    def dispose(self) -> None:
        self._close()
        super().dispose()

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
        engine = self._engines.pop(shard, None) or self._new_engine(shard)
        self._engines[shard] = engine  # the last used is the last of them
        if getattr(self._batch, "stack", None) is None:
            for unused in list(self._engines)[:-KEPT_OPEN]:
                self._engines.pop(unused).dispose()
        if shard not in self._initialized_dbs:
            self._initdb(engine)
            self._initialized_dbs.add(shard)
        return engine

    def _new_engine(self, shard: str) -> sqlalchemy.Engine:
        engine = sqlalchemy.create_engine(
            self.conn_string_for_shard(shard),
            poolclass=StaticPool,
            connect_args={"timeout": WAIT_SECONDS, "check_same_thread": False},
        )
        sqlalchemy.event.listen(engine, "connect", _sync_at_checkpoints)
        return engine

    def _close(self) -> None:
        with self._db_lock:
            while self._engines:
                self._engines.popitem()[1].dispose()


def _sync_at_checkpoints(connection: sqlite3.Connection, _record: object) -> None:
    """Let SQLite wait for the disk when it folds its write-ahead log in, not at each transaction.

    What a process wrote outlives it. A power cut may take the last events, never part of one, and
    leaves the log whole: a verdict that is lost was never given, so its check runs again. Decisions
    and signatures are in logs of their own (`storage/`), which wait.
    """
    connection.execute("PRAGMA synchronous = NORMAL")


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
