"""Fixtures that several rooms share. A room's own fixtures stand in its own folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from nino_assets.store.folders import Folders
from nino_assets.store.keys import PSEUDONYM_KEY, RECORD_KEY, STORAGE_KEY
from nino_assets.store.warehouse import Warehouse

SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of published figures and test vectors beside the project."""
    if not SHARED.is_dir():
        pytest.skip("the shared reference figures and vectors are not beside the project")
    return SHARED


@pytest.fixture(autouse=True)
def no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test uses a key or a p-table that the caller's environment holds."""
    for variable in (PSEUDONYM_KEY, RECORD_KEY, STORAGE_KEY, "NINO_PERTURBATION_TABLE"):
        monkeypatch.delenv(variable, raising=False)


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    """The folders of an empty data folder of the test's own."""
    return Folders(tmp_path / "data")


@pytest.fixture
def warehouse(folders: Folders) -> Warehouse:
    """An empty warehouse of the test's own."""
    return Warehouse(folders)
