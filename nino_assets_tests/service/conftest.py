"""One released lattice, and a client of the service over it."""

from __future__ import annotations

from pathlib import Path

import pytest

from nino_assets.service.application import create_app
from nino_assets.service.settings import Settings
from nino_assets.store.folders import Folders
from nino_assets_tests.support.api_client import ApiClient
from nino_assets_tests.support.small_lattice import release_lattice


@pytest.fixture(scope="session")
def served_folders(tmp_path_factory: pytest.TempPathFactory) -> Folders:
    folders = Folders(tmp_path_factory.mktemp("served") / "data")
    release_lattice(folders)
    return folders


@pytest.fixture(scope="session")
def api(served_folders: Folders) -> ApiClient:
    """A client that no limit stops."""
    many = 10**9
    return ApiClient(
        create_app(served_folders, Settings(hourly_with_key=many, hourly_without_key=many))
    )


@pytest.fixture
def own_folders(tmp_path: Path) -> Folders:
    """The folders of a test that releases by itself."""
    return Folders(tmp_path / "data")
