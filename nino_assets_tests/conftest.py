"""Fixtures that several rooms share. A room's own fixtures stand in its own folder."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from nino_assets.store.folders import Folders
from nino_assets.store.keys import KEY_FILE_VARIABLE, PSEUDONYM_KEY, RECORD_KEY, STORAGE_KEY
from nino_assets.store.warehouse import Warehouse
from nino_assets_tests.support.browser import open_browser
from nino_assets_tests.support.own_lists import OwnLists

MEMORY, ENOUGH = Path("/dev/shm"), 4 * 10**9
if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ENOUGH:
    # Dagster's SQLite waits for the disk at every event: in memory a build takes half the time.
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))

_SECRETS = (
    *(PSEUDONYM_KEY, RECORD_KEY, STORAGE_KEY, KEY_FILE_VARIABLE),
    "NINO_PERTURBATION_TABLE",
)

settings.register_profile("default", max_examples=20, deadline=None)
settings.register_profile("ci", max_examples=100, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


@pytest.fixture(autouse=True)
def no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test uses a key or a p-table that the caller's environment holds."""
    for variable in _SECRETS:
        monkeypatch.delenv(variable, raising=False)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """One Chromium for all tests of a worker: a process cannot start a second."""
    yield from open_browser()


@pytest.fixture
def own_lists(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> OwnLists:
    """The folder of a team's own reference lists, empty, in the data folder in use."""
    return OwnLists(tmp_path / "data", monkeypatch)


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    """The folders of an empty data folder of the test's own."""
    return Folders(tmp_path / "data")


@pytest.fixture
def warehouse(folders: Folders) -> Warehouse:
    """An empty warehouse of the test's own."""
    from nino_assets.orchestration.assets.catalogue import open_warehouse

    return open_warehouse(folders)
