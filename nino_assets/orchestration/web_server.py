"""Runs Dagster's web server behind the guard.

`python -m nino_assets.orchestration.web_server` takes the options of `dagster-webserver`, of which
`--host` and `--port` are needed.
"""

from __future__ import annotations

import os
import pwd
from collections.abc import Sequence
from datetime import date
from typing import Any

import click
from dagster_webserver import cli as dagster_command
from dagster_webserver.app import create_app_from_workspace_process_context
from starlette.datastructures import Headers

from nino_assets.errors import NinoError
from nino_assets.governance.accounts import name_account
from nino_assets.orchestration.assets.catalogue import open_warehouse
from nino_assets.orchestration.dagster_internals import keep_check_partitions
from nino_assets.orchestration.launch_requests import LaunchPreFlight
from nino_assets.orchestration.peers import Address, find_account, may_enter
from nino_assets.orchestration.web_guard import WebGuard, list_names
from nino_assets.releases.wanted_builds import find_obstacles
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.folders import Folders

HOSTS_VARIABLE = "NINO_UI_HOSTS"
"""More names of the server, such as a proxy's, separated by commas."""

ACCOUNTS_VARIABLE = "NINO_UI_ACCOUNTS"
"""Accounts of this machine that proxies run under, which sign people in."""

PROXY_HEADER = "x-forwarded-user"
"""How such a proxy says who is signed in. Nobody else is believed."""


@click.command(context_settings={"ignore_unknown_options": True})
@click.option("--host", required=True)
@click.option("--port", type=int, required=True)
@click.argument("others", nargs=-1, type=click.UNPROCESSED)
def main(host: str, port: int, others: Sequence[str]) -> None:
    """Serve until interrupted."""
    # Otherwise any local client could say that it is another: uvicorn believes its headers.
    os.environ["FORWARDED_ALLOW_IPS"] = ""
    names = list_names(host, port, _read_list(HOSTS_VARIABLE))
    proxies = {pwd.getpwnam(name).pw_uid for name in _read_list(ACCOUNTS_VARIABLE)}
    folder = Folders.from_environment().root

    def identify(client: Address, headers: Headers) -> str | None:
        try:
            account = find_account(client)
        except LookupError:
            return None
        if account is None:
            return ""
        if account in proxies:
            named = headers.getlist(PROXY_HEADER)
            return named[0] if len(named) == 1 else ""
        return name_account(account) if may_enter(account, folder) else None

    def find_launch_obstacles(quarters: Sequence[Quarter]) -> Sequence[NinoError]:
        warehouse = open_warehouse(Folders.from_environment())
        return find_obstacles(warehouse, quarters, today=date.today())

    def make_guarded(*given: Any, **options: Any) -> WebGuard:
        app = create_app_from_workspace_process_context(*given, **options)
        desk = LaunchPreFlight(app, find_launch_obstacles)
        return WebGuard(desk, names=names, port=port, identify=identify)

    keep_check_partitions()
    # Dagster's command serves an application that it makes itself, and has no place for another.
    setattr(dagster_command, create_app_from_workspace_process_context.__name__, make_guarded)
    dagster_command.cli(["--host", host, "--port", str(port), *others], prog_name="nino-assets ui")


def _read_list(variable: str) -> list[str]:
    return [each.strip() for each in os.environ.get(variable, "").split(",") if each.strip()]


if __name__ == "__main__":
    main()
