"""One small pipeline, run once: what the suites are tried on, good and with defects."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from nino_assets.orchestration.assets.catalogue import open_warehouse
from nino_assets.store.folders import Folders
from nino_assets.store.warehouse import Warehouse
from nino_assets_tests.support.defects import Planter
from nino_assets_tests.support.shared_build import build_once
from nino_assets_tests.support.synthetic_build import build_register_and_quarter


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """A register and a quarter extract after it, built: a copy of this process's own."""
    shared, _ = build_once(tmp_path_factory, "suites", build_register_and_quarter)
    own: Path = shutil.copytree(shared, tmp_path_factory.mktemp("suites") / "data")
    return open_warehouse(Folders(own))


@pytest.fixture
def planter(built: Warehouse) -> Iterator[Planter]:
    """Plants defects in the built files and takes them out again."""
    with Planter(built) as planter:
        yield planter
