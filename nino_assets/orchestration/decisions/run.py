"""Runs the job of a decision, for the command line.

A decision is recorded by a job of one op, so that it is the same from the command line and from the
web UI, and an event in Dagster as well as an entry in the log of decisions.
"""

from dataclasses import asdict

import dagster as dg

from nino_assets.errors import GovernanceError
from nino_assets.orchestration.assets.catalogue import open_warehouse
from nino_assets.orchestration.command_line_runs import build_tags
from nino_assets.orchestration.plain_config import PlainConfig
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.folders import Folders


def run_decision(
    instance: dg.DagsterInstance, folders: Folders, job: dg.JobDefinition, config: PlainConfig
) -> None:
    """Run a job of one op. Raises GovernanceError when it is refused."""
    (op,) = job.nodes
    result = job.execute_in_process(
        instance=instance,
        resources={"warehouse": open_warehouse(folders)},
        run_config={
            "ops": {op.name: {"config": asdict(config)}},
            "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
        },
        tags=build_tags(),
        raise_on_error=False,
    )
    if not result.success:
        failure = result.failure_data_for_node(op.name)
        refusal = failure.user_failure_data if failure else None
        reason = refusal.description if refusal else ""
        raise GovernanceError(
            f"The decision was not recorded: {reason}"
            if reason
            else "The decision was not recorded",
            rule="a decision is an entry in the log of decisions and an event in Dagster",
            next_step=f"open run {result.run_id} in the web UI",
        )


def parse_quarter(text: str) -> Quarter:
    """Read the quarter of a decision. Raises GovernanceError for anything else."""
    try:
        return Quarter.parse(text)
    except ValueError as error:
        raise GovernanceError(
            str(error),
            rule="a decision is about one quarter",
            next_step="name the quarter as 2020-Q4",
        ) from None
