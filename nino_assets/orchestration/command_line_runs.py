"""Runs of the command line, which no daemon watches, and their processes."""

from __future__ import annotations

import os
from pathlib import Path

import dagster as dg

_PROCESS_TAG = "nino/process"


def tag_process() -> dict[str, str]:
    """The tag that names this process in a run."""
    return {_PROCESS_TAG: str(os.getpid())}


def close_dead_runs(instance: dg.DagsterInstance) -> None:
    """Mark runs of the command line as failed whose process was killed.

    Otherwise the web UI would show them as running for ever, and keep other runs in the queue.
    """
    for run in instance.get_runs(dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED])):
        pid = run.tags.get(_PROCESS_TAG)
        if pid and not Path(f"/proc/{pid}").exists():
            instance.report_run_failed(run, "The process of this run was killed.")
