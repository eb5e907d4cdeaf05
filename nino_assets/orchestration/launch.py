"""Runs a job in this process, on the web UI's instance."""

from __future__ import annotations

import contextlib
import os
import uuid
from collections.abc import Iterator, Sequence
from datetime import date

import dagster as dg

from nino_assets.errors import DeliveryError, NinoError
from nino_assets.orchestration import jobs
from nino_assets.orchestration.assets.catalogue import open_warehouse
from nino_assets.orchestration.command_line_runs import build_tags
from nino_assets.orchestration.dagster_internals import remove_unreached_checks
from nino_assets.orchestration.definitions import defs
from nino_assets.orchestration.partitions import QUARTERS, RANGE_END, RANGE_START
from nino_assets.orchestration.progress import ProgressReporter, Say
from nino_assets.releases.wanted_builds import find_obstacles
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.folders import Folders
from nino_assets.store.locks import lock_quarters

_BATCH_SIZE = "DAGSTER_EVENT_BATCH_SIZE"


def run_job(  # noqa: PLR0913 - one argument a fact of the run
    instance: dg.DagsterInstance,
    folders: Folders,
    job_name: str,
    quarters: Sequence[Quarter],
    say: Say,
    *,
    if_stopped: str,
) -> bool:
    """Run a job for the quarters and return whether everything passed.

    Several quarters are one run. Nothing is planned when the pre-flight finds what would stop it.
    Progress, failed checks and refusals go to `say`. At the end of a
    run that did not pass, `if_stopped` is said, and last of all what stopped it, once more.
    Raises DeliveryError for a quarter that has not ended, and WarehouseError when another run is at
    work on one of the quarters.
    """
    _refuse_unended(quarters[-1])
    job = defs.resolve_job_def(job_name)
    first, last = quarters[0], quarters[-1]
    tags = build_tags()
    if first != last:
        tags[RANGE_START] = first.key
        tags[RANGE_END] = last.key
    run_id = str(uuid.uuid4())
    with lock_quarters(folders, quarters, run_id), _batch_events():
        obstacles = _find_obstacles(folders, job_name, quarters)
        if obstacles:
            _say_stops(say, if_stopped, [str(obstacle) for obstacle in obstacles])
            return False
        reporter = ProgressReporter(say, is_range=first != last)
        instance.add_event_listener(run_id, reporter)
        result = job.execute_in_process(
            instance=instance,
            run_id=run_id,
            partition_key=first.key if first == last else None,
            tags=tags,
            run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
            raise_on_error=False,
        )
    if not result.success:
        remove_unreached_checks(instance, run_id)
        _say_stops(say, if_stopped, reporter.list_stops())
    return result.success


def _say_stops(say: Say, if_stopped: str, stops: Sequence[str]) -> None:
    say(f"\n{if_stopped}")
    for stop in stops:
        say(stop)


def _find_obstacles(
    folders: Folders, job_name: str, quarters: Sequence[Quarter]
) -> Sequence[NinoError]:
    """What would stop a job that takes in a delivery."""
    if job_name not in (jobs.quarter.name, jobs.history.name):
        return ()
    return find_obstacles(open_warehouse(folders), quarters, today=date.today())


def _refuse_unended(quarter: Quarter) -> None:
    if not QUARTERS.has_partition_key(quarter.key):
        raise DeliveryError(
            f"{quarter.label} has not ended",
            rule="a quarter is built after its last day",
            next_step="name a quarter that has ended",
        )


@contextlib.contextmanager
def _batch_events() -> Iterator[None]:
    """Let Dagster store the events of a range in batches.

    It is a setting of its environment, which is put back after the run.
    """
    before = os.environ.get(_BATCH_SIZE)
    os.environ[_BATCH_SIZE] = "1000"
    try:
        yield
    finally:
        if before is None:
            del os.environ[_BATCH_SIZE]
        else:
            os.environ[_BATCH_SIZE] = before
