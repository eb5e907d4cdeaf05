"""The service as a process of its own, asked over a real connection."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import nino_assets
from nino_assets.store.folders import Folders

PROJECT = Path(nino_assets.__file__).parents[1]
_SECONDS = 30

_RUN = """
import encodings.idna, encodings.unicode_escape, encodings.utf_8_sig, os
import h11, orjson, uvicorn
import uvicorn.lifespan.off, uvicorn.loops.asyncio, uvicorn.loops.auto
import uvicorn.protocols.http.h11_impl
from nino_assets.service import page_writer, server
page_writer.load_templates()
user = {user!r}
if user is not None:
    os.setgroups([])
    os.setgid(user)
    os.setuid(user)
{first}
server.serve(host="127.0.0.1", port={port}, workers={workers})
"""


def find_port() -> int:
    """A free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def run_server(
    folders: Folders,
    *,
    workers: int = 1,
    user: int | None = None,
    first: str = "",
    settings: Mapping[str, str] | None = None,
) -> Iterator[int]:
    """Run the service until the block ends; gives its port.

    `user` is the account that it takes on before it opens anything, `first` what it then runs.
    Fails when the service told of an error that it did not expect.
    """
    port = find_port()
    code = _RUN.format(user=user, first=first, port=port, workers=workers)
    environment = {
        **os.environ,
        "NINO_DATA_DIR": str(folders.root),
        "PYTHONPATH": str(PROJECT),
        **(settings or {}),
    }
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            [sys.executable, "-c", code], env=environment, cwd="/", stderr=said
        )
        try:
            wait_for_server(process, port)
            yield port
        finally:
            process.terminate()
            process.wait(timeout=_SECONDS)
            said.seek(0)
            told = said.read().decode()
            sys.stderr.write(told)
        assert "Traceback" not in told


def wait_for_server(process: subprocess.Popen[bytes], port: int) -> None:
    """Wait until it answers; what it says is printed when it ends before."""
    for _ in range(_SECONDS * 20):
        assert process.poll() is None, "the service ended"
        try:
            ask_server(port, "GET", "/healthz")
            return
        except OSError:
            time.sleep(0.05)
    raise AssertionError("the service did not start")


def ask_server(
    port: int,
    method: str,
    path: str,
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
) -> tuple[int, dict[str, str], bytes]:
    """Send one request: status, headers by lower-case name, body."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_SECONDS)
    try:
        connection.request(method, path, body, dict(headers or {}))
        response = connection.getresponse()
        found = {name.lower(): value for name, value in response.getheaders()}
        return response.status, found, response.read()
    finally:
        connection.close()
