from pathlib import Path

import pytest

from nino_assets.writers.spreadsheet import (
    write_spreadsheet,
)
from nino_assets_tests.support.sample_workbook import make_sample_workbook


@pytest.fixture
def sample_path(tmp_path: Path) -> Path:
    path = tmp_path / "apples.ods"
    write_spreadsheet(make_sample_workbook(), path)
    return path
