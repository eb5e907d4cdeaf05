"""The postcode directory is read again when its files, the code or the kept copy changed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import polars as pl
import pytest

from nino_assets.deliveries import postcode_files
from nino_assets.deliveries.postcode_files import hash_directory_files, read_directory_digest
from nino_assets.errors import WarehouseError
from nino_assets.orchestration.assets import reference
from nino_assets.orchestration.assets.catalogue import open_warehouse
from nino_assets.orchestration.assets.reference import postcode_directory
from nino_assets.store.folders import Folders
from nino_assets.store.warehouse import Warehouse
from nino_assets_tests.support import directory


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    directory.write_directory(tmp_path / "landing" / "nspl")
    return open_warehouse(Folders(tmp_path))


@pytest.fixture
def readings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that were read for their rows."""
    read: list[str] = []
    real = postcode_files.stream_directory_file

    def noted(file: postcode_files.DirectoryFile) -> Iterator[object]:
        read.append(file.name)
        return real(file)

    monkeypatch.setattr(reference, "stream_directory_file", noted)
    return read


def materialise(warehouse: Warehouse) -> pl.DataFrame:
    with dg.DagsterInstance.ephemeral() as instance:
        made = dg.materialize(
            [postcode_directory.definition], instance=instance, resources={"warehouse": warehouse}
        )
    assert made.success
    return warehouse.tables.read_frame("postcode_directory")


def test_the_same_files_are_read_once(warehouse: Warehouse, readings: list[str]) -> None:
    first = materialise(warehouse)
    assert len(readings) == 1
    assert materialise(warehouse).equals(first)
    assert len(readings) == 1
    assert read_directory_digest(warehouse) == hash_directory_files(warehouse.folders)


def test_other_content_of_the_same_size_and_time_is_read(
    warehouse: Warehouse, readings: list[str]
) -> None:
    materialise(warehouse)
    [path] = warehouse.folders.postcode_landing.rglob("*.csv")
    stamp = path.stat()
    text = path.read_text()
    row = text.splitlines()[1]
    path.write_text(text.replace(row, row.replace("E00", "E09", 1)))
    os.utime(path, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    assert path.stat().st_size == stamp.st_size
    materialise(warehouse)
    assert len(readings) == 2


def test_other_code_reads_again(
    warehouse: Warehouse, readings: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    materialise(warehouse)
    monkeypatch.setattr(reference, "compute_code_version", lambda: "other code")
    materialise(warehouse)
    assert len(readings) == 2


def test_a_kept_directory_that_is_damaged_is_made_again(
    warehouse: Warehouse, readings: list[str]
) -> None:
    first = materialise(warehouse)
    path = warehouse.tables.find_path("postcode_directory")
    content = bytearray(path.read_bytes())
    content[200] ^= 1
    path.write_bytes(content)
    assert materialise(warehouse).equals(first)
    assert len(readings) == 2


def test_a_directory_of_unknown_origin_is_in_no_publication(warehouse: Warehouse) -> None:
    frame = materialise(warehouse)
    warehouse.tables.write("postcode_directory", frame.to_arrow().to_reader())
    with pytest.raises(WarehouseError, match="materialise postcode_directory again"):
        read_directory_digest(warehouse)
