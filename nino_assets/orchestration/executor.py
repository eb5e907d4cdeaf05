"""The executor of the web UI's runs, which holds their quarters throughout.

Each step holds its quarters too. Between two steps of a run nothing would, and another run of the
same quarter could come in between.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import dagster as dg

from nino_assets.orchestration.partitions import list_run_quarters
from nino_assets.orchestration.redaction import redact_errors
from nino_assets.store.folders import Folders
from nino_assets.store.locks import lock_quarters

_MOST_RETRIES = "dagster/max_retries"


class QuarterLockingExecutor(dg.Executor):
    """Dagster's executor, which begins once it holds the run's quarters."""

    def __init__(self, steps: Any) -> None:
        self._steps = steps

    @property
    def retries(self) -> Any:
        """What becomes of a step that asks to be tried again."""
        return self._steps.retries

    @property
    def step_dependency_config(self) -> Any:
        """When a step may begin."""
        return self._steps.step_dependency_config

    def execute(self, plan_context: Any, execution_plan: Any) -> Iterator[dg.DagsterEvent]:
        """Run the steps.

        Raises dagster.Failure when another run is at work on a quarter; and, once all is done that
        can be done, when a step was refused. The run's own failure is then the refusal, with rule
        and next step, and not the names of steps.
        """
        run = plan_context.dagster_run
        locks = lock_quarters(Folders.from_environment(), list_run_quarters(run.tags), run.run_id)
        with ExitStack() as held:
            redact_errors(lambda: held.enter_context(locks))
            refusals: dict[str, None] = {}
            for event in self._steps.execute(plan_context, execution_plan):
                refusals |= dict.fromkeys(_list_refusals(event))
                yield event
        if refusals:
            # Dagster tries a run once more that fails by itself, and not one whose step failed.
            plan_context.instance.add_run_tags(run.run_id, {_MOST_RETRIES: "0"})
            raise dg.Failure("\n".join(refusals), allow_retries=False)


def _list_refusals(event: Any) -> list[str]:
    """The words of a step that was refused."""
    if not (isinstance(event, dg.DagsterEvent) and event.is_step_failure):
        return []
    refusal = event.step_failure_data.user_failure_data
    return [refusal.description] if refusal is not None and refusal.description else []


_SETTINGS: Any = dg.multiprocess_executor.config_schema


@dg.executor(
    name="multiprocess",
    config_schema=_SETTINGS,
    requirements=dg.multiple_process_executor_requirements(),
)
def quarter_locking_executor(context: dg.InitExecutorContext) -> dg.Executor:
    """Run each step in another process, with the run's quarters locked."""
    make_steps: Any = dg.multiprocess_executor.executor_creation_fn
    return QuarterLockingExecutor(make_steps(context))
