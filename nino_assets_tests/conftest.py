"""Fixtures that several rooms share. A room's own fixtures stand in its own folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from nino_assets.orchestration.assets.catalogue import open_warehouse
from nino_assets.store.folders import Folders
from nino_assets.store.keys import PSEUDONYM_KEY, RECORD_KEY, STORAGE_KEY
from nino_assets.store.warehouse import Warehouse


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
    return open_warehouse(folders)
