"""What reaches Dagster's web server; `test_web_guard_in_a_browser.py` tries real pages."""

from __future__ import annotations

import json
from typing import Any

import pytest
from starlette.datastructures import Headers

from nino_assets.orchestration import web_guard
from nino_assets.orchestration.signed_in import USER_HEADER
from nino_assets.orchestration.visitors import Visitors, list_names
from nino_assets.orchestration.web_guard import WebGuard
from nino_assets_tests.support.coroutines import run_apart

HOST = "127.0.0.1:3000"
MUTATION = json.dumps({"query": "mutation Sign { launchRun { __typename } }"}).encode()
QUERY = json.dumps({"query": "{ version }"}).encode()
STRANGER = 50000
"""The port from which another account asks."""
JSON = {"content-type": "application/json"}


class Server:
    """A guard, the requests that it passed on, and their bodies."""

    def __init__(self) -> None:
        self.passed: list[tuple[str, bytes]] = []
        names = list_names("127.0.0.1", 3000, [])
        visitors = Visitors(names, lambda client, _: None if client[1] == STRANGER else "analyst")
        self.guard = WebGuard(self.answer, visitors=visitors, port=3000)
        self.accounts: list[list[str]] = []

    async def answer(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "websocket":
            self.passed.append(("websocket", b""))
            await send({"type": "websocket.accept"})
            return
        self.accounts.append(Headers(scope=scope).getlist(USER_HEADER))
        body = (await receive())["body"] if scope["method"] == "POST" else b""
        self.passed.append((scope["path"], body))
        page = [(b"content-type", b"text/html; charset=utf-8")]
        await send({"type": "http.response.start", "status": 200, "headers": page})
        await send({"type": "http.response.body", "body": b"page"})

    def ask(
        self,
        path: str = "/graphql",
        body: bytes = b"",
        method: str | None = None,
        kind: str = "http",
        port: int = 40000,
        **headers: str,
    ) -> list[dict[str, Any]]:
        given = {"host": HOST} | {name.replace("_", "-"): value for name, value in headers.items()}
        scope = {
            "type": kind,
            "method": method or ("POST" if body else "GET"),
            "path": path,
            "client": ["127.0.0.1", port],
            "headers": [(name.encode(), value.encode()) for name, value in given.items() if value],
        }
        chunks = [body[:10], body[10:]]
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": chunks.pop(0), "more_body": bool(chunks)}

        async def send(message: Any) -> None:
            sent.append(message)

        run_apart(self.guard(scope, receive, send))
        return sent

    def status(self, *given: Any, **asked: Any) -> int:
        code: int = self.ask(*given, **asked)[0]["status"]
        return code

    def read_headers(self, path: str = "/") -> dict[str, str]:
        return {name.decode(): value.decode() for name, value in self.ask(path)[0]["headers"]}

    def open_page(self) -> str:
        return self.read_headers()["set-cookie"].partition(";")[0]


@pytest.fixture
def server() -> Server:
    return Server()


def test_a_mutation_needs_the_cookie_of_the_page(server: Server) -> None:
    cookie = server.open_page()
    server.passed.clear()
    assert server.status(body=MUTATION, **JSON) == 403
    assert server.status(body=MUTATION, cookie="nino_session_3000=guess", **JSON) == 403
    assert server.status(body=MUTATION, cookie=cookie.replace("3000", "3001"), **JSON) == 403
    assert server.passed == []
    assert server.status(body=MUTATION, cookie=f"other=1; {cookie}", **JSON) == 200
    assert server.passed == [("/graphql", MUTATION)]


def test_the_cookie_is_kept_from_scripts_and_other_sites_and_is_of_one_session(
    server: Server,
) -> None:
    cookie = server.read_headers()["set-cookie"]
    assert cookie.endswith("; Path=/; HttpOnly; SameSite=Strict")
    assert len(cookie.partition(";")[0]) > 50
    assert Server().open_page() != server.open_page()


def test_a_query_needs_no_cookie(server: Server) -> None:
    assert server.status(body=QUERY, **JSON) == 200
    assert server.passed == [("/graphql", QUERY)]


@pytest.mark.parametrize(
    "hidden",
    [
        b'{"query": "\\u006dutation { launchRun }"}',
        b'{"query": "query A { version } mutation B { launchRun }", "operationName": "B"}',
        b'{"query": "{ version }", "query": "mutation { launchRun }"}',
        b'{"query": "#\\nmutation{launchRun}"}',
    ],
)
def test_a_mutation_is_found_however_it_is_written(server: Server, hidden: bytes) -> None:
    assert server.status(body=hidden, **JSON) == 403
    assert server.passed == []


@pytest.mark.parametrize(
    "body", [b"[]", b"{", b'{"query": 1}', b"x" * 20, b"[" * 100_000, b'"mutation"']
)
def test_a_body_that_is_no_query_is_refused(server: Server, body: bytes) -> None:
    assert server.status(body=body, cookie=server.open_page(), **JSON) == 400


@pytest.mark.parametrize(
    "kind",
    [
        "",
        "text/plain",
        "text/plain; application/json",
        "application/graphql",
        "application/x-www-form-urlencoded",
    ],
)
def test_what_a_form_can_send_is_refused(server: Server, kind: str) -> None:
    cookie = server.open_page()
    assert server.status(body=MUTATION, content_type=kind, cookie=cookie) == 415


def test_a_large_body_is_refused(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web_guard, "LARGEST_BODY", len(QUERY) - 1)
    assert server.status(body=QUERY, **JSON) == 413


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_graphql_is_not_asked_by_get(server: Server, method: str) -> None:
    for path in ("/graphql", "/graphql/"):
        assert server.status(path, method=method, cookie=server.open_page()) == 405


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "PATCH", "POST"])
def test_no_other_method_or_path_takes_anything(server: Server, method: str) -> None:
    assert server.status("/runs", method=method, body=b"{}", cookie=server.open_page()) == 405


@pytest.mark.parametrize(
    "path",
    [
        "/report_asset_check/release",
        "/report_asset_materialization/release",
        "/report_asset_observation/release",
        "/notebook",
        "/dagit/notebook",
        "/logs/../keys/storage_key.hex",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_reports_and_notebooks_are_closed(server: Server, path: str, method: str) -> None:
    cookie = server.open_page()
    server.passed.clear()
    assert server.status(path, method=method, cookie=cookie, body=MUTATION, **JSON) == 403
    assert server.passed == []


@pytest.mark.parametrize(
    "host", ["evil.example:3000", "127.0.0.1", "127.0.0.1:3001", "127.0.0.1.evil.example:3000", ""]
)
def test_another_host_is_refused(server: Server, host: str) -> None:
    assert server.status("/", host=host) == 421
    assert server.passed == []


@pytest.mark.parametrize("host", ["localhost:3000", "LOCALHOST:3000", "[::1]:3000"])
def test_every_name_of_this_machine_is_served(server: Server, host: str) -> None:
    assert server.status("/", host=host) == 200


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "http://127.0.0.1:4000", "http://localhost:3000", "null"]
)
def test_another_origin_is_refused(server: Server, origin: str) -> None:
    cookie = server.open_page()
    for body in (MUTATION, QUERY):
        assert server.status(body=body, origin=origin, cookie=cookie, **JSON) == 403
    assert server.status("/", origin=origin) == 403


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_what_a_page_of_another_site_embeds_is_refused_and_a_link_is_not(
    server: Server, site: str
) -> None:
    assert server.status("/favicon.png", sec_fetch_site=site, sec_fetch_mode="no-cors") == 403
    assert server.status("/runs", sec_fetch_site=site, sec_fetch_mode="navigate") == 200


@pytest.mark.parametrize(
    ("origin", "cookie"),
    [
        ("http://evil.example", True),
        ("", True),
        ("http://127.0.0.1:4000", True),
        (f"http://{HOST}", False),
    ],
)
def test_a_foreign_socket_is_closed(server: Server, origin: str, cookie: bool) -> None:
    held = server.open_page() if cookie else ""
    server.passed.clear()
    [sent] = server.ask(kind="websocket", origin=origin, cookie=held)
    assert sent["type"] == "websocket.close"
    assert server.passed == []


def test_the_socket_of_the_page_is_served(server: Server) -> None:
    [sent] = server.ask(kind="websocket", origin=f"http://{HOST}", cookie=server.open_page())
    assert sent["type"] == "websocket.accept"


def test_every_answer_has_the_headers_of_the_guard(server: Server) -> None:
    for path in ("/", "/notebook"):
        headers = server.read_headers(path)
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert "img-src 'self' data: blob:" in headers["content-security-policy"]
        assert headers["x-frame-options"] == "DENY"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert headers["cross-origin-resource-policy"] == "same-origin"
    assert "set-cookie" not in server.read_headers("/notebook")


def test_names_of_a_proxy_are_added_and_an_open_server_has_the_names_of_the_machine() -> None:
    assert list_names("10.1.2.3", 80, ["nino.example"]) == {"10.1.2.3:80", "nino.example"}
    assert {"127.0.0.1:80", "localhost:80"} < list_names("0.0.0.0", 80, [])
    assert list_names("fe80::1", 80, []) == {"[fe80::1]:80"}


def test_another_account_is_refused_whatever_it_holds(server: Server) -> None:
    cookie = server.open_page()
    server.passed.clear()
    assert server.status("/", port=STRANGER, cookie=cookie) == 403
    assert server.status(body=QUERY, port=STRANGER, cookie=cookie, **JSON) == 403
    [sent] = server.ask(kind="websocket", port=STRANGER, cookie=cookie, origin=f"http://{HOST}")
    assert sent["type"] == "websocket.close"
    assert server.passed == []


def test_what_is_passed_on_names_the_account_that_asks_and_no_other() -> None:
    server = Server()
    server.ask("/")
    server.ask("/", x_nino_user="head")
    assert server.accounts == [["analyst"]] * 2
