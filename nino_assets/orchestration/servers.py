"""Starts the web server and the daemon on this project's instance."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import sysconfig
import time
from collections.abc import Mapping
from pathlib import Path
from types import FrameType

from nino_assets.orchestration.instance import HOME_VARIABLE, prepare_dagster_home
from nino_assets.packaged import PACKAGE, find_packaged
from nino_assets.statistic.reference_folder import DATA_DIR_VARIABLE
from nino_assets.store.folders import Folders
from nino_assets.store.keys import hide_keys

_WEB_SERVER = "nino_assets.orchestration.web_server"
_DAEMON = Path(sysconfig.get_path("scripts")) / "dagster-daemon"


def serve(folders: Folders, *, host: str, port: int, read_only: bool) -> int:
    """Run both until one ends or is interrupted; return the exit code.

    A read-only server has no daemon: nobody can launch anything, and nothing runs by itself.
    """
    with hide_keys(os.environ) as environment:
        environment |= {
            HOME_VARIABLE: str(prepare_dagster_home(folders)),
            DATA_DIR_VARIABLE: str(folders.root),
        }
        return _run_servers(environment, host=host, port=port, read_only=read_only)


def _run_servers(environment: Mapping[str, str], *, host: str, port: int, read_only: bool) -> int:
    workspace = ["--workspace", str(find_packaged("workspace.yaml"))]
    web = [sys.executable, "-m", _WEB_SERVER, "--host", host, "--port", str(port)]
    commands = [[*web, *workspace, *(["--read-only"] if read_only else [])]]
    if not read_only:
        commands.append([str(_DAEMON), "run", *workspace])
    processes: list[subprocess.Popen[bytes]] = []

    def stop(_signal: int, _frame: FrameType | None) -> None:
        for process in processes:
            process.terminate()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    try:
        for command in commands:
            started = subprocess.Popen(command, env=environment, cwd=PACKAGE.parent)  # noqa: S603
            processes.append(started)
        while all(process.poll() is None for process in processes):
            time.sleep(0.5)
    finally:
        # Also when the second cannot be started: the first would serve on with nobody to end it.
        stop(signal.SIGTERM, None)
    return max(abs(process.wait()) for process in processes)
