"""Verifies released editions with public files alone.

What is read lies in the folder `published/` or below an address of the web. Every file is held
against the manifest, the manifest against the register, and the signatures against the manifest.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO
from urllib.error import URLError
from urllib.request import urlopen

from nino_assets.errors import PublicationError
from nino_assets.governance.signatures import Role
from nino_assets.governance.ssh_signatures import is_signed
from nino_assets.releases.decision_records import KEYS, name_record
from nino_assets.releases.published import REGISTER_NAME, ReleasedEdition
from nino_assets.store.publication_manifest import MANIFEST_NAME

_EDITION = re.compile(r"(?P<root>.*?)/*(?P<folder>[0-9]{4}-Q[1-4]/[0-9]+)/*")
_WEB = re.compile(r"https?://", re.IGNORECASE)
_SECONDS = 30
_RULE = "what readers have is what was signed, byte for byte"

Open = Callable[[str], BinaryIO]
"""Opens a public file by its path below `published/`. Raises OSError."""


@dataclass(frozen=True)
class VerifiedEdition:
    """What was found: faults, a sentence each, and the keys that signed."""

    folder: str
    files: int
    faults: Sequence[str]
    keys: Sequence[str]


def verify_editions(place: str, signers: Collection[str] | None = None) -> list[VerifiedEdition]:
    """Verify every edition at a place, or the one that it names.

    `signers` are the keys that may sign, as in `.pub` files; without them any key may. Raises
    PublicationError where nothing released is to be read.
    """
    found = _EDITION.fullmatch(place)
    root, wanted = (found["root"], found["folder"]) if found else (place, "")
    open_file = _make_opener(root)
    try:
        with open_file(REGISTER_NAME) as file:
            editions = [ReleasedEdition.from_json(each) for each in json.load(file)]
    except (OSError, URLError, ValueError, KeyError, TypeError):
        raise PublicationError(
            f"There is no {REGISTER_NAME} at {root or '.'}",
            rule="an edition is verified where it was published, with the register of releases",
            next_step="give the folder or address of published/, or of an edition in it",
        ) from None
    chosen = [each for each in editions if wanted in ("", each.folder)]
    if not chosen:
        raise PublicationError(
            f"{wanted} is not in {REGISTER_NAME}",
            rule="only editions that were released are verified",
            next_step="name one of " + ", ".join(each.folder for each in editions),
        )
    return [_verify(open_file, each, signers) for each in chosen]


def _make_opener(root: str) -> Open:
    if _WEB.match(root):
        return lambda name: urlopen(f"{root.rstrip('/')}/{name}", timeout=_SECONDS)  # noqa: S310
    return lambda name: Path(root, name).open("rb")


def _verify(
    open_file: Open, edition: ReleasedEdition, signers: Collection[str] | None
) -> VerifiedEdition:
    manifest = f"{edition.folder}/{MANIFEST_NAME}"
    try:
        with open_file(manifest) as file:
            content = file.read()
        listed = dict(json.loads(content)["files"])
    except (OSError, ValueError, KeyError, TypeError):
        return VerifiedEdition(edition.folder, 0, [f"{manifest} cannot be read"], [])
    faults = []
    if hashlib.sha256(content).hexdigest() != edition.manifest_sha256:
        faults.append(f"{manifest} is not the one in {REGISTER_NAME}")
    for name, entry in sorted(listed.items()):
        if _hash(open_file, f"{edition.folder}/{name}") != entry["sha256"]:
            faults.append(f"{edition.folder}/{name} is missing or has changed")
    keys, unsigned = _verify_signatures(open_file, edition, signers)
    return VerifiedEdition(edition.folder, len(listed), faults + unsigned, keys)


def _verify_signatures(
    open_file: Open, edition: ReleasedEdition, signers: Collection[str] | None
) -> tuple[list[str], list[str]]:
    """The keys that signed, and what is wrong."""
    name = name_record(edition)
    try:
        with open_file(name) as file:
            record: dict[str, Any] = json.load(file)
        given = {each["role"]: each for each in record["signatures"]}
        proof = record["proved_by"]
    except (OSError, ValueError, KeyError, TypeError):
        return [], [f"{name} is missing or is no record of decisions"]
    if proof != KEYS:
        # A demonstration has no keys. Anything else that has none was not released by this code.
        return [], [] if edition.synthetic and not signers else [f"{name} has no signatures"]
    keys, faults = [], []
    for role in Role:
        signature = given.get(role)
        if signature is None:
            faults.append(f"{name} has no signature as {role}")
            continue
        keys.append(str(signature["key"]))
        faults += [
            f"{name}: the signature as {role} {fault}"
            for fault in _find_faults(signature, edition, role, signers)
        ]
    if len(set(keys)) < len(keys):
        faults.append(f"{name}: one key signed in both roles")
    return keys, faults


def _find_faults(
    signature: dict[str, Any],
    edition: ReleasedEdition,
    role: Role,
    signers: Collection[str] | None,
) -> list[str]:
    statement, key = str(signature["statement"]), str(signature["key"])
    says = dict(line.split(": ", 1) for line in statement.splitlines() if ": " in line)
    meant = (edition.quarter.label, role.value, edition.manifest_sha256)
    faults = []
    if (says.get("quarter"), says.get("role"), says.get("manifest sha256")) != meant:
        faults.append("is for something else")
    if not is_signed(statement, str(signature["signature"]), key):
        faults.append("does not belong to its key")
    if signers is not None and key not in signers:
        faults.append("is by a key that may not sign")
    return faults


def _hash(open_file: Open, name: str) -> str:
    """The sha256 of a file; blank when it cannot be read."""
    try:
        with open_file(name) as file:
            total = hashlib.sha256()
            while block := file.read(1 << 20):
                total.update(block)
            return total.hexdigest()
    except OSError:
        return ""
