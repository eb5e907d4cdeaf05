"""The seal: a warehouse has one set of keys and one p-table.

So a person keeps one pseudonym and one record key in every quarter, a cell its value in every
release, and every private file is read with the key that wrote it. The seal holds marks of the
keys, from which they cannot be found.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from nino_assets.errors import SecretKeyError
from nino_assets.store import keys
from nino_assets.store.atomic import write_text
from nino_assets.store.folders import Folders
from nino_assets.store.locks import lock_file

_NUMBER_OF_KEYS = "number of keys N in the p-table"
_CONTENTS = "p-table of as many keys"


def seal_perturbation_table(folders: Folders, number_of_keys: int, entries: bytes) -> None:
    """Bind the warehouse to the entries of its p-table.

    With another table the same people would be published as another number in the next release.
    Raises SecretKeyError, which tells another number of keys from other entries.
    """
    _bind(folders, {_NUMBER_OF_KEYS: number_of_keys})
    _bind(folders, {_CONTENTS: keys.compute_fingerprint(entries)})


def seal_keys(folders: Folders, secret: keys.SecretKeys) -> None:
    """Bind the warehouse to its pseudonym and record key.

    Raises SecretKeyError for others.
    """
    _bind(
        folders,
        {
            keys.PSEUDONYM_KEY: keys.compute_fingerprint(secret.pseudonym),
            keys.RECORD_KEY: keys.compute_fingerprint(secret.record),
        },
    )


def seal_storage_key(folders: Folders, key: bytes) -> None:
    """Bind the warehouse to its storage key, before that is used.

    Otherwise a wrong key would replace good files by ones that the right key cannot read. Raises
    SecretKeyError for another.
    """
    _bind(folders, {keys.STORAGE_KEY: keys.compute_fingerprint(key)})


def refuse_other_keys(folders: Folders, found: Mapping[str, bytes]) -> None:
    """Raise SecretKeyError where a warehouse was built with other keys.

    Nothing is bound. A key that was not found, and would be made now, is another one too.
    """
    held = _read_seal(folders)
    _refuse_changed(held, {name: keys.compute_fingerprint(key) for name, key in found.items()})
    for name in (keys.PSEUDONYM_KEY, keys.RECORD_KEY, keys.STORAGE_KEY):
        if name in held and name not in found:
            raise SecretKeyError(
                f"{name}, which this warehouse was built with, is gone",
                rule="a warehouse works with the keys that it was built with, and no others",
                next_step=f"put the key back into {folders.describe(folders.keys)} from a backup, "
                "or start a new warehouse",
            )


def _bind(folders: Folders, mine: Mapping[str, int | str]) -> None:
    held = _read_seal(folders)
    _refuse_changed(held, mine)
    if mine.keys() <= held.keys():
        return
    path = _find_seal(folders)
    # Two runs that bind at once must not lose what the other has bound.
    with lock_file(folders.dagster / "seal.lock"):
        held = _read_seal(folders)
        _refuse_changed(held, mine)
        write_text(path, json.dumps({**held, **mine}, indent=1) + "\n", mode=0o600)


def _read_seal(folders: Folders) -> Mapping[str, int | str]:
    path = _find_seal(folders)
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def _refuse_changed(held: Mapping[str, int | str], mine: Mapping[str, int | str]) -> None:
    changed = [name for name, value in mine.items() if held.get(name, value) != value]
    if changed:
        raise SecretKeyError(
            f"This warehouse was built with another {' and another '.join(changed)}",
            rule="one set of keys and one p-table serve every quarter of a warehouse",
            next_step="set the keys and the p-table back, or start a new warehouse",
        )


def _find_seal(folders: Folders) -> Path:
    return folders.restricted / "seal.json"
