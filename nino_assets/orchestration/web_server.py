"""Runs Dagster's web server behind the guard.

`python -m nino_assets.orchestration.web_server` takes the options of `dagster-webserver`, of which
`--host` and `--port` are needed.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

import click
from dagster_webserver import cli as dagster_command
from dagster_webserver.app import create_app_from_workspace_process_context

from nino_assets.orchestration.dagster_internals import keep_check_partitions
from nino_assets.orchestration.launch_requests import LaunchPreFlight
from nino_assets.orchestration.launch_rules import LaunchRules
from nino_assets.orchestration.visitors import Visitors
from nino_assets.orchestration.web_guard import WebGuard
from nino_assets.store.folders import Folders


@click.command(context_settings={"ignore_unknown_options": True})
@click.option("--host", required=True)
@click.option("--port", type=int, required=True)
@click.argument("others", nargs=-1, type=click.UNPROCESSED)
def main(host: str, port: int, others: Sequence[str]) -> None:
    """Serve until interrupted."""
    # Otherwise any local client could say that it is another: uvicorn believes its headers.
    os.environ["FORWARDED_ALLOW_IPS"] = ""
    visitors = Visitors.from_environment(host, port, Folders.from_environment().root)

    def make_guarded(*given: Any, **options: Any) -> WebGuard:
        app = create_app_from_workspace_process_context(*given, **options)
        rules = LaunchRules(given[0].instance, Folders.from_environment())
        desk = LaunchPreFlight(app, rules)
        return WebGuard(desk, visitors=visitors, port=port)

    keep_check_partitions()
    # Dagster's command serves an application that it makes itself, and has no place for another.
    setattr(dagster_command, create_app_from_workspace_process_context.__name__, make_guarded)
    dagster_command.cli(["--host", host, "--port", str(port), *others], prog_name="nino-assets ui")


if __name__ == "__main__":
    main()
