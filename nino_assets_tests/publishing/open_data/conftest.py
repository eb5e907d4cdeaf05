"""A small but complete edition: five quarters, every declared cell, two local authorities."""

from __future__ import annotations

from pathlib import Path

import pytest

from nino_assets.publishing.open_data.open_data_files import write_open_data
from nino_assets_tests.support.small_edition import EDITION, make_quarter_cells


@pytest.fixture(scope="session")
def quarter_files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("cells")
    files = []
    for quarter in EDITION.first_quarter.list_until(EDITION.quarter):
        files.append(folder / f"{quarter.key}.parquet")
        make_quarter_cells(quarter).write_parquet(files[-1])
    return files


@pytest.fixture(scope="session")
def written(quarter_files: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of open data written once; tests that change a file copy it first."""
    folder = tmp_path_factory.mktemp("open-data")
    write_open_data(quarter_files, EDITION, folder)
    return folder
