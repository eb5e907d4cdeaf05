"""Runs of the command line, which no daemon watches, and their processes."""

from __future__ import annotations

import os
from pathlib import Path

import dagster as dg

from nino_assets.governance.accounts import find_own_account
from nino_assets.orchestration.dagster_internals import remove_unreached_checks
from nino_assets.orchestration.signed_in import USER_TAG

_PROCESS_TAG = "nino/process"
_REPOSITORY = {".dagster/repository": "__repository__@nino_assets"}
"""The web UI lists a run in its timeline and on the page of its job by this tag alone.

It is the name that Dagster gives to definitions, and that of `workspace.yaml`.
"""


def build_tags() -> dict[str, str]:
    """The tags of a run: process, account, and where it is listed."""
    return {_PROCESS_TAG: str(os.getpid()), USER_TAG: find_own_account(), **_REPOSITORY}


def is_of_command_line(run: dg.DagsterRun) -> bool:
    """Whether somebody sits before a terminal that says how the run ends."""
    return _PROCESS_TAG in run.tags


def close_dead_runs(instance: dg.DagsterInstance) -> None:
    """Mark runs of the command line as failed whose process was killed.

    Otherwise the web UI would show them as running for ever, and keep other runs in the queue.
    """
    for run in instance.get_runs(dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED])):
        pid = run.tags.get(_PROCESS_TAG)
        if pid and not Path(f"/proc/{pid}").exists():
            instance.report_run_failed(run, "The process of this run was killed.")
            remove_unreached_checks(instance, run.run_id)
