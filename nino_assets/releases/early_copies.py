"""Makes encrypted copies of an edition for people with pre-release access.

A copy is a zip of what readers get, without the open data, encrypted with age for the key of one
person. Whoever finds it, or keeps it, reads nothing of it.
"""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pyrage

from nino_assets.errors import GovernanceError
from nino_assets.store.atomic import replace_file
from nino_assets.store.folders import Folders
from nino_assets.store.publication_manifest import list_files

KEYS_FOLDER = "pre-release-access/keys"
"""In `landing/`: a public key for each business case, `PRA-1.pub`, of age or of SSH."""

_LEFT_OUT = "open-data/"
_CASE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,60}")
_LARGEST_KEY = 10_000
Recipient = object
"""A key of age or of SSH; the library gives no type for both."""


def read_recipient(folders: Folders, case: str) -> Recipient | None:
    """Read the key for a business case; None without one.

    Raises GovernanceError for a file that is no public key of age or SSH.
    """
    path = folders.landing / KEYS_FOLDER / f"{case}.pub"
    if not _CASE.fullmatch(case) or not path.is_file():
        return None
    text = path.read_bytes()[:_LARGEST_KEY].decode("utf-8", errors="replace").strip()
    for kind in (pyrage.x25519.Recipient, pyrage.ssh.Recipient):
        try:
            found: Recipient = kind.from_str(text)
        except pyrage.RecipientError:
            continue
        return found
    raise GovernanceError(
        f"{folders.describe(path)} is not a public key",
        rule="a copy is encrypted for a key of age (age1...) or of SSH (ssh-ed25519, ssh-rsa)",
        next_step="ask the person for the public key, and put it there as one line",
    )


def write_early_copy(publication: Path, recipient: Recipient, to: Path) -> None:
    """Write the copy for one person.

    Raises WarehouseError on a full or read-only disk.
    """
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as parts:
        for name in list_files(publication):
            if not name.startswith(_LEFT_OUT):
                parts.write(publication / name, name)
    with replace_file(to, mode=0o600) as temporary:
        temporary.write_bytes(pyrage.encrypt(packed.getvalue(), [recipient]))
