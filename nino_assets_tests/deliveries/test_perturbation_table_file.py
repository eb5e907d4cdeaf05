"""The p-table is the file that is named, or one made once."""

from __future__ import annotations

import stat
from pathlib import Path

import polars as pl
import pytest

from nino_assets.deliveries.perturbation_table_file import (
    find_perturbation_file,
    read_perturbation_file,
)
from nino_assets.errors import PerturbationTableError
from nino_assets.methods.disclosure.perturbation_table.validation import check_perturbation_table
from nino_assets.store.folders import Folders


def test_the_named_file(folders: Folders, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "table.parquet"
    monkeypatch.setenv("NINO_PERTURBATION_TABLE", str(path))
    with pytest.raises(PerturbationTableError, match="NINO_PERTURBATION_TABLE names a file"):
        find_perturbation_file(folders)
    frame = pl.DataFrame({"pcv": [1], "ckey": [0], "pvalue": [0]})
    frame.write_parquet(path)
    assert find_perturbation_file(folders) == path
    assert read_perturbation_file(path).equals(frame)
    assert not folders.keys.exists()


def test_a_file_that_is_not_parquet(tmp_path: Path) -> None:
    path = tmp_path / "table.parquet"
    path.write_text("pcv,ckey,pvalue\n")
    with pytest.raises(PerturbationTableError, match=r"table\.parquet is not a Parquet file"):
        read_perturbation_file(path)


def test_one_is_made_once_for_its_owner(folders: Folders) -> None:
    path = find_perturbation_file(folders)
    made = path.read_bytes()
    assert check_perturbation_table(read_perturbation_file(path)).keys > 1
    assert find_perturbation_file(folders) == path
    assert path.read_bytes() == made
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [p.name for p in folders.keys.iterdir()] == ["perturbation_table.parquet"]
