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


# These load Dagster, which takes seconds: only where a test asks for them.


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """A register and a quarter extract after it, built: a copy of this process's own."""
    from nino_assets.orchestration.assets.catalogue import open_warehouse
    from nino_assets_tests.support.shared_build import build_once
    from nino_assets_tests.support.synthetic_build import build_register_and_quarter

    shared, _ = build_once(tmp_path_factory, "suites", build_register_and_quarter)
    own: Path = shutil.copytree(shared, tmp_path_factory.mktemp("suites") / "data")
    return open_warehouse(Folders(own))


@pytest.fixture
def planter(built: Warehouse) -> Iterator[Any]:
    """Plants defects in the built files and takes them out again."""
    from nino_assets_tests.support.defects import Planter

    with Planter(built) as planter:
        yield planter
