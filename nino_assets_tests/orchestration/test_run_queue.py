"""Which runs of the web UI wait for which: as Dagster's own daemon reads the settings."""

from __future__ import annotations

from collections.abc import Iterator

import dagster as dg
import pytest
from dagster._core.remote_origin import RegisteredCodeLocationOrigin, RemoteRepositoryOrigin
from dagster._daemon.run_coordinator import QueuedRunCoordinatorDaemon

from nino_assets.orchestration.definitions import defs
from nino_assets.orchestration.instance import HOME_VARIABLE, open_instance
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.folders import Folders

QUARTER = Quarter(2020, 4)
FIELDS = {
    "review": ("record_answer", ("quarter", "check", "by", "decision", "reason")),
    "sign_off": ("record_signature", ("quarter", "role", "by")),
    "correct": ("open_correction", ("quarter", "reason", "by")),
    "check_again": ("judge_again", ("asset",)),
}
CHOICES = {"decision": "accept", "role": "countersign"}
CONFIG = {
    job: {"ops": {op: {"config": {field: CHOICES.get(field, "any") for field in fields}}}}
    for job, (op, fields) in FIELDS.items()
}
STARTED, QUEUED = dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.QUEUED


@pytest.fixture
def instance(folders: Folders, monkeypatch: pytest.MonkeyPatch) -> Iterator[dg.DagsterInstance]:
    monkeypatch.delenv(HOME_VARIABLE, raising=False)
    with open_instance(folders) as instance:
        yield instance


def add_run(
    instance: dg.DagsterInstance,
    job: str,
    quarter: Quarter | None = QUARTER,
    status: dg.DagsterRunStatus = QUEUED,
) -> str:
    resolved = defs.resolve_job_def(job)
    tags = {**resolved.run_tags, **({"dagster/partition": quarter.key} if quarter else {})}
    location = RegisteredCodeLocationOrigin("nino_assets")
    run = instance.create_run_for_job(
        resolved,
        status=status,
        tags=tags,
        run_config=CONFIG.get(job),
        remote_job_origin=RemoteRepositoryOrigin(location, "__repository__").get_job_origin(job),
    )
    return run.run_id


def list_dequeued(instance: dg.DagsterInstance) -> list[str]:
    daemon = QueuedRunCoordinatorDaemon(interval_seconds=1)
    found = daemon._get_runs_to_dequeue(instance, instance.get_concurrency_config(), 0)
    return [run.run_id for run in found]


@pytest.mark.parametrize("job", [*CONFIG])
def test_a_decision_does_not_wait_behind_builds(instance: dg.DagsterInstance, job: str) -> None:
    add_run(instance, "quarter", QUARTER - 1, STARTED)
    add_run(instance, "quarter", QUARTER)
    decision = add_run(instance, job, None)
    assert list_dequeued(instance) == [decision]


def test_the_release_does_not_wait_behind_builds(instance: dg.DagsterInstance) -> None:
    add_run(instance, "quarter", QUARTER - 1, STARTED)
    add_run(instance, "publication", QUARTER - 2)
    release = add_run(instance, "release_quarter", QUARTER)
    assert list_dequeued(instance) == [release]


def test_the_release_goes_before_a_build_of_its_own_quarter(instance: dg.DagsterInstance) -> None:
    add_run(instance, "quarter", QUARTER)
    release = add_run(instance, "release_quarter", QUARTER)
    assert list_dequeued(instance) == [release]


@pytest.mark.parametrize("job", ["quarter", "history", "publication", "__ASSET_JOB"])
def test_one_build_at_a_time_from_the_first_on(instance: dg.DagsterInstance, job: str) -> None:
    first, _ = (add_run(instance, job, QUARTER - back) for back in (1, 0))
    assert list_dequeued(instance) == [first]


@pytest.mark.parametrize("job", ["quarter", "release_quarter"])
def test_a_quarter_waits_for_the_run_that_has_it(instance: dg.DagsterInstance, job: str) -> None:
    add_run(instance, "release_quarter", QUARTER, STARTED)
    add_run(instance, job, QUARTER)
    other = add_run(instance, job, QUARTER - 1)
    assert list_dequeued(instance) == [other]
