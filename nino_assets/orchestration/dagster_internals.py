"""Every private part of Dagster that is used, each with the reason.

Dagster may change these parts in any version: `test_dagster_internals.py` says what is relied on.
"""

import os
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import dagster as dg
import sqlalchemy

# A result names the materialisation that it is about, and the public interface has no such type.
from dagster._core.definitions.asset_checks.asset_check_evaluation import (
    AssetCheckEvaluationTargetMaterializationData,
)

# Walks back quarter by quarter, each time it is asked: a second of the build of one quarter.
from dagster._core.definitions.partitions.mapping import time_window

# Without it, the log gives the last result on any quarter.
from dagster._core.event_api import PartitionKeyFilter

# Works out the same quarters again for each check of a page: seven seconds with a hundred.
from dagster._core.storage import asset_check_state

# Tells a check that a run has only planned from one with a result.
from dagster._core.storage.asset_check_execution_record import (
    AssetCheckExecutionRecord,
    AssetCheckExecutionRecordStatus,
    AssetCheckPartitionInfo,
)

# Opens and closes a file three times an event: minutes for the 9,000 results of a whole history.
from dagster._core.storage.event_log import SqliteEventLogStorage

# A planned check without a result can be taken away in no other way.
from dagster._core.storage.event_log.schema import AssetCheckExecutionsTable

from nino_assets.governance.check_result import CheckStatus
from nino_assets.orchestration.event_log_files import open_connection
from nino_assets.orchestration.run_events import find_materialization, has_same_content, is_of_run

_COMPLETED = {AssetCheckExecutionRecordStatus.SUCCEEDED, AssetCheckExecutionRecordStatus.FAILED}
_INDEX = "index"
_ANY = dg.AssetKey("any")
_CHECKS = "_checks"
"""Ends the name of the step that judges an asset (`checks/factory.py`)."""

Target = AssetCheckEvaluationTargetMaterializationData
"""The materialisation that a result is about."""

Partition = str | None
"""A partition key; None for an asset without partitions."""


def keep_partition_offsets() -> None:
    """Let Dagster work out each offset between partitions once a process."""
    if not hasattr(time_window._offsetted_datetime, "cache_info"):
        time_window._offsetted_datetime = cache(time_window._offsetted_datetime)


def keep_check_partitions() -> None:
    """Let Dagster work out a partition once, and not for each check."""
    state: Any = asset_check_state
    subset = state.SerializableEntitySubset
    make, is_valid = subset.from_coercible_value, state._valid_partition_key
    if not hasattr(is_valid, "cache_info"):
        find = cache(lambda partition, partitions: make(_ANY, partition, partitions).value)
        state._valid_partition_key = cache(is_valid)
        subset.from_coercible_value = lambda key, value, partitions: (
            subset(key=key, value=find(value, partitions))
            if isinstance(value, str)
            else make(key, value, partitions)
        )


def read_latest_statuses(
    instance: dg.DagsterInstance,
    checks: Sequence[dg.AssetCheckKey],
    partitions: Sequence[Partition],
) -> dict[tuple[dg.AssetCheckKey, Partition], CheckStatus]:
    """Read how each check stands on each partition it ran on.

    It is `FAILED`, `PASSED`, or `OUT_OF_DATE` for a pass from before the last materialisation. A
    run that has planned a check and not come to it leaves the result before it in force.
    """
    log = instance.event_log_storage
    keys = [partition for partition in partitions if partition is not None]
    statuses = {}
    for info in log.get_asset_check_partition_info(checks, partition_keys=keys or None):
        # A run for quarters plans the checks of assets without any for each of its quarters, too.
        if info.partition_key in partitions:
            status = _read_status(instance, info)
            if status:
                statuses[info.check_key, info.partition_key] = status
    return statuses


def _read_status(instance: dg.DagsterInstance, info: AssetCheckPartitionInfo) -> CheckStatus | None:
    status, target = info.latest_execution_status, info.latest_target_materialization_storage_id
    if status not in _COMPLETED or not is_of_run(info.latest_planned_run_id):
        record = _read_last_completed(instance, info.check_key, info.partition_key)
        if record is None:
            return None
        status = record.status
        about = record.evaluation.target_materialization_data if record.evaluation else None
        target = about.storage_id if about else None
    if status != AssetCheckExecutionRecordStatus.SUCCEEDED:
        return CheckStatus.FAILED
    if target == info.latest_materialization_storage_id:
        return CheckStatus.PASSED
    newest = find_materialization(instance, info.check_key.asset_key, info.partition_key)
    made = newest.storage_id if newest else None
    is_current = has_same_content(instance, info.check_key.asset_key, target, made)
    return CheckStatus.PASSED if is_current else CheckStatus.OUT_OF_DATE


def read_latest_evaluations(
    instance: dg.DagsterInstance, checks: Sequence[dg.AssetCheckKey], partition: Partition
) -> dict[dg.AssetCheckKey, dg.AssetCheckEvaluation]:
    """Read the last evaluation of each check on one partition, if any."""
    latest = instance.event_log_storage.get_latest_asset_check_execution_by_key(
        checks, partition_filter=PartitionKeyFilter(key=partition)
    )
    evaluations = {}
    for check, record in latest.items():
        completed: AssetCheckExecutionRecord | None = record
        if record.status not in _COMPLETED or not is_of_run(record.run_id):
            completed = _read_last_completed(instance, check, partition)
        if completed and completed.evaluation:
            evaluations[check] = completed.evaluation
    return evaluations


def _read_last_completed(
    instance: dg.DagsterInstance, check: dg.AssetCheckKey, partition: Partition
) -> AssetCheckExecutionRecord | None:
    # Beside runs' results there is at most one that no run wrote.
    records = instance.event_log_storage.get_asset_check_execution_history(
        check, limit=2, status=_COMPLETED, partition_filter=PartitionKeyFilter(key=partition)
    )
    return next((record for record in records if is_of_run(record.run_id)), None)


def remove_unreached_checks(instance: dg.DagsterInstance, run_id: str) -> None:
    """Remove planned checks that a run did not come to.

    Dagster shows "Execution failed" in place of the result before it. What was begun stays.
    """
    starts = instance.all_logs(run_id, dg.DagsterEventType.STEP_START)
    begun = [
        dg.AssetKey(step.removesuffix(_CHECKS)).to_string()
        for step in (str(event.step_key) for event in starts)
        if step.endswith(_CHECKS)
    ]
    table = AssetCheckExecutionsTable.c
    log: Any = instance.event_log_storage
    with log.index_connection() as connection:
        connection.execute(
            AssetCheckExecutionsTable.delete().where(
                table.run_id == run_id,
                table.execution_status == AssetCheckExecutionRecordStatus.PLANNED.value,
                table.asset_key.not_in(begun),
            )
        )


def store_evaluations(
    context: dg.OpExecutionContext, evaluations: Sequence[dg.AssetCheckEvaluation]
) -> None:
    """Write evaluations as events of this run, on SQLite all at once.

    They are events of a run, because Dagster keeps only one evaluation without a run for a check
    and partition, ever.
    """
    step = str(context.op_handle)
    events = [_event(context.run, step, evaluation) for evaluation in evaluations]
    log = context.instance.event_log_storage
    if isinstance(log, _OpenEventLog):
        log.store_event_batch(events)
    else:
        # PostgreSQL's own batches take no results of checks.
        for event in events:
            log.store_event(event)


def _event(run: dg.DagsterRun, step: str, evaluation: dg.AssetCheckEvaluation) -> dg.EventLogEntry:
    result = "passed" if evaluation.passed else "did not pass"
    message = f"Check '{evaluation.check_name}' {result} for {evaluation.partition}."
    return dg.EventLogEntry(  # type: ignore[no-untyped-call]
        user_message=message,
        level="INFO",
        job_name=run.job_name,
        run_id=run.run_id,
        error_info=None,
        timestamp=time.time(),
        step_key=step,
        dagster_event=dg.DagsterEvent(
            event_type_value=dg.DagsterEventType.ASSET_CHECK_EVALUATION.value,
            event_specific_data=evaluation,
            job_name=run.job_name,
            step_key=step,
            message=message,
        ),
    )


def keep_event_log_open(instance: dg.DagsterInstance) -> None:
    """Keep the files of a SQLite event log open, in this process.

    They are closed with the instance. An event log in another database stays as it is.
    """
    log = instance.event_log_storage
    if type(log) is SqliteEventLogStorage:
        # The instance takes its storage from its settings, and offers no way to hand in another.
        instance._event_storage = _OpenEventLog(_folder(log))
        instance._event_storage.register_instance(instance)
        log.dispose()


def _folder(log: SqliteEventLogStorage) -> str:
    return str(Path(log.path_for_shard(_INDEX)).parent)


class _OpenEventLog(SqliteEventLogStorage):
    """Dagster's SQLite event log with files that stay open.

    It keeps one connection a file and writes a batch in one transaction. The statements are
    Dagster's own, and other processes read the files as before. Dagster itself opens a file for
    each statement; closing it then writes the journal back and waits for the disk.
    """

    def __init__(self, base_dir: str) -> None:
        self._connections: dict[str, sqlalchemy.Connection] = {}
        self._one_thread = threading.RLock()
        self._tables: set[str] = set()
        super().__init__(base_dir)

    @contextmanager
    def run_connection(self, run_id: str | None = None) -> Iterator[sqlalchemy.Connection]:
        """Connect to a run's file, in the open transaction if any."""
        with self._one_thread:
            shard = str(run_id)
            if shard not in self._connections:
                with super().run_connection(shard):
                    """Makes the tables of a new file."""
                self._connections[shard] = open_connection(self.conn_string_for_shard(shard))
            connection = self._connections[shard]
            if connection.in_transaction():
                yield connection
            else:
                with connection.begin():
                    yield connection

    def index_connection(self) -> AbstractContextManager[sqlalchemy.Connection]:
        """Connect to the file of all runs."""
        return self.run_connection(_INDEX)

    def store_event(self, event: dg.EventLogEntry) -> None:
        """Store an event, and what the index tells of it, at once."""
        self.store_event_batch([event])

    def store_event_batch(self, events: Sequence[dg.EventLogEntry]) -> None:
        """Store all events or none of them."""
        run_ids = {event.run_id for event in events}
        with ExitStack() as transactions:
            for shard in (*run_ids, _INDEX):
                transactions.enter_context(self.run_connection(shard))
            for event in events:
                super().store_event(event)
        for run_id in run_ids:
            # The web UI watches this file to follow a run, and SQLite changes its journal first.
            os.utime(self.path_for_shard(run_id))

    def has_table(self, table_name: str) -> bool:
        """Whether the shared file has a table: asked for each event."""
        if table_name not in self._tables and super().has_table(table_name):
            self._tables.add(table_name)
        return table_name in self._tables

    def dispose(self) -> None:
        """Close all files."""
        while self._connections:
            connection = self._connections.popitem()[1]
            connection.close()
            connection.engine.dispose()
        super().dispose()
