"""Sensors on runs that did not pass.

What they did not reach keeps its colour, and the team is told what stopped them.
"""

from collections.abc import Iterator

import dagster as dg

from nino_assets.orchestration.command_line_runs import is_of_command_line
from nino_assets.orchestration.dagster_internals import remove_unreached_checks
from nino_assets.orchestration.notices import send_notice
from nino_assets.orchestration.partitions import PARTITION
from nino_assets.statistic.quarters import Quarter

_SECONDS = 15


@dg.run_failure_sensor(
    minimum_interval_seconds=_SECONDS,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="After a failed run: checks that it did not reach stay as they were, "
    "and the team is told what stopped it.",
)
def after_failure(context: dg.RunFailureSensorContext) -> None:
    """Leave unreached checks as they were; send what stopped the run."""
    run = context.dagster_run
    remove_unreached_checks(context.instance, run.run_id)
    if not is_of_command_line(run):
        send_notice(*describe_failure(context.instance, run))


@dg.run_status_sensor(
    run_status=dg.DagsterRunStatus.CANCELED,
    minimum_interval_seconds=_SECONDS,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="After a cancelled run: checks that it did not reach stay as they were.",
)
def after_cancellation(context: dg.RunStatusSensorContext) -> None:
    """Leave unreached checks as they were."""
    remove_unreached_checks(context.instance, context.dagster_run.run_id)


def describe_failure(instance: dg.DagsterInstance, run: dg.DagsterRun) -> tuple[str, str]:
    """What failed, and what stopped it in the words of each refusal.

    Only refusals are quoted, which hold no value of a record.
    """
    key = run.tags.get(PARTITION)
    subject = f"Job {run.job_name}{f' for {Quarter.parse(key).label}' if key else ''} failed"
    # A run of the web UI says once more, as a whole, what its steps were refused for.
    refusals = [*_list_refused_steps(instance, run)] or [*_list_refused_starts(instance, run)]
    return subject, "\n".join(dict.fromkeys(refusals)) or f"See run {run.run_id} in the web UI"


def _list_refused_steps(instance: dg.DagsterInstance, run: dg.DagsterRun) -> Iterator[str]:
    for event in instance.all_logs(run.run_id, dg.DagsterEventType.STEP_FAILURE):
        refusal = event.get_dagster_event().step_failure_data.user_failure_data
        if refusal is not None and refusal.description:
            yield refusal.description


def _list_refused_starts(instance: dg.DagsterInstance, run: dg.DagsterRun) -> Iterator[str]:
    """Refusals of the executor, which has no step."""
    for event in instance.all_logs(run.run_id, dg.DagsterEventType.RUN_FAILURE):
        error = event.get_dagster_event().job_failure_data.error
        if error is not None and error.cls_name == dg.Failure.__name__:
            yield error.message.partition(": ")[2].strip()


SENSORS = (after_failure, after_cancellation)
