"""The p-table is the file that is named, or one made once."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from nino_assets.deliveries.perturbation_table_file import (
    find_perturbation_file,
    read_perturbation_file,
)
from nino_assets.errors import PerturbationTableError
from nino_assets.methods.disclosure.cell_key import LAST_PCV
from nino_assets.methods.disclosure.perturbation_table.validation import build_table_frame
from nino_assets.store.folders import Folders


def test_the_named_file(folders: Folders, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "table.parquet"
    monkeypatch.setenv("NINO_PERTURBATION_TABLE", str(path))
    with pytest.raises(PerturbationTableError, match=r"NINO_PERTURBATION_TABLE names .*table"):
        find_perturbation_file(folders)
    frame = build_table_frame(np.zeros((LAST_PCV, 2), dtype=np.int32))
    frame.write_parquet(path)
    assert find_perturbation_file(folders) == path
    assert read_perturbation_file(path).frame.equals(frame)
    assert not folders.keys.exists()


def test_a_file_that_is_not_parquet(tmp_path: Path) -> None:
    path = tmp_path / "table.parquet"
    path.write_text("pcv,ckey,pvalue\n")
    with pytest.raises(PerturbationTableError, match=r"table\.parquet is not a Parquet file"):
        read_perturbation_file(path)


PVALUE = pl.col("pvalue")
DAMAGES: dict[str, Callable[[pl.DataFrame], pl.DataFrame]] = {
    "lack some of the 2 keys": lambda frame: frame.slice(1),
    "hold a key twice": lambda frame: pl.concat([frame, frame.head(1)]),
    "are biased": lambda frame: frame.with_columns(PVALUE + (pl.int_range(pl.len()) == 0)),
    "other columns than": lambda frame: frame.rename({"ckey": "key"}),
    "column pvalue is not whole numbers": lambda frame: frame.with_columns(PVALUE.cast(pl.String)),
    "column pvalue has blanks": lambda frame: frame.with_columns(
        pvalue=pl.when(pl.int_range(pl.len()) > 0).then(PVALUE)
    ),
    "no rows": lambda frame: frame.clear(),
}


@pytest.mark.parametrize("words", DAMAGES)
def test_what_a_table_breaks_is_told_with_its_file(tmp_path: Path, words: str) -> None:
    path = tmp_path / "table.parquet"
    DAMAGES[words](build_table_frame(np.zeros((LAST_PCV, 2), dtype=np.int32))).write_parquet(path)
    with pytest.raises(PerturbationTableError, match=words) as refused:
        read_perturbation_file(path)
    assert refused.value.what.startswith(f"{path}: p-table refused: ")


def test_a_folder_in_place_of_the_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "table.parquet").mkdir()
    with pytest.raises(PerturbationTableError, match=r"table\.parquet"):
        read_perturbation_file(tmp_path / "table.parquet")


def test_one_is_made_once_for_its_owner(folders: Folders) -> None:
    path = find_perturbation_file(folders)
    made = path.read_bytes()
    assert read_perturbation_file(path).keys > 1
    assert find_perturbation_file(folders) == path
    assert path.read_bytes() == made
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [p.name for p in folders.keys.iterdir()] == ["perturbation_table.parquet"]
