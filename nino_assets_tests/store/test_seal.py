"""A warehouse keeps its keys and its N for good."""

from __future__ import annotations

import json
import stat
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cache
from threading import Barrier, BrokenBarrierError
from unittest import mock

import pytest

from nino_assets.errors import SecretKeyError
from nino_assets.methods.disclosure.perturbation_table.design import Design, make_perturbation_table
from nino_assets.methods.disclosure.perturbation_table.validation import (
    PerturbationTable,
    check_perturbation_table,
)
from nino_assets.store import seal as seal_module
from nino_assets.store.folders import Folders
from nino_assets.store.keys import SecretKeys
from nino_assets.store.seal import seal_keys, seal_perturbation_table, seal_storage_key

KEYS = SecretKeys(b"p" * 32, b"r" * 32, b"s" * 32)


def seal(folders: Folders, table: PerturbationTable) -> None:
    seal_perturbation_table(folders, table.keys, table.encode_entries())


@cache
def table(key: bytes = b"k" * 32, keys: int = 256) -> PerturbationTable:
    return check_perturbation_table(make_perturbation_table(key, Design(3, 1.0, keys=keys)))


def test_the_same_keys_and_n_are_welcome_again(folders: Folders) -> None:
    for _ in range(2):
        seal(folders, table())
        seal_keys(folders, KEYS)
    path = folders.restricted / "seal.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(json.loads(path.read_text())) == 4
    assert KEYS.record.hex() not in path.read_text()


def test_another_n_is_refused(folders: Folders) -> None:
    seal(folders, table())
    with pytest.raises(SecretKeyError, match="another number of keys N"):
        seal(folders, table(keys=512))
    seal(folders, table())


def test_a_table_of_the_same_n_and_other_entries_is_refused(folders: Folders) -> None:
    """One design, drawn with two keys: every rule of a p-table holds for both."""
    seal(folders, table())
    with pytest.raises(SecretKeyError, match="another p-table of as many keys"):
        seal(folders, table(b"q" * 32))
    seal(folders, table())


def test_a_warehouse_sealed_with_n_alone_takes_the_entries_it_first_meets(
    folders: Folders,
) -> None:
    seal(folders, table())
    path = folders.restricted / "seal.json"
    held = json.loads(path.read_text())
    path.write_text(json.dumps({"number of keys N in the p-table": 256}))
    seal(folders, table())
    assert json.loads(path.read_text()) == held


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


def test_runs_that_bind_at_once_keep_what_each_has_bound(folders: Folders) -> None:
    """Both have looked before either writes: the slower one must look again."""
    read, both = seal_module._read_seal, Barrier(2)

    def wait_for_the_other(folders: Folders) -> Mapping[str, int | str]:
        held = read(folders)
        with suppress(BrokenBarrierError):
            both.wait(timeout=0.5)
        return held

    with (
        mock.patch.object(seal_module, "_read_seal", wait_for_the_other),
        ThreadPoolExecutor(2) as pool,
    ):
        for bound in (
            pool.submit(seal_keys, folders, KEYS),
            pool.submit(seal_storage_key, folders, KEYS.storage),
        ):
            bound.result()
    assert len(json.loads((folders.restricted / "seal.json").read_text())) == 3
