"""Servers start where nothing else listens, one daemon an instance, and end with their parent."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from nino_assets.errors import WarehouseError
from nino_assets.orchestration.server_processes import lock_servers, refuse_taken_port
from nino_assets.store.folders import Folders
from nino_assets_tests.support.served import find_port

PARENT = """
import os, sys, time
from pathlib import Path
from nino_assets.orchestration.server_processes import start_server
started = [start_server(["/bin/sleep", "600"], os.environ, Path("/")) for _ in range(2)]
print(*(each.pid for each in started), flush=True)
time.sleep(600)
"""

HOLDER = """
import sys
from pathlib import Path
from nino_assets.orchestration.server_processes import lock_servers
from nino_assets.store.folders import Folders
with lock_servers(Folders(Path(sys.argv[1])), read_only=False):
    print("held", flush=True)
    sys.stdin.read()
"""


def is_running(pid: int) -> bool:
    status = Path("/proc", str(pid), "stat")
    return status.exists() and status.read_text().rpartition(")")[2].split()[0] != "Z"


def test_servers_end_when_their_parent_is_killed() -> None:
    with subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        children = [int(pid) for pid in parent.stdout.readline().split()]
        assert all(is_running(pid) for pid in children)
        parent.kill()
    until = time.monotonic() + 20
    while any(is_running(pid) for pid in children) and time.monotonic() < until:
        time.sleep(0.05)
    assert not [pid for pid in children if is_running(pid)]


def test_a_port_that_is_taken_is_refused_before_anything_starts() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(WarehouseError, match=f"port {port}: Address already in use"):
            refuse_taken_port("127.0.0.1", port)
    refuse_taken_port("127.0.0.1", find_port())


@pytest.mark.parametrize("host", ["192.0.2.1", "no.such.host.invalid"])
def test_an_address_of_another_machine_is_refused(host: str) -> None:
    with pytest.raises(WarehouseError, match="The web UI cannot listen on"):
        refuse_taken_port(host, find_port())


def test_a_second_daemon_on_an_instance_is_refused(folders: Folders) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(folders.root)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with (
            pytest.raises(WarehouseError, match=f"held by process {holder.pid}"),
            lock_servers(folders, read_only=False),
        ):
            pass
        with lock_servers(folders, read_only=True):
            pass
        holder.kill()
    with lock_servers(folders, read_only=False):
        assert os.getpid()
