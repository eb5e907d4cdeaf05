"""Who reaches a server that shows what is not released."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from nino_assets.orchestration import visitors
from nino_assets.orchestration.visitors import VisitorGuard, Visitors
from nino_assets_tests.support.coroutines import run_apart

HOST = "127.0.0.1:3001"


def ask(rules: Visitors, kind: str = "http", port: int = 40000, **headers: str) -> int | None:
    """The status of an answer; None where there is none."""
    given = {"host": HOST} | {name.replace("_", "-"): value for name, value in headers.items()}
    sent: list[dict[str, Any]] = []

    async def answer(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b""}

    scope = {
        "type": kind,
        "method": "GET",
        "path": "/quarters",
        "client": ["127.0.0.1", port],
        "headers": [(name.encode(), value.encode()) for name, value in given.items()],
    }
    run_apart(VisitorGuard(answer, rules)(scope, receive, send))
    return sent[0]["status"] if sent else None


@pytest.fixture
def rules() -> Visitors:
    return Visitors([HOST], lambda client, _: "analyst" if client[1] == 40000 else None)


def test_a_link_of_the_web_ui_opens(rules: Visitors) -> None:
    assert ask(rules) == 200
    assert ask(rules, sec_fetch_site="same-site", sec_fetch_mode="navigate") == 200


def test_another_account_name_or_page_is_refused(rules: Visitors) -> None:
    assert ask(rules, port=50000) == 403
    assert ask(rules, host="evil.example:3001") == 421
    assert ask(rules, origin="http://evil.example") == 403
    assert ask(rules, sec_fetch_site="cross-site", sec_fetch_mode="no-cors") == 403


def test_a_socket_is_not_answered(rules: Visitors) -> None:
    assert ask(rules, kind="websocket") is None


def test_names_and_accounts_are_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    accounts = {40000: os.geteuid(), 50000: 65534, 60000: None}

    def find_account(client: tuple[str, int]) -> int | None:
        if client[1] not in accounts:
            raise LookupError
        return accounts[client[1]]

    monkeypatch.setattr(visitors, "find_account", find_account)
    monkeypatch.setenv("NINO_UI_HOSTS", "nino.example")
    tmp_path.chmod(0o700)
    rules = Visitors.from_environment("127.0.0.1", 3001, tmp_path)
    assert [ask(rules, port=port) for port in (40000, 50000, 60000, 1)] == [200, 403, 200, 403]
    assert ask(rules, host="nino.example") == 200
    assert ask(rules, host="localhost:3001") == 200
    monkeypatch.setenv("NINO_UI_ACCOUNTS", "nobody")
    assert ask(Visitors.from_environment("127.0.0.1", 3001, tmp_path), port=50000) == 200
