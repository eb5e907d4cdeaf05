"""A stored file that is not as it was written is named, and not read on."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from nino_assets.errors import WarehouseError
from nino_assets.store import kept_hashes
from nino_assets.store.declarations import Access, Declarations, Kept, Stored
from nino_assets.store.file_hashes import hash_file
from nino_assets.store.folders import Folders
from nino_assets.store.keys import STORAGE_KEY
from nino_assets.store.tables import Tables
from nino_assets.store.warehouse import Warehouse
from nino_assets_tests.support.damaged_files import DAMAGES, flip_one_bit
from nino_assets_tests.support.small_delivery import QUARTER

CLEAR = Stored(name="cells", access=Access.ALL, kept=Kept.BY_QUARTER)
PRIVATE = Stored(name="counts", access=Access.RESTRICTED, kept=Kept.BY_QUARTER)
ROWS = pl.DataFrame({"area": ["E", "S", "W"] * 40, "registrations": range(120)})
FLIPS = 60


@pytest.fixture
def tables(folders: Folders, monkeypatch: pytest.MonkeyPatch) -> Tables:
    monkeypatch.setenv(STORAGE_KEY, "5a" * 32)
    warehouse = Warehouse(folders, Declarations([CLEAR, PRIVATE]))
    for stored in (CLEAR, PRIVATE):
        warehouse.tables.write(stored.name, ROWS.to_arrow().to_reader(), QUARTER)
    return warehouse.tables


def read_by_duckdb(tables: Tables, asset: str) -> Any:
    with duckdb.connect() as con:
        tables.create_view(con, "held", asset, [QUARTER])
        return con.sql("SELECT sum(registrations) FROM held").fetchall()


def read_by_arrow(tables: Tables, asset: str) -> Any:
    return tables.read_frame(asset, QUARTER)


def list_for_polars(tables: Tables, asset: str) -> Any:
    return pl.read_parquet(tables.list_files(asset, [QUARTER]))


READERS = [read_by_duckdb, read_by_arrow]
Read = Callable[[Tables, str], Any]


@pytest.mark.parametrize(
    ("asset", "read"),
    [(each.name, read) for each in (CLEAR, PRIVATE) for read in READERS]
    + [(CLEAR.name, list_for_polars)],
)
@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_is_named_by_every_reader(
    tables: Tables, asset: str, read: Read, damage: str
) -> None:
    path = tables.find_path(asset, QUARTER)
    assert read(tables, asset) is not None
    DAMAGES[damage](path)
    with pytest.raises(WarehouseError) as refused:
        read(tables, asset)
    assert f"{asset}/{path.name}" in refused.value.what
    assert asset in refused.value.next_step


@pytest.mark.parametrize("asset", [CLEAR.name, PRIVATE.name])
def test_no_flipped_bit_goes_unnoticed(tables: Tables, asset: str) -> None:
    path = tables.find_path(asset, QUARTER)
    whole = path.read_bytes()
    for seed in range(FLIPS):
        flip_one_bit(path, seed=seed)
        with pytest.raises(WarehouseError, match="is damaged"):
            read_by_duckdb(tables, asset)
        path.write_bytes(whole)
    assert read_by_duckdb(tables, asset) == [(sum(range(120)),)]


def test_a_file_of_an_earlier_version_is_read_page_by_page(tables: Tables) -> None:
    path = tables.find_path(CLEAR.name, QUARTER)
    path.with_name(f".{path.name}.sha256").unlink()
    assert read_by_arrow(tables, CLEAR.name).equals(ROWS)
    content = bytearray(path.read_bytes())
    content[60] ^= 1
    path.write_bytes(content)
    with pytest.raises((WarehouseError, OSError), match=r"is damaged|CRC"):
        read_by_arrow(tables, CLEAR.name)


@pytest.mark.parametrize("asset", [CLEAR.name, PRIVATE.name])
@pytest.mark.parametrize("damage", ["cut", "empty"])
def test_a_cut_file_of_an_earlier_version_is_named(tables: Tables, asset: str, damage: str) -> None:
    path = tables.find_path(asset, QUARTER)
    path.with_name(f".{path.name}.sha256").unlink()
    DAMAGES[damage](path)
    with pytest.raises(WarehouseError, match=f"{asset}/{path.name} is damaged"):
        read_by_arrow(tables, asset)


def test_a_write_that_breaks_off_leaves_a_file_that_fits(
    tables: Tables, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the sha256 and the file itself."""
    path = tables.find_path(CLEAR.name, QUARTER)
    replace = Path.replace

    def break_off(source: Path, target: Path) -> Path:
        if target == path:
            raise KeyboardInterrupt
        return replace(source, target)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(Path, "replace", break_off)
        tables.write(CLEAR.name, ROWS.head(5).to_arrow().to_reader(), QUARTER)
    assert read_by_arrow(tables, CLEAR.name).equals(ROWS)
    tables.write(CLEAR.name, ROWS.head(5).to_arrow().to_reader(), QUARTER)
    assert read_by_arrow(tables, CLEAR.name).height == 5


def test_a_file_that_another_process_replaces_meanwhile_is_no_damage(
    tables: Tables, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tables.find_path(CLEAR.name, QUARTER)
    others = iter([partial(tables.write, CLEAR.name, ROWS.head(5).to_arrow().to_reader(), QUARTER)])

    def hash_after_another_write(each: Path) -> str:
        for write in others:
            write()
        return hash_file(each)

    monkeypatch.setattr(kept_hashes, "hash_file", hash_after_another_write)
    tables.list_files(CLEAR.name, [QUARTER])
    assert pl.read_parquet(path).height == 5


def test_a_file_is_hashed_once_while_it_stays_as_it_is(
    tables: Tables, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[Path] = []

    def count(path: Path) -> str:
        hashed.append(path)
        return hash_file(path)

    monkeypatch.setattr(kept_hashes, "hash_file", count)
    for _ in range(3):
        read_by_duckdb(tables, CLEAR.name)
    assert len(hashed) == 1
