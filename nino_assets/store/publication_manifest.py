"""The publication manifest: the published files and what they came from.

Published are all files but `manifest.json` itself, the folder `qa/`, and hidden files, which are
also the temporary ones (`atomic.py`).
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from nino_assets.errors import PublicationError
from nino_assets.packaged import PACKAGE, find_packaged
from nino_assets.store.atomic import write_text
from nino_assets.store.locks import lock_file

MANIFEST_NAME = "manifest.json"
_NOT_PUBLISHED = ("qa",)
_NO_CODE = {"__pycache__", "_packaged"}
"""Compiled files, and in a wheel the copies of what a checkout keeps outside the package."""


def refresh_manifest(
    publication: Path,
    *,
    code_version: str,
    inputs: Mapping[str, str],
    lock: Path,
    written: Sequence[str] = ("",),
) -> None:
    """Write `manifest.json` over the files that the publication folder holds now.

    Every publication asset of a quarter ends with this call, in any order and from processes of
    their own; whoever comes last lists everything. `written` says which files the caller has made,
    by the beginnings of their names, and only they are read: any other that is listed keeps the
    entry of the asset that made it, so that a later change of it does not pass unseen. `inputs`
    (name → sha256) replaces what an earlier call gave, so all assets of a quarter give the same.
    `lock` is a file outside the publication, made when it is not there, that holds writers of one
    manifest apart.
    """
    with lock_file(lock):
        own, listed = tuple(written), _read_listed_if_any(publication)
        kept = {name: listed[name] for name in listed if not name.startswith(own)}
        document = {
            "code_version": code_version,
            "files": _list_published(publication, kept=kept),
            "inputs": dict(inputs),
        }
        text = json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
        write_text(publication / MANIFEST_NAME, text)


def verify_manifest(publication: Path, names: Sequence[str] = ("",)) -> list[str]:
    """What differs between the manifest and the folder, a sentence a file.

    Only files whose names begin with one of `names` are read and held against it, or all.
    Raises PublicationError when there is no manifest or it cannot be read as one.
    """
    wanted = tuple(names)
    listed = {name: e for name, e in _read_listed(publication).items() if name.startswith(wanted)}
    held = _list_published(publication, wanted)
    return [
        f"{name} {difference}"
        for name in sorted(listed.keys() | held.keys())
        if (difference := _compare(listed.get(name), held.get(name)))
    ]


def list_files(publication: Path) -> list[str]:
    """List the files that a manifest names.

    Raises PublicationError when there is no manifest or it cannot be read as one.
    """
    return sorted(_read_listed(publication))


@cache
def compute_code_version() -> str:
    """A sha256 over the names and bytes of code and reference lists.

    Read once a process. Checkouts and wheels of the same code agree, wherever they lie.
    """
    total = hashlib.sha256()
    for root, name in ((PACKAGE, PACKAGE.name), (find_packaged("reference"), "data/reference")):
        for inside, path in _list_files(root):
            if not _NO_CODE.intersection(inside.split("/")):
                total.update(f"{name}/{inside}\0{_describe_file(path)['sha256']}\n".encode())
    return total.hexdigest()


def _list_published(
    publication: Path, names: tuple[str, ...] = ("",), *, kept: Mapping[str, object] | None = None
) -> dict[str, object]:
    """The entries of published files that begin with one of `names`.

    Those in `kept` are taken from there.
    """
    entries: dict[str, object] = {}
    for name, path in _list_files(publication):
        if name == MANIFEST_NAME or name.split("/")[0] in _NOT_PUBLISHED:
            continue
        if not name.startswith(names):
            continue
        # Another asset of the quarter may be replacing its files meanwhile; it refreshes after us.
        with contextlib.suppress(FileNotFoundError):
            entries[name] = kept[name] if kept and name in kept else _describe_file(path)
    return entries


def _list_files(root: Path) -> list[tuple[str, Path]]:
    """Every file below a folder that is not hidden, in name order."""
    found = ((path.relative_to(root), path) for path in root.rglob("*"))
    return sorted(
        (inside.as_posix(), path)
        for inside, path in found
        if path.is_file() and not any(part.startswith(".") for part in inside.parts)
    )


def _describe_file(path: Path) -> dict[str, str | int]:
    with path.open("rb") as handle:
        digest = hashlib.file_digest(handle, "sha256")
        return {"sha256": digest.hexdigest(), "size": handle.tell()}


def _read_listed_if_any(publication: Path) -> dict[str, object]:
    """What the manifest lists, if there is one."""
    with contextlib.suppress(PublicationError):
        return _read_listed(publication)
    return {}


def _read_listed(publication: Path) -> dict[str, object]:
    try:
        files = json.loads((publication / MANIFEST_NAME).read_text(encoding="utf-8"))["files"]
        return dict(files.items())
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise PublicationError(
            f"publications/{publication.name}/{MANIFEST_NAME} is missing or is not a manifest",
            rule="every publication lists its files with their sha256",
            next_step="materialise tables, open_data and bulletin of the quarter again",
        ) from None


def _compare(listed: object, held: object) -> str:
    if held is None:
        return "is missing"
    if listed is None:
        return "is not in the manifest"
    return "" if listed == held else "has changed"
