"""A hash is kept until its file changes, in whatever way."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from nino_assets.store.file_hashes import hash_file_once
from nino_assets.store.folders import Folders


@pytest.fixture
def file(folders: Folders) -> Path:
    folders.landing.mkdir(parents=True)
    path = folders.landing / "scan.csv"
    path.write_bytes(b"first")
    return path


def test_an_unchanged_file_is_read_once(
    folders: Folders, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = hash_file_once(folders, file)
    assert found == hashlib.sha256(b"first").hexdigest()
    monkeypatch.setattr(hashlib, "file_digest", None)
    assert hash_file_once(folders, file) == found


def test_a_file_with_the_same_size_and_time_is_another_file(folders: Folders, file: Path) -> None:
    hash_file_once(folders, file)
    before = file.stat().st_mtime_ns
    file.write_bytes(b"other")
    os.utime(file, ns=(before, before))
    assert hash_file_once(folders, file) == hashlib.sha256(b"other").hexdigest()


@pytest.mark.parametrize("kept", ["", "[]", "{", '{"x": 1}', "null"])
def test_a_spoilt_memory_is_begun_again(folders: Folders, file: Path, kept: str) -> None:
    folders.dagster.mkdir()
    memory = folders.dagster / "file-hashes.json"
    memory.write_text(kept.replace("x", str(file)))
    assert hash_file_once(folders, file) == hashlib.sha256(b"first").hexdigest()
    assert memory.read_text() != kept
