"""Reads the body of a request, up to a limit."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.datastructures import Headers
from starlette.types import Message, Receive

from nino_assets.service.api_error import ApiError

MOST_BODY = 2 * 1024 * 1024
_SMALL_BODY = 64 * 1024
_MOST_DROPPED = 32 * 1024 * 1024
"""Of a body that is too large, what is read and dropped: its sender then reads the answer."""


async def read_body(
    headers: Headers, receive: Receive, make_room: Callable[[int], Awaitable[object]]
) -> bytes:
    """Read a whole body. Raises ApiError 413 for more than 2 MB.

    `make_room` is awaited before a body that is not small is kept in memory.
    """
    stated = headers.get("content-length", "")
    if stated.isdigit() and len(stated) < 20 and int(stated) > _MOST_DROPPED:
        raise _build_size_error()
    pieces, size = [], 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ApiError(400, "MALFORMED_QUERY", "The body ended early. Send it again.")
        piece = message.get("body", b"")
        if size <= _SMALL_BODY < size + len(piece):
            await make_room(MOST_BODY)
        size += len(piece)
        if size <= MOST_BODY:
            pieces.append(piece)
        else:
            pieces.clear()
        if not message.get("more_body", False):
            break
        if size > _MOST_DROPPED:
            raise _build_size_error()
    if size > MOST_BODY:
        raise _build_size_error()
    return b"".join(pieces)


def give_body(body: bytes) -> Receive:
    """A `receive` that gives a body which was read already."""

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


def _build_size_error() -> ApiError:
    return ApiError(
        413,
        "TOO_LARGE",
        f"The body is larger than {MOST_BODY:,} bytes. Leave `map` out to ask for every value, "
        "or ask for the table in parts.",
        limit=MOST_BODY,
    )
