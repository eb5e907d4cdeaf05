"""The web server and the daemon are started together and end together."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from nino_assets.orchestration import servers
from nino_assets.store.folders import Folders
from nino_assets.store.keys import KEY_FILE_VARIABLE
from nino_assets_tests.support.commands import KEYS


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
    code = servers.serve(folders, host="127.0.0.1", port=3000, read_only=False)
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
        servers.serve(folders, host="127.0.0.1", port=3000, read_only=False)
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
    servers.serve(folders, host="127.0.0.1", port=3000, read_only=False)
    assert len(given) == 2
    for environment in given:
        held = " ".join(environment.values())
        assert not [value for value in (*KEYS.values(), "5c" * 32) if value in held]
        assert not Path(environment[KEY_FILE_VARIABLE]).exists()
