"""What holds for every request: limits, headers, compression, time.

The rules are those that clients of Stat-Xplore rely on: a final slash is never redirected, the
content type of a request is not looked at, every answer tells the allowance that is left.
"""

from __future__ import annotations

import asyncio
import contextlib
import gzip

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from nino_assets.service.api_error import ApiError
from nino_assets.service.callers import Caller, find_kinds, identify_caller
from nino_assets.service.json_answer import BASE
from nino_assets.service.outstanding import OutstandingBytes
from nino_assets.service.page_errors import send_error
from nino_assets.service.rate_limits import RateLimits
from nino_assets.service.request_body import give_body, read_body
from nino_assets.service.settings import Settings

SECONDS = 30
"""The longest that a request may take, to read, answer and send."""

_PIECE = 64 * 1024
_LEAST_COMPRESSED = 512
_MOST_IN_LOOP = 128 * 1024
"""Bodies up to this size are compressed in the event loop, larger ones in a thread."""

_PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, POST, OPTIONS",
    "Access-Control-Allow-Headers": "APIKey, Content-Type, If-None-Match",
    "Access-Control-Max-Age": "86400",
}
_EVERY_ANSWER = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "*",
    "Content-Language": "en",
    "Vary": "Accept-Encoding",
    "X-Content-Type-Options": "nosniff",
}


class CommonRules:
    """The middleware around every endpoint."""

    def __init__(self, app: ASGIApp, *, settings: Settings, limits: RateLimits) -> None:
        self._app = app
        self._settings = settings
        self._limits = limits
        self._received = OutstandingBytes()
        self._outstanding = OutstandingBytes()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; other than HTTP is passed on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope["path"] = scope["path"].rstrip("/") or "/"
        headers = Headers(scope=scope)
        caller = identify_caller(scope, headers, self._settings)
        try:
            async with asyncio.timeout(SECONDS):
                response = await self._respond(scope, receive, headers, caller)
        except TimeoutError:
            late = ApiError(408, "TIMEOUT", f"The request took more than {SECONDS} seconds.")
            response = send_error(scope, late, {"Connection": "close"})
        self._add_headers(response, caller)
        # A client that reads too slowly is cut off: the server closes what is not complete.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(SECONDS):
                await self._send(scope, headers, response, send)

    async def _respond(
        self, scope: Scope, receive: Receive, headers: Headers, caller: Caller
    ) -> Response:
        if scope["method"] == "OPTIONS":
            return Response(status_code=204, headers=_PREFLIGHT)
        if caller.error and scope["path"].startswith(BASE):
            return send_error(scope, caller.error)
        kinds = find_kinds(scope["path"])
        allowed = not kinds or self._limits.take(caller.bucket, caller.limit, kinds)
        if not allowed and "if-none-match" not in headers:
            return self._build_limit_error(scope, caller)
        response = await self._call(scope, receive)
        if _is_unchanged(headers, response):
            if allowed and kinds:
                self._limits.take(caller.bucket, caller.limit, kinds, amount=-1)
            return Response(status_code=304, headers={"ETag": response.headers["etag"]})
        return response if allowed else self._build_limit_error(scope, caller)

    async def _call(self, scope: Scope, receive: Receive) -> Response:
        """Read the body, and have the endpoint answer."""
        async with contextlib.AsyncExitStack() as room:

            async def make_room(size: int) -> None:
                await room.enter_async_context(self._received.hold(size))

            if scope["method"] == "POST":
                try:
                    body = await read_body(Headers(scope=scope), receive, make_room)
                except ApiError as error:
                    # The rest of the body may still be under way: no request can follow it.
                    return send_error(scope, error, {"Connection": "close"})
                receive = give_body(body)
            return await self._keep_answer(scope, receive)

    async def _keep_answer(self, scope: Scope, receive: Receive) -> Response:
        response, pieces = Response(), []

        async def keep(message: Message) -> None:
            if message["type"] == "http.response.start":
                response.status_code = message["status"]
                response.raw_headers = list(message["headers"])
            else:
                pieces.append(message.get("body", b""))

        await self._app(scope, receive, keep)
        response.body = b"".join(pieces)
        return response

    def _build_limit_error(self, scope: Scope, caller: Caller) -> Response:
        wait = self._limits.compute_wait()
        error = ApiError(
            429,
            "RATE_LIMIT",
            f"You have made the {caller.limit:,} requests of this hour. Try again in {wait} "
            "seconds, or take whole files instead of many tables.",
            limit=caller.limit,
        )
        return send_error(scope, error, {"Retry-After": str(wait)})

    def _add_headers(self, response: Response, caller: Caller) -> None:
        allowance = self._limits.read(caller.bucket, caller.limit)
        for name, value in (*_EVERY_ANSWER.items(), *allowance.list_headers()):
            response.headers[name] = value

    async def _send(self, scope: Scope, headers: Headers, response: Response, send: Send) -> None:
        """Send an answer in pieces: a slow client's buffer stays small."""
        body = bytes(response.body)
        async with self._outstanding.hold(len(body)):
            if len(body) >= _LEAST_COMPRESSED and _accepts_gzip(headers):
                body = await _compress(body)
                response.headers["Content-Encoding"] = "gzip"
            if response.status_code not in {204, 304}:
                response.headers["Content-Length"] = str(len(body))
            await send(
                {
                    "type": "http.response.start",
                    "status": response.status_code,
                    "headers": response.raw_headers,
                }
            )
            if scope["method"] == "HEAD":
                body = b""
            pieces = memoryview(body)
            for start in range(0, len(body), _PIECE):
                piece = bytes(pieces[start : start + _PIECE])
                await send({"type": "http.response.body", "body": piece, "more_body": True})
            await send({"type": "http.response.body", "body": b""})


async def _compress(body: bytes) -> bytes:
    if len(body) <= _MOST_IN_LOOP:
        return gzip.compress(body, 1, mtime=0)
    return await asyncio.to_thread(gzip.compress, body, 1, mtime=0)


def _accepts_gzip(headers: Headers) -> bool:
    """Whether gzip is asked for, and not refused by `q=0`."""
    for part in headers.get("accept-encoding", "").lower().split(","):
        name, _, quality = part.partition(";")
        if name.strip() in {"gzip", "*"}:
            return quality.replace(" ", "").rstrip("0.") != "q="
    return False


def _is_unchanged(headers: Headers, response: Response) -> bool:
    """Whether the client has this answer already."""
    tag = response.headers.get("etag")
    if tag is None or response.status_code != 200:
        return False
    known = {
        part.strip().removeprefix("W/") for part in headers.get("if-none-match", "").split(",")
    }
    return bool(known & {"*", tag.removeprefix("W/")})
