"""The secret keys, from the environment or made for a demonstration.

Source of the rules: design, pseudonyms and record keys, and bad input (only a synthetic delivery
may make keys in the data folder).
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from nino_assets.errors import SecretKeyError
from nino_assets.store.atomic import create_file, make_private_folder
from nino_assets.store.folders import Folders

PSEUDONYM_KEY, RECORD_KEY, STORAGE_KEY = (
    "NINO_PSEUDONYM_KEY",
    "NINO_RECORD_KEY",
    "NINO_STORAGE_KEY",
)
_HEX = re.compile(r"[0-9a-fA-F]{64}")


@dataclass(frozen=True, repr=False)
class SecretKeys:
    """The three keys of a warehouse, as bytes."""

    pseudonym: bytes
    record: bytes
    storage: bytes


def find_secret_keys(folders: Folders, *, synthetic: bool) -> SecretKeys:
    """The keys for a delivery.

    Raises SecretKeyError for a missing or malformed one.
    """
    return SecretKeys(
        pseudonym=_find_key(folders, PSEUDONYM_KEY, synthetic=synthetic),
        record=_find_key(folders, RECORD_KEY, synthetic=synthetic),
        storage=_find_key(folders, STORAGE_KEY, synthetic=synthetic),
    )


def find_storage_key(folders: Folders, may_make: Callable[[], bool]) -> bytes:
    """The key that reads and writes what the warehouse holds.

    `may_make` is asked when there is none. Raises SecretKeyError for a missing or malformed one.
    """
    made = find_demonstration_key_file(folders, STORAGE_KEY).exists()
    return _find_key(folders, STORAGE_KEY, synthetic=made or may_make())


def compute_fingerprint(key: bytes) -> str:
    """A mark by which a key is known again, but not found."""
    return hmac.new(key, b"nino-assets key fingerprint", hashlib.sha256).hexdigest()[:16]


def find_demonstration_key_file(folders: Folders, variable: str) -> Path:
    """Where a demonstration keeps the key that `variable` names."""
    return folders.keys / f"{variable.removeprefix('NINO_').lower()}.hex"


def _find_key(folders: Folders, variable: str, *, synthetic: bool) -> bytes:
    configured = os.environ.get(variable)
    if configured is not None:
        return _parse(configured.strip(), variable)
    if not synthetic:
        raise SecretKeyError(
            f"{variable} is not set",
            rule="a real delivery is read only with keys that the team keeps; none is made for it",
            next_step=f"set {variable} to the team's key of 64 hex digits and run again",
        )
    path = find_demonstration_key_file(folders, variable)
    if not path.exists():
        make_private_folder(folders.keys)
        with create_file(path, mode=0o600) as temporary:
            temporary.write_text(secrets.token_hex(32) + "\n", encoding="utf-8")
    return _parse(path.read_text(encoding="utf-8").strip(), folders.describe(path))


def _parse(text: str, name: str) -> bytes:
    if not _HEX.fullmatch(text):
        raise SecretKeyError(
            f"{name} is not a key: {len(text)} characters",
            rule="a key is 32 bytes, written as 64 hex digits",
            next_step=f"correct {name}; a new key is made with: openssl rand -hex 32",
        )
    return bytes.fromhex(text)
