"""Who may reach a server that shows what is not released.

Whoever asks has an account that may enter the data folder, uses a name of this server, and comes
from a page of this server or by a link. Another page open in the same browser reads nothing.
"""

from __future__ import annotations

import os
import pwd
import socket
from collections.abc import Callable, Collection, Iterable
from pathlib import Path
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from nino_assets.governance.accounts import name_account
from nino_assets.orchestration.peers import Address, find_account, may_enter

HOSTS_VARIABLE = "NINO_UI_HOSTS"
"""More names of the server, such as a proxy's, separated by commas."""

ACCOUNTS_VARIABLE = "NINO_UI_ACCOUNTS"
"""Accounts of this machine that proxies run under, which sign people in."""

PROXY_HEADER = "x-forwarded-user"
"""How such a proxy says who is signed in. Nobody else is believed."""

_ANY_ADDRESS = {"0.0.0.0", "::"}  # noqa: S104 - compared with, not listened on
_LOOPBACK = ("127.0.0.1", "[::1]", "localhost")


class Refusal(Exception):
    """A request that is not passed on: its status, and why."""

    def __init__(self, status: int, why: str) -> None:
        self.status = status
        super().__init__(why)

    def make_answer(self) -> Response:
        """Make the answer that says why."""
        return PlainTextResponse(f"{self}\n", status_code=self.status)


class Visitors:
    """The rules of who may ask.

    `names` are the hosts, with ports, under which the server is reached. `find_name` tells from a
    client's address and headers which account it is: blank where that is not known, None where it
    may not enter.
    """

    def __init__(
        self, names: Collection[str], find_name: Callable[[Address, Headers], str | None]
    ) -> None:
        self._names = {name.lower() for name in names}
        self._find_name = find_name

    @classmethod
    def from_environment(cls, host: str, port: int, folder: Path) -> Visitors:
        """Make the rules of a server over a data folder.

        More names and accounts are settings."""
        proxies = {pwd.getpwnam(name).pw_uid for name in _read_list(ACCOUNTS_VARIABLE)}

        def find_name(client: Address, headers: Headers) -> str | None:
            try:
                account = find_account(client)
            except LookupError:
                return None
            if account is None:
                return ""
            if account in proxies:
                named = headers.getlist(PROXY_HEADER)
                return named[0] if len(named) == 1 else ""
            return name_account(account) if may_enter(account, folder) else None

        return cls(list_names(host, port, _read_list(HOSTS_VARIABLE)), find_name)

    def identify(self, scope: Scope, headers: Headers, *, origin_needed: bool) -> str:
        """The account that asks, blank where it is not known.

        Raises Refusal for one that may not, another name, and pages of other servers.
        """
        client = scope.get("client")
        account = self._find_name(tuple(client), headers) if client else None
        if account is None:
            raise Refusal(403, "This web UI is for other accounts of this machine.")
        self._refuse_foreign(headers, origin_needed=origin_needed)
        return account

    def _refuse_foreign(self, headers: Headers, *, origin_needed: bool) -> None:
        """Refuse another name of this machine, and the pages of other servers."""
        hosts = [host.lower() for host in headers.getlist("host")]
        if len(hosts) != 1 or hosts[0] not in self._names:
            raise Refusal(421, "This server has another name. NINO_UI_HOSTS lists more of them.")
        origins = headers.getlist("origin")
        if any(urlsplit(origin).netloc.lower() != hosts[0] for origin in origins):
            raise Refusal(403, "Pages of other servers may not ask this one.")
        if origin_needed and len(origins) != 1:
            raise Refusal(403, "The request does not say which page it comes from.")
        site = headers.get("sec-fetch-site", "none")
        if site not in ("none", "same-origin") and headers.get("sec-fetch-mode") != "navigate":
            raise Refusal(403, "Pages of other servers may not ask this one.")


class VisitorGuard:
    """An ASGI application that passes on what may reach another.

    For a server that nobody changes anything through.
    """

    def __init__(self, app: ASGIApp, visitors: Visitors) -> None:
        self._app = app
        self._visitors = visitors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        try:
            self._visitors.identify(scope, Headers(scope=scope), origin_needed=False)
        except Refusal as refusal:
            await refusal.make_answer()(scope, receive, send)
            return
        await self._app(scope, receive, send)


def list_names(host: str, port: int, others: Iterable[str]) -> set[str]:
    """The hosts under which a server that listens on `host` is reached.

    `others` are the names that a proxy in front of it has, with ports where they are not 443 or 80.
    """
    machine = {socket.gethostname(), socket.getfqdn()}
    listening = {*machine, *_LOOPBACK} if host in _ANY_ADDRESS else {_bracket(host)}
    if _bracket(host) in _LOOPBACK:
        listening |= {*_LOOPBACK}
    return {f"{name}:{port}".lower() for name in listening} | {name.lower() for name in others}


def _bracket(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _read_list(variable: str) -> list[str]:
    return [each.strip() for each in os.environ.get(variable, "").split(",") if each.strip()]
