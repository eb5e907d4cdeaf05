"""A data folder of its own for each test, and no key of the environment."""

from __future__ import annotations

from pathlib import Path

import pytest

from nino_assets.store.folders import Folders
from nino_assets.store.keys import PSEUDONYM_KEY, RECORD_KEY, STORAGE_KEY
from nino_assets.store.warehouse import Warehouse


@pytest.fixture(autouse=True)
def no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in (PSEUDONYM_KEY, RECORD_KEY, STORAGE_KEY, "NINO_PERTURBATION_TABLE"):
        monkeypatch.delenv(variable, raising=False)


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    return Folders(tmp_path / "data")


@pytest.fixture
def warehouse(folders: Folders) -> Warehouse:
    return Warehouse(folders)
