"""Starts servers whose place is free, and that end with this process."""

from __future__ import annotations

import ctypes
import errno
import os
import signal
import socket
import subprocess
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

from nino_assets.errors import WarehouseError
from nino_assets.store.folders import Folders
from nino_assets.store.locks import lock_at_once

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None)


def refuse_taken_port(host: str, port: int) -> None:
    """Raise WarehouseError when nobody can listen on this port.

    Otherwise the daemon starts, the web server ends, and the page of another server is greeted.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except OSError:
        raise _refuse(host, port, "it is no address of this machine") from None
    errors = [_probe(family, address) for family, _, _, _, address in found]
    # A machine without IPv6 has a name for its address all the same.
    if errno.EADDRINUSE in errors or None not in errors:
        worst = errno.EADDRINUSE if errno.EADDRINUSE in errors else errors[0]
        raise _refuse(host, port, os.strerror(worst or 0))


def _probe(family: int, address: Any) -> int | None:
    """The system's error when this address cannot be listened on."""
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        return error.errno or errno.EIO
    return None


def _refuse(host: str, port: int, reason: str) -> WarehouseError:
    return WarehouseError(
        f"The web UI cannot listen on {host}, port {port}: {reason}",
        rule="one server listens on a port",
        next_step="stop what uses it, or give another one with --port or --host",
    )


def lock_servers(folders: Folders, *, read_only: bool) -> AbstractContextManager[None]:
    """Hold the instance for one daemon; read-only servers have none.

    Two daemons would each start every run of a schedule.
    """
    if read_only:
        return nullcontext()
    return lock_at_once(
        folders.dagster / "daemon.lock",
        held="The web UI of this data folder is held",
        next_step="use that one, or stop it first; or start this one with --read-only",
    )


def start_server(
    command: Sequence[str], environment: Mapping[str, str], folder: Path
) -> subprocess.Popen[bytes]:
    """Start a server that ends when this process does, however that ends."""
    return subprocess.Popen(  # noqa: S603
        command,
        env=environment,
        cwd=folder,
        # It calls the kernel and nothing else, so that no lock of another thread is waited for.
        preexec_fn=_make_end_with_parent(os.getpid()),  # noqa: PLW1509
    )


def _make_end_with_parent(parent: int) -> Callable[[], None]:
    def end_with_parent() -> None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            os._exit(1)

    return end_with_parent
