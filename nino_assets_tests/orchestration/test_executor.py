"""A run of the web UI holds its quarters from its first step to its last."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import dagster as dg
import pytest

from nino_assets.errors import WarehouseError
from nino_assets.orchestration.definitions import defs
from nino_assets.orchestration.executor import QuarterLockingExecutor
from nino_assets.orchestration.partitions import PARTITION, RANGE_END, RANGE_START
from nino_assets.orchestration.run_ends import describe_failure
from nino_assets.statistic.quarters import Quarter
from nino_assets.statistic.reference_folder import DATA_DIR_VARIABLE
from nino_assets.store.folders import Folders
from nino_assets.store.locks import lock_quarters

QUARTER = Quarter(2020, 4)
ONE = {PARTITION: QUARTER.key}
RANGE = {RANGE_START: (QUARTER - 2).key, RANGE_END: (QUARTER + 1).key}


SETTINGS: Any = dg.in_process_executor.config_schema


class TwoSteps:
    """Two steps, after each of which whoever reads the events has its turn."""

    def execute(self, plan_context: Any, execution_plan: Any) -> Iterator[str]:
        yield from ("first", "second")


@pytest.fixture
def place(folders: Folders, monkeypatch: pytest.MonkeyPatch) -> Folders:
    monkeypatch.setenv(DATA_DIR_VARIABLE, str(folders.root))
    return folders


def execute(tags: dict[str, str], run: str = "a run") -> Iterator[Any]:
    context = SimpleNamespace(dagster_run=SimpleNamespace(tags=tags, run_id=run))
    return QuarterLockingExecutor(TwoSteps()).execute(context, None)


@pytest.mark.parametrize("tags", [ONE, RANGE])
def test_between_two_steps_the_quarter_is_held(place: Folders, tags: dict[str, str]) -> None:
    events = execute(tags)
    assert next(events) == "first"
    with (
        pytest.raises(WarehouseError, match="2020-Q4 is being built by another run"),
        lock_quarters(place, [QUARTER], "another run"),
    ):
        pass
    with lock_quarters(place, [QUARTER], "a run"):
        pass
    assert list(events) == ["second"]
    with lock_quarters(place, [QUARTER], "another run"):
        pass


def test_a_run_that_is_interrupted_lets_go(place: Folders) -> None:
    events = execute(ONE)
    next(events)
    with pytest.raises(KeyboardInterrupt):
        events.throw(KeyboardInterrupt())  # type: ignore[attr-defined]
    with lock_quarters(place, [QUARTER], "another run"):
        pass


def test_a_quarter_that_another_run_has_is_refused_in_words(place: Folders) -> None:
    with (
        lock_quarters(place, [QUARTER], "another run"),
        pytest.raises(dg.Failure) as refused,
    ):
        next(execute(ONE))
    assert "2020-Q4 is being built by another run" in str(refused.value.description)


@dg.executor(name="one_process", config_schema=SETTINGS)
def locking_in_one_process(context: dg.InitExecutorContext) -> dg.Executor:
    make_steps: Any = dg.in_process_executor.executor_creation_fn
    return QuarterLockingExecutor(make_steps(context))


def make_job() -> dg.JobDefinition:
    @dg.op
    def do_nothing() -> None: ...

    @dg.job(executor_def=locking_in_one_process)
    def idle() -> None:
        do_nothing()

    return idle


def test_the_team_is_told_which_quarter_was_busy(place: Folders) -> None:
    with (
        dg.DagsterInstance.ephemeral() as instance,
        lock_quarters(place, [QUARTER], "another run"),
    ):
        job = dg.reconstructable(make_job)
        ended = dg.execute_job(job, instance, tags=ONE, raise_on_error=False)
        run = instance.get_run_by_id(ended.run_id)
        assert run is not None
        subject, text = describe_failure(instance, run)
    assert subject == "Job idle for 2020-Q4 failed"
    assert text.splitlines()[0] == "2020-Q4 is being built by another run"
    assert text.splitlines()[-1].startswith("Next: wait until it has ended")


WORDS = "landing/2020-Q4/scan.csv is empty\nRule: a scan names its columns\nNext: ask the supplier"


def make_refused_job() -> dg.JobDefinition:
    @dg.op
    def refuse() -> None:
        raise dg.Failure(WORDS, allow_retries=False)

    @dg.op
    def refuse_again() -> None:
        raise dg.Failure(WORDS, allow_retries=False)

    @dg.op
    def crash() -> None:
        raise ValueError

    @dg.job(executor_def=locking_in_one_process)
    def refused() -> None:
        refuse()
        refuse_again()
        crash()

    return refused


def test_what_was_refused_is_the_failure_of_the_run_and_is_not_tried_again(place: Folders) -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        job = dg.reconstructable(make_refused_job)
        ended = dg.execute_job(job, instance, tags=ONE, raise_on_error=False)
        (failure,) = instance.all_logs(ended.run_id, dg.DagsterEventType.RUN_FAILURE)
        error = failure.get_dagster_event().job_failure_data.error
        assert error is not None
        assert error.message.partition(": ")[2].strip() == WORDS
        run = instance.get_run_by_id(ended.run_id)
        assert run is not None
        assert run.tags["dagster/max_retries"] == "0"
        assert describe_failure(instance, run)[1] == WORDS


def test_a_run_without_quarters_holds_none(place: Folders) -> None:
    with lock_quarters(place, [QUARTER], "another run"):
        assert list(execute({})) == ["first", "second"]


@pytest.mark.parametrize("job", [each.name for each in defs.resolve_all_job_defs()])
def test_every_job_that_the_web_ui_launches_has_it(job: str) -> None:
    loaded = defs.resolve_job_def(job)
    made = loaded.executor_def.executor_creation_fn
    assert made is not None
    assert made.__name__ == "quarter_locking_executor"
