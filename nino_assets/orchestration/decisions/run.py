"""Runs the job of a decision in this process, as the command line does.

A decision (an answer to a warning, a correction) is taken by a job of one op, so that it is the
same from the command line and from the web UI, and an event in Dagster beside its entry in the log
of decisions. Belongs here: running such a job. Does not belong here: any decision.
"""

import os

import dagster as dg

from nino_assets.errors import GovernanceError
from nino_assets.orchestration.assets.catalogue import open_warehouse
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.folders import Folders


def run_decision(
    instance: dg.DagsterInstance, folders: Folders, job: dg.JobDefinition, config: dg.Config
) -> None:
    """Run a job whose one op takes `config`. Raises GovernanceError when it was refused."""
    (op,) = job.nodes
    result = job.execute_in_process(
        instance=instance,
        resources={"warehouse": open_warehouse(folders)},
        run_config={
            "ops": {op.name: {"config": config.model_dump()}},
            "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
        },
        tags={"nino/process": str(os.getpid())},
        raise_on_error=False,
    )
    if not result.success:
        told = result.failure_data_for_node(op.name)
        reason = told.user_failure_data.description if told and told.user_failure_data else ""
        raise GovernanceError(
            f"The decision was not taken: {reason}" if reason else "The decision was not taken",
            rule="a decision is an entry in the log of decisions and an event in Dagster",
            next_step=f"open run {result.run_id} in the web UI",
        )


def parse_quarter(text: str) -> Quarter:
    """The quarter that a decision is about. Raises GovernanceError for anything else."""
    try:
        return Quarter.parse(text)
    except ValueError as error:
        raise GovernanceError(
            str(error),
            rule="a decision is about one quarter",
            next_step="name the quarter as 2020-Q4",
        ) from None
