"""A warehouse keeps its keys and its N for good."""

from __future__ import annotations

import json
import stat

import pytest

from nino_assets.errors import SecretKeyError
from nino_assets.storage.folders import Folders
from nino_assets.storage.keys import SecretKeys
from nino_assets.storage.seal import seal_keys, seal_number_of_keys, seal_storage_key

KEYS = SecretKeys(b"p" * 32, b"r" * 32, b"s" * 32)


def test_the_same_keys_and_n_are_welcome_again(folders: Folders) -> None:
    for _ in range(2):
        seal_number_of_keys(folders, 256)
        seal_keys(folders, KEYS)
    path = folders.restricted / "seal.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(json.loads(path.read_text())) == 3
    assert KEYS.record.hex() not in path.read_text()


def test_another_n_is_refused(folders: Folders) -> None:
    seal_number_of_keys(folders, 256)
    with pytest.raises(SecretKeyError, match="another number of keys N"):
        seal_number_of_keys(folders, 512)
    seal_number_of_keys(folders, 256)


@pytest.mark.parametrize(
    ("other", "named"),
    [
        (SecretKeys(b"x" * 32, KEYS.record, KEYS.storage), "NINO_PSEUDONYM_KEY"),
        (SecretKeys(KEYS.pseudonym, b"x" * 32, KEYS.storage), "NINO_RECORD_KEY"),
    ],
)
def test_another_key_is_refused_and_named(folders: Folders, other: SecretKeys, named: str) -> None:
    seal_keys(folders, KEYS)
    with pytest.raises(SecretKeyError, match=f"built with another {named}$|{named}\n"):
        seal_keys(folders, other)
    seal_keys(folders, KEYS)


def test_another_storage_key_is_refused(folders: Folders) -> None:
    seal_keys(folders, KEYS)
    seal_storage_key(folders, KEYS.storage)
    with pytest.raises(SecretKeyError, match="another NINO_STORAGE_KEY"):
        seal_storage_key(folders, b"x" * 32)
    seal_storage_key(folders, KEYS.storage)
