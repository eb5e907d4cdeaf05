"""Runs the application: workers, time limits, and errors of the protocol."""

from __future__ import annotations

import asyncio
import os
import resource
import signal
from typing import Any

import h11
import orjson
import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from nino_assets.service.application import create_app
from nino_assets.service.common_rules import SECONDS
from nino_assets.service.rate_limits import make_counters
from nino_assets.service.settings import ADDRESS, COUNTERS

_LINGER_SECONDS = 2
_INVALID = {
    "message": "This is not an HTTP request that can be read, or its address or headers are too "
    "long. Correct it and send it again.",
    "errorType": "MALFORMED_QUERY",
}


class PatientProtocol(H11Protocol):
    """HTTP of uvicorn, which tells errors in JSON, ends silent connections."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._waited = False
        self._look_again()

    def _look_again(self) -> None:
        self.loop.call_later(SECONDS / 2, self._close_if_silent)

    def _close_if_silent(self) -> None:
        """Close a connection without a request at two looks."""
        if self.transport.is_closing():
            return
        waits = self.conn.their_state is h11.IDLE and self.timeout_keep_alive_task is None
        if waits and self._waited:
            self.transport.close()
            return
        self._waited = waits
        self._look_again()

    def send_400_response(self, msg: str) -> None:
        """Answer what is no HTTP in JSON, as any other error."""
        body = orjson.dumps(_INVALID)
        headers = [
            (b"content-type", b"application/json;charset=UTF-8"),
            (b"content-length", str(len(body)).encode()),
            (b"connection", b"close"),
        ]
        if self.conn.our_state in {h11.IDLE, h11.SEND_RESPONSE}:
            for event in (
                h11.Response(status_code=400, headers=headers, reason=b"Bad Request"),
                h11.Data(data=body),
                h11.EndOfMessage(),
            ):
                self.transport.write(self.conn.send(event) or b"")
        # What else the client sends is dropped for a while, so that it reads the answer before
        # the connection is reset.
        self.connections.discard(self)
        self.transport.set_protocol(asyncio.Protocol())
        self.transport.write_eof()
        self.loop.call_later(_LINGER_SECONDS, self.transport.close)


def serve(*, host: str, port: int, workers: int) -> None:
    """Serve the released editions until the process is stopped.

    The edition is opened and verified once before any address is bound. Raises PublicationError
    when it is not as it was signed, SettingError for a wrong setting.
    """
    os.environ.setdefault(ADDRESS, f"http://{host}:{port}")
    _raise_file_limit()
    # The server ends by the signal itself, which would leave the file of counts behind.
    signal.signal(signal.SIGTERM, _stop)
    with make_counters() as counters:
        os.environ.setdefault(COUNTERS, counters.name)
        app = create_app()
        run_application(
            app if workers == 1 else f"{__name__}:create_app",
            host=host,
            port=port,
            workers=workers,
        )


def run_application(app: ASGIApp | str, *, host: str, port: int, workers: int = 1) -> None:
    """Run an application until the process is stopped.

    A text is the name of its factory."""
    uvicorn.run(
        app,
        factory=isinstance(app, str),
        host=host,
        port=port,
        workers=workers,
        http=PatientProtocol,
        ws="none",
        lifespan="off",
        access_log=False,
        server_header=False,
        log_level="warning",
        timeout_keep_alive=SECONDS,
        timeout_graceful_shutdown=SECONDS,
    )


def _stop(*_: object) -> None:
    raise SystemExit


def _raise_file_limit() -> None:
    """Allow as many connections as the system does."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
