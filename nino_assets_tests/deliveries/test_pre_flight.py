"""The pre-flight finds each obstacle, all of them at once, and makes nothing."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from nino_assets.deliveries.pre_flight import find_delivery_obstacles
from nino_assets.store.folders import Folders
from nino_assets.store.keys import RECORD_KEY, STORAGE_KEY, find_secret_keys
from nino_assets.store.seal import seal_keys, seal_storage_key
from nino_assets_tests.support.postcode_download import put_file, write_directory_csv
from nino_assets_tests.support.small_delivery import QUARTER, TODAY, deliver, put, record


@pytest.fixture
def ready(folders: Folders) -> Folders:
    put_file(folders, "NSPL_NOV_2021_UK.csv", write_directory_csv())
    deliver(folders, [record()])
    return folders


def find(folders: Folders, today: date = TODAY) -> list[str]:
    return [each.what for each in find_delivery_obstacles(folders, [QUARTER], today=today)]


def test_a_whole_delivery_meets_none_and_no_key_is_made(ready: Folders) -> None:
    assert find(ready) == []
    assert not ready.keys.exists()
    assert not ready.warehouse.exists()


def spoil_everything(folders: Folders) -> None:
    shutil.rmtree(folders.postcode_landing)
    (folders.find_delivery(QUARTER) / "scan.csv").unlink()


def test_all_obstacles_are_told_at_once(ready: Folders) -> None:
    spoil_everything(ready)
    first, second = find(ready)
    assert first == "landing/nspl holds no postcode directory"
    assert "scan.csv is named in the manifest and is not there" in second


def empty_the_scan(folders: Folders) -> None:
    put(folders, {"scan.csv": b"nino\n"}, {"scan.csv": 0})


def put_text(folders: Folders, text: str) -> None:
    put(folders, {"scan.csv": text.encode()}, {"scan.csv": 1})


def lose_a_key(folders: Folders) -> None:
    secret = find_secret_keys(folders, synthetic=True)
    seal_keys(folders, secret)
    seal_storage_key(folders, secret.storage)
    (folders.keys / "record_key.hex").unlink()


def change_a_key(folders: Folders) -> None:
    lose_a_key(folders)
    (folders.keys / "record_key.hex").write_text("1" * 64)


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (empty_the_scan, "describes an empty scan"),
        (lambda folders: deliver(folders, [record()], synthetic=False), "is not set"),
        (lambda folders: deliver(folders, [record()], layout="mws-9"), "is not declared"),
        (lambda folders: shutil.rmtree(folders.landing / QUARTER.label), "No delivery in landing/"),
        (lambda folders: put_text(folders, "\nnino\n"), "scan.csv begins with a blank line"),
        (lambda folders: put_text(folders, "nino,surname\n1,2\n"), "scan.csv has other columns"),
        (lambda folders: put_text(folders, ""), "scan.csv is empty"),
        (lose_a_key, f"{RECORD_KEY}, which this warehouse was built with, is gone"),
        (change_a_key, f"built with another {RECORD_KEY}"),
    ],
)
def test_each_obstacle_is_told(
    ready: Folders, spoil: Callable[[Folders], object], words: str
) -> None:
    spoil(ready)
    assert any(words in what for what in find(ready)), find(ready)


def test_a_lost_key_is_not_made_anew(ready: Folders) -> None:
    lose_a_key(ready)
    find(ready)
    assert not (ready.keys / "record_key.hex").exists()
    assert (ready.keys / "storage_key.hex").exists(), STORAGE_KEY


def test_a_p_table_that_is_not_there_is_told(
    ready: Folders, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("NINO_PERTURBATION_TABLE", str(tmp_path / "none.parquet"))
    [told] = find(ready)
    assert "none.parquet" in told
    assert told.endswith("is not a file that is there")


def test_a_disk_smaller_than_the_delivery_is_told(
    ready: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    size = (ready.find_delivery(QUARTER) / "scan.csv").stat().st_size
    usage = shutil.disk_usage(ready.root)
    for free, expected in ((size, 0), (size - 1, 1)):
        monkeypatch.setattr(shutil, "disk_usage", lambda _, free=free: usage._replace(free=free))
        assert len(find(ready)) == expected
