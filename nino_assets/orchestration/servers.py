"""Starts the web server and the daemon on this project's instance."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import sysconfig
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import FrameType

from nino_assets.orchestration.instance import HOME_VARIABLE, open_instance, prepare_dagster_home
from nino_assets.orchestration.server_processes import (
    lock_servers,
    refuse_taken_port,
    start_server,
)
from nino_assets.packaged import PACKAGE, find_packaged
from nino_assets.statistic.reference_folder import DATA_DIR_VARIABLE
from nino_assets.store.folders import Folders
from nino_assets.store.keys import hide_keys

_WEB_SERVER = "nino_assets.orchestration.web_server"
_EVERY_ADDRESS = ("0.0.0.0", "::")  # noqa: S104 - compared with, not listened on
_ANSWER_SECONDS = 5
_DAEMON = Path(sysconfig.get_path("scripts")) / "dagster-daemon"


def serve(  # noqa: PLR0913 - one argument an option of the command
    folders: Folders,
    *,
    host: str,
    port: int,
    read_only: bool,
    greet: Callable[[str], None],
    others: Sequence[Sequence[str]] = (),
    settings: Mapping[str, str] | None = None,
) -> int:
    """Run both until one ends or is interrupted; return the exit code.

    `greet` is given the address of the web UI once it answers. `others` are commands that run with
    them, `settings` more environment variables of all.

    A read-only server has no daemon: nobody can launch anything, and nothing runs by itself.
    """
    refuse_taken_port(host, port)
    # The two servers would make Dagster's tables at the same time.
    open_instance(folders).dispose()
    with lock_servers(folders, read_only=read_only), hide_keys(os.environ) as environment:
        environment |= {
            HOME_VARIABLE: str(prepare_dagster_home(folders)),
            DATA_DIR_VARIABLE: str(folders.root),
            **(settings or {}),
        }
        commands = [*_list_commands(host, port, read_only=read_only), *others]
        return _run_servers(commands, environment, find_address(host, port), greet)


def _list_commands(host: str, port: int, *, read_only: bool) -> list[list[str]]:
    workspace = ["--workspace", str(find_packaged("workspace.yaml"))]
    web = [sys.executable, "-m", _WEB_SERVER, "--host", host, "--port", str(port)]
    commands = [[*web, *workspace, *(["--read-only"] if read_only else [])]]
    if not read_only:
        commands.append([str(_DAEMON), "run", *workspace])
    return commands


def _run_servers(
    commands: Sequence[Sequence[str]],
    environment: Mapping[str, str],
    address: str,
    greet: Callable[[str], None],
) -> int:
    processes: list[subprocess.Popen[bytes]] = []

    def stop(_signal: int, _frame: FrameType | None) -> None:
        for process in processes:
            process.terminate()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    try:
        for command in commands:
            processes.append(start_server(command, environment, PACKAGE.parent))
        is_greeted = False
        while all(process.poll() is None for process in processes):
            if not is_greeted and _answers(address):
                is_greeted = True
                greet(address)
            time.sleep(0.5)
    finally:
        # Also when the second cannot be started: the first would serve on with nobody to end it.
        stop(signal.SIGTERM, None)
    return max(abs(process.wait()) for process in processes)


def find_address(host: str, port: int) -> str:
    """The address of the web UI for a browser on this machine."""
    if host in _EVERY_ADDRESS:
        host = "localhost"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _answers(address: str) -> bool:
    """Whether the web server answers, once it has loaded the graph."""
    try:
        # No proxy is asked for a server of this machine.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(f"{address}/server_info", timeout=_ANSWER_SECONDS):
            return True
    except urllib.error.HTTPError:
        # It may be under another name only (NINO_UI_HOSTS), and refuses this one.
        return True
    except OSError:
        return False
