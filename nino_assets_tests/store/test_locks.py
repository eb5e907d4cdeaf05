"""The locks: one run a quarter, its own processes together, gone when they are gone."""

from __future__ import annotations

import os
import pwd
import subprocess
import sys
from pathlib import Path

import pytest

from nino_assets.errors import WarehouseError
from nino_assets.statistic.quarters import Quarter
from nino_assets.store import locks
from nino_assets.store.folders import Folders
from nino_assets.store.locks import lock_quarters

QUARTER = Quarter(2020, 4)

HOLDER = """
import sys
from pathlib import Path
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.folders import Folders
from nino_assets.store.locks import lock_quarters

with lock_quarters(Folders(Path(sys.argv[1])), [Quarter(2020, 4)], sys.argv[2]):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    return Folders(tmp_path)


def holder(folders: Folders, run: str) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(folders.root), run],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"held\n"
    return process


def test_another_run_is_refused_at_once(folders: Folders) -> None:
    process = holder(folders, "first-run")
    with (
        pytest.raises(WarehouseError, match="2020-Q4 is being built by another run"),
        lock_quarters(folders, [QUARTER - 1, QUARTER], "second-run"),
    ):
        pass
    process.kill()
    process.wait()


def test_processes_of_one_run_hold_it_together(folders: Folders) -> None:
    process = holder(folders, "one-run")
    with (
        lock_quarters(folders, [QUARTER], "one-run"),
        lock_quarters(folders, [QUARTER], "one-run"),
    ):
        pass
    process.kill()
    process.wait()


def test_a_killed_run_leaves_nothing_held(folders: Folders) -> None:
    process = holder(folders, "killed-run")
    process.kill()
    process.wait()
    with lock_quarters(folders, [QUARTER], "next-run"):
        pass


def test_the_run_holds_on_while_one_of_its_processes_ends(folders: Folders) -> None:
    process = holder(folders, "one-run")
    with lock_quarters(folders, [QUARTER], "one-run"):
        process.kill()
        process.wait()
        with (
            pytest.raises(WarehouseError),
            lock_quarters(folders, [QUARTER], "other-run"),
        ):
            pass


def test_other_quarters_are_free(folders: Folders) -> None:
    with (
        lock_quarters(folders, [QUARTER], "one-run"),
        lock_quarters(folders, [QUARTER + 1], "other-run"),
    ):
        for held in (QUARTER, QUARTER + 1):
            with (
                pytest.raises(WarehouseError, match=held.label),
                lock_quarters(folders, [held], "third-run"),
            ):
                pass


def test_a_lock_that_is_never_given_back_is_waited_for_no_longer_than_the_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locks, "WAIT_SECONDS", 0.2)
    path = tmp_path / "published.lock"
    script = (
        "import fcntl, sys; held = open(sys.argv[1], 'w'); "
        "fcntl.flock(held, fcntl.LOCK_EX); print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        account = pwd.getpwuid(os.geteuid()).pw_name
        with (
            pytest.raises(WarehouseError, match=f"is held by process {process.pid} of {account}"),
            locks.lock_file(path),
        ):
            pass
        process.kill()
    with locks.lock_file(path):
        assert path.is_file()
