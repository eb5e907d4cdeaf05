"""The secret keys: configured, or made for a demonstration.

They are configured in the environment or in a private file. A process that serves others has no key
in its environment: it is told where the private file is.

Source of the rules: design, pseudonyms and record keys, and bad input (only a synthetic delivery
may make keys in the data folder).
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import resource
import secrets
import stat
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
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
KEY_FILE_VARIABLE = "NINO_KEY_FILE"
"""Names a file with a line `NAME=64 hex digits` a key, which only its owner may read."""
_OTHER_SECRETS = ("NINO_PERTURBATION_TABLE_KEY",)
_MEMORY = Path("/dev/shm")  # noqa: S108 - a private folder is made in it
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


def read_secret_keys(folders: Folders, *, synthetic: bool) -> dict[str, bytes]:
    """The keys for a delivery that are there, by name.

    Raises SecretKeyError for a missing or malformed one.
    """
    return {
        name: _find_key(folders, name, synthetic=synthetic)
        for name in (PSEUDONYM_KEY, RECORD_KEY, STORAGE_KEY)
        if not synthetic
        or _is_configured(name)
        or find_demonstration_key_file(folders, name).exists()
    }


def find_storage_key(folders: Folders, may_make: Callable[[], bool]) -> bytes:
    """The key that reads and writes what the warehouse holds.

    `may_make` is asked when there is none. Raises SecretKeyError for a missing or malformed one.
    """
    made = find_demonstration_key_file(folders, STORAGE_KEY).exists()
    return _find_key(folders, STORAGE_KEY, synthetic=made or may_make())


@contextmanager
def hide_keys(environment: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """Give the environment without keys; they are in a private file meanwhile.

    The file is in memory where the machine has a folder for that, and is removed at the end.
    """
    secret = (PSEUDONYM_KEY, RECORD_KEY, STORAGE_KEY, *_OTHER_SECRETS)
    rest = {name: value for name, value in environment.items() if name not in secret}
    held = {name: environment[name] for name in secret[:3] if name in environment}
    if not held:
        yield rest
        return
    if KEY_FILE_VARIABLE in rest:
        held = _read_key_file(Path(rest[KEY_FILE_VARIABLE])) | held
    with tempfile.TemporaryDirectory(prefix="nino-keys-", dir=_find_memory_folder()) as folder:
        path = Path(folder) / "keys"
        with create_file(path, mode=0o600) as temporary:
            lines = (f"{name}={value.strip()}\n" for name, value in held.items())
            temporary.write_text("".join(lines), encoding="utf-8")
        yield rest | {KEY_FILE_VARIABLE: str(path)}


def _find_memory_folder() -> Path | None:
    private = os.environ.get("XDG_RUNTIME_DIR")
    places = [Path(private)] if private else []
    usable = (each for each in [*places, _MEMORY] if each.is_dir() and os.access(each, os.W_OK))
    return next(usable, None)


def compute_fingerprint(key: bytes) -> str:
    """A mark by which a key is known again, but not found."""
    return hmac.new(key, b"nino-assets key fingerprint", hashlib.sha256).hexdigest()[:16]


def find_demonstration_key_file(folders: Folders, variable: str) -> Path:
    """Where a demonstration keeps the key that `variable` names."""
    return folders.keys / f"{variable.removeprefix('NINO_').lower()}.hex"


def _is_configured(variable: str) -> bool:
    file = os.environ.get(KEY_FILE_VARIABLE)
    return variable in os.environ or (file is not None and variable in _read_key_file(Path(file)))


def _find_key(folders: Folders, variable: str, *, synthetic: bool) -> bytes:
    # A process that ends in a fault would leave its memory, with the keys, in a file.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    configured = os.environ.get(variable)
    if configured is not None:
        return _parse(configured.strip(), variable)
    file = os.environ.get(KEY_FILE_VARIABLE)
    given = _read_key_file(Path(file)).get(variable) if file else None
    if given is not None:
        return _parse(given, f"{variable} in {KEY_FILE_VARIABLE}")
    if not synthetic:
        raise SecretKeyError(
            f"{variable} is not set",
            rule="a real delivery is read only with keys that the team keeps; none is made for it",
            next_step=f"set {variable} to the team's key of 64 hex digits, or put it into the file "
            f"that {KEY_FILE_VARIABLE} names, and run again",
        )
    path = find_demonstration_key_file(folders, variable)
    if not path.exists():
        make_private_folder(folders.keys)
        with create_file(path, mode=0o600) as temporary:
            temporary.write_text(secrets.token_hex(32) + "\n", encoding="utf-8")
    return _parse(path.read_text(encoding="utf-8").strip(), folders.describe(path))


def _read_key_file(path: Path) -> dict[str, str]:
    try:
        with path.open(encoding="utf-8") as file:
            status = os.fstat(file.fileno())
            private = status.st_uid == os.geteuid() and not stat.S_IMODE(status.st_mode) & 0o077
            lines = file.read().splitlines() if private else []
    except (OSError, UnicodeDecodeError) as error:
        raise SecretKeyError(
            f"The file that {KEY_FILE_VARIABLE} names cannot be read: {type(error).__name__}",
            rule="it has a line NAME=64 hex digits for each key",
            next_step=f"correct {KEY_FILE_VARIABLE}, or the file",
        ) from None
    if not private:
        raise SecretKeyError(
            f"Others may read the file that {KEY_FILE_VARIABLE} names, or it is another account's",
            rule="only the account that runs the pipeline may read keys",
            next_step="chown the file to this account, and chmod 600 it",
        )
    pairs = (line.partition("=") for line in lines if line.strip() and not line.startswith("#"))
    return {name.strip(): value.strip() for name, _, value in pairs}


def _parse(text: str, name: str) -> bytes:
    if not _HEX.fullmatch(text):
        raise SecretKeyError(
            f"{name} is not a key: {len(text)} characters",
            rule="a key is 32 bytes, written as 64 hex digits",
            next_step=f"correct {name}; a new key is made with: openssl rand -hex 32",
        )
    key = bytes.fromhex(text)
    if not any(key):
        raise SecretKeyError(
            f"{name} is all zeros",
            rule="a key is drawn by chance, so that nobody can guess it",
            next_step=f"correct {name}; a new key is made with: openssl rand -hex 32",
        )
    return key
