"""A data folder whose path would be taken for another is refused at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from nino_assets.errors import WarehouseError
from nino_assets.statistic.reference_folder import DATA_DIR_VARIABLE
from nino_assets.store.folders import Folders
from nino_assets_tests.support.commands import run_command


@pytest.mark.parametrize("name", ["[OFFICIAL] x", "a?b", "a%20b", "a*", "{a,b}", "a#b"])
def test_a_path_that_is_a_pattern_or_an_address_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    folder = tmp_path / name / "data"
    monkeypatch.setenv(DATA_DIR_VARIABLE, str(folder))
    with pytest.raises(WarehouseError, match="The path of the data folder holds "):
        Folders.from_environment()
    ended = run_command(folder, {}, "status", "--quarter", "2020-Q4")
    assert ended.code != 0
    assert "name a folder without such characters" in ended.text
    assert not folder.exists()


@pytest.mark.parametrize("name", ["OFFICIAL - x", "a b", "Q4 (final)", "données", "a+b=c,d;e"])
def test_other_paths_are_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(DATA_DIR_VARIABLE, str(tmp_path / name))
    assert Folders.from_environment().root == tmp_path / name
