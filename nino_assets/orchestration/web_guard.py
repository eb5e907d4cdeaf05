"""Guards Dagster's web server: only its own pages change anything.

Dagster's server answers whoever reaches it: it takes mutations from any page that is open in the
same browser, by GET and under any name, and reports of assets and checks from anyone. Reading needs
no more than a name of this server. A mutation also needs the session's token, a cookie that is set
with the page and that a browser sends from pages of the same site only.
"""

from __future__ import annotations

import hmac
import json
import secrets

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from nino_assets.orchestration.signed_in import USER_HEADER
from nino_assets.orchestration.visitors import Refusal, Visitors

LARGEST_BODY = 4_000_000
GRAPHQL = "/graphql"
CLOSED = ("/report_asset_", "/notebook", "/dagit/notebook")
"""Paths that change or read what no page of the web UI asks for."""

# Dagster's pages have a policy too, and a browser keeps to both.
POLICY = (
    "frame-ancestors 'none'; form-action 'self'; connect-src 'self'; img-src 'self' data: blob:; "
    "media-src 'self'; font-src 'self' data:; frame-src 'none'; worker-src 'self' blob:"
)
HEADERS = {
    "x-frame-options": "DENY",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


class WebGuard:
    """An ASGI application that passes on what may reach another.

    What is passed on says in `USER_HEADER` which account asks.
    """

    def __init__(self, app: ASGIApp, *, visitors: Visitors, port: int) -> None:
        self._app = app
        self._visitors = visitors
        self._cookie = f"nino_session_{port}"
        self._token = secrets.token_urlsafe(32)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self._pass_request(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._pass_socket(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _pass_request(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        send = self._add_headers(send)
        try:
            account = self._visitors.identify(scope, headers, origin_needed=False)
            _refuse_route(scope, headers)
            if scope["method"] == "POST":
                body = await _read_body(headers, receive)
                if "mutation" in _read_query(body):
                    self._refuse_without_token(headers)
                receive = make_body_again(body, receive)
        except Refusal as refusal:
            await refusal.make_answer()(scope, receive, send)
            return
        await self._app(_name_account(scope, account), receive, send)

    async def _pass_socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        try:
            self._visitors.identify(scope, headers, origin_needed=True)
            self._refuse_without_token(headers)
        except Refusal:
            await send({"type": "websocket.close", "code": 1008})
            return
        await self._app(scope, receive, send)

    def _refuse_without_token(self, headers: Headers) -> None:
        given = (cookie_parser(text).get(self._cookie, "") for text in headers.getlist("cookie"))
        if not any(hmac.compare_digest(each.encode(), self._token.encode()) for each in given):
            raise Refusal(403, "Open the web UI first: only its pages may change anything.")

    def _add_headers(self, send: Send) -> Send:
        async def add(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.append("content-security-policy", POLICY)
                headers.update(HEADERS)
                if headers.get("content-type", "").startswith("text/html"):
                    attributes = "Path=/; HttpOnly; SameSite=Strict"
                    headers.append("set-cookie", f"{self._cookie}={self._token}; {attributes}")
            await send(message)

        return add


def _name_account(scope: Scope, account: str) -> Scope:
    """Say in the headers which account asks."""
    name = USER_HEADER.encode()
    others = [(key, value) for key, value in scope["headers"] if key.lower() != name]
    return {**scope, "headers": [*others, (name, account.encode())]}


def _refuse_route(scope: Scope, headers: Headers) -> None:
    path, method = scope["path"], scope["method"]
    if path.startswith(CLOSED) or ".." in path.split("/"):
        raise Refusal(403, "This address is closed: only runs report about assets and checks.")
    if method == "POST" and path == GRAPHQL:
        return
    if method not in ("GET", "HEAD"):
        raise Refusal(405, "Only GraphQL is asked by POST.")
    if path.rstrip("/") == GRAPHQL and "text/html" not in headers.get("accept", ""):
        raise Refusal(405, "GraphQL is asked by POST.")


async def _read_body(headers: Headers, receive: Receive) -> bytes:
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json" or len(headers.getlist("content-type")) != 1:
        raise Refusal(415, "GraphQL is asked in JSON.")
    body, more = bytearray(), True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Refusal(400, "The request is cut off.")
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > LARGEST_BODY:
            raise Refusal(413, f"A request has at most {LARGEST_BODY} bytes.")
    return bytes(body)


def _read_query(body: bytes) -> str:
    """The GraphQL of a request, in which a mutation has the word."""
    try:
        given = json.loads(body)
    except (ValueError, RecursionError):
        raise Refusal(400, "The request is not JSON.") from None
    query = given.get("query") if isinstance(given, dict) else None
    if not isinstance(query, str):
        raise Refusal(400, "The request has no GraphQL query.")
    return query


def make_body_again(body: bytes, receive: Receive) -> Receive:
    """Give the body once more, and then what follows it."""
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def read_again() -> Message:
        return messages.pop() if messages else await receive()

    return read_again
