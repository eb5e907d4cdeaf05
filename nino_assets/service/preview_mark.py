"""Marks every answer of the team preview as not released.

A page is marked in its header and its title, a file to save in its name. No answer is kept by a
browser, and none may be read by pages of other servers.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from markupsafe import escape
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

NOT_RELEASED = "Not released"
_MEANING = "For the statistics team and its reviewers only. These figures may still change."
_EVERY_ANSWER = {
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex",
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_PREFIX = "not-released-"
_UNWANTED = {b"accept-encoding", b"if-none-match", b"if-modified-since", b"range"}
"""What would give an answer that cannot be marked: compressed, or a part."""


class MarkedAnswers:
    """An ASGI application that marks the answers of another.

    `is_released` tells of a path whether readers have what it shows.
    """

    def __init__(self, app: ASGIApp, is_released: Callable[[str], bool]) -> None:
        self._app = app
        self._is_released = is_released

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = [(name, value) for name, value in scope["headers"] if name not in _UNWANTED]
        marked = not self._is_released(scope["path"])
        asked = {**scope, "headers": given}
        await self._app(asked, receive, _Marker(send, marked, scope["method"]).take)


class _Marker:
    """Marks one answer on its way to the client."""

    def __init__(self, send: Send, marked: bool, method: str) -> None:
        self._send = send
        self._marked = marked
        self._has_body = method != "HEAD"
        self._held: Message | None = None
        self._body = bytearray()

    async def take(self, message: Message) -> None:
        """Take a message of the answer, and send it or hold it."""
        if message["type"] == "http.response.start":
            headers = MutableHeaders(raw=list(message["headers"]))
            for name in [each for each in headers if each.startswith("access-control-")]:
                del headers[name]
            headers.update(_EVERY_ANSWER)
            saved = headers.get("content-disposition", "")
            if self._marked and "filename" in saved:
                headers["Content-Disposition"] = _mark_name(saved)
            message = {**message, "headers": headers.raw}
            if self._marked and self._has_body and _is_page(headers):
                self._held = message
                return
        elif self._held is not None:
            self._body += message.get("body", b"")
            if message.get("more_body"):
                return
            await self._send_page(self._held)
            return
        await self._send(message)

    async def _send_page(self, start: Message) -> None:
        page = mark_page(self._body.decode()).encode()
        headers = MutableHeaders(raw=list(start["headers"]))
        headers["Content-Length"] = str(len(page))
        await self._send({**start, "headers": headers.raw})
        await self._send({"type": "http.response.body", "body": page})


def mark_page(page: str) -> str:
    """Mark a page in its title, and first in its header."""
    banner = (
        f'<p class="synthetic"><strong>{NOT_RELEASED}.</strong> {escape(_MEANING)}</p>'
        '<p class="column"><a href="/quarters">All quarters that are built</a></p>'
    )
    page = page.replace("<title>", f"<title>{NOT_RELEASED}: ", 1)
    after = re.search(r"<header\b[^>]*>", page) or re.search(r"<body\b[^>]*>", page)
    place = after.end() if after else 0
    return page[:place] + banner + page[place:]


def _is_page(headers: Headers) -> bool:
    return headers.get("content-type", "").startswith("text/html")


def _mark_name(disposition: str) -> str:
    return disposition.replace('filename="', f'filename="{_PREFIX}', 1)
