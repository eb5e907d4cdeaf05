"""The web server and the daemon are started together and end together."""

from __future__ import annotations

import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from nino_assets.orchestration import servers
from nino_assets.store.folders import Folders
from nino_assets.store.keys import KEY_FILE_VARIABLE
from nino_assets_tests.support.commands import KEYS
from nino_assets_tests.support.served import find_port


@pytest.fixture(autouse=True)
def signals_as_before() -> Iterator[None]:
    """Serving takes over how this process ends; give it back."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[subprocess.Popen[bytes]]:
    """The processes that are started: each sleeps in the place of the web server or the daemon."""
    processes: list[subprocess.Popen[bytes]] = []
    start = subprocess.Popen

    def start_sleeper(command: list[str], **_: object) -> subprocess.Popen[bytes]:
        if not Path(command[0]).exists():
            raise FileNotFoundError(command[0])
        seconds = "0" if "dagster-daemon" in command[0] else "60"
        processes.append(start(["/bin/sleep", seconds]))
        return processes[-1]

    monkeypatch.setattr(subprocess, "Popen", start_sleeper)
    return processes


def test_when_the_daemon_ends_the_web_server_is_ended(
    started: list[subprocess.Popen[bytes]], folders: Folders
) -> None:
    code = servers.serve(folders, host="127.0.0.1", port=find_port(), read_only=False, greet=print)
    assert code == signal.SIGTERM
    assert [process.poll() for process in started] == [-signal.SIGTERM, 0]


def test_when_the_daemon_cannot_be_started_the_web_server_is_ended(
    started: list[subprocess.Popen[bytes]],
    folders: Folders,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(servers, "_DAEMON", tmp_path / "dagster-daemon")
    with pytest.raises(FileNotFoundError):
        servers.serve(folders, host="127.0.0.1", port=find_port(), read_only=False, greet=print)
    (web,) = started
    assert web.wait(10) == -signal.SIGTERM


def test_neither_server_has_a_key_in_its_environment(
    started: list[subprocess.Popen[bytes]], folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    start, given = subprocess.Popen, []

    def start_and_keep(command: list[str], *, env: dict[str, str], **_: object) -> object:
        given.append(env)
        return start(command, env=env)

    monkeypatch.setattr(subprocess, "Popen", start_and_keep)
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("NINO_PERTURBATION_TABLE_KEY", "5c" * 32)
    servers.serve(folders, host="127.0.0.1", port=find_port(), read_only=False, greet=print)
    assert len(given) == 2
    for environment in given:
        held = " ".join(environment.values())
        assert not [value for value in (*KEYS.values(), "5c" * 32) if value in held]
        assert not Path(environment[KEY_FILE_VARIABLE]).exists()


@pytest.mark.parametrize("status", [200, 403])
def test_the_address_is_told_once_the_web_server_answers(
    started: list[subprocess.Popen[bytes]], folders: Folders, status: int
) -> None:
    port = find_port()
    events: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            events.append(self.path)
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    def answer_late() -> None:
        time.sleep(1)
        events.append("starts")
        with HTTPServer(("127.0.0.1", port), Handler) as server:
            server.handle_request()

    def greet(address: str) -> None:
        events.append(address)
        started[0].terminate()

    late = threading.Thread(target=answer_late)
    late.start()
    servers.serve(folders, host="127.0.0.1", port=port, read_only=True, greet=greet)
    late.join()
    assert events == ["starts", "/server_info", f"http://127.0.0.1:{port}"]


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "http://127.0.0.1:3000"),
        ("0.0.0.0", "http://localhost:3000"),
        ("::", "http://localhost:3000"),
        ("::1", "http://[::1]:3000"),
        ("nino.example.gov.uk", "http://nino.example.gov.uk:3000"),
    ],
)
def test_the_address_is_one_that_a_browser_on_this_machine_finds(host: str, address: str) -> None:
    assert servers.find_address(host, 3000) == address
