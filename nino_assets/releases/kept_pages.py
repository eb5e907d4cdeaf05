"""Keeps the sha256 of published pages, to find damaged ones.

An edition has a signed manifest; the pages for readers have none.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from nino_assets.store.atomic import write_text
from nino_assets.store.file_hashes import hash_file
from nino_assets.store.folders import Folders


@contextmanager
def keep_page_hashes(folders: Folders, pages: Mapping[str, bytes]) -> Iterator[None]:
    """Keep the sha256 of pages that are published meanwhile.

    Those of before are kept until the end: a process that is killed leaves one or the other.
    """
    before = _read_kept(folders)
    new = {name: [hashlib.sha256(pages[name]).hexdigest()] for name in sorted(pages)}
    _write_kept(folders, {name: [*before.get(name, []), *kept] for name, kept in new.items()})
    yield
    _write_kept(folders, new)


def list_damaged_pages(folders: Folders) -> list[str]:
    """The published pages that are missing, or not as they were released."""
    return [
        name
        for name, hashes in _read_kept(folders).items()
        if not _has_hash(folders.published / name, hashes)
    ]


def _has_hash(path: Path, hashes: list[str]) -> bool:
    try:
        return hash_file(path) in hashes
    except OSError:
        return False


def _read_kept(folders: Folders) -> dict[str, list[str]]:
    """What was kept; nothing where an earlier version released."""
    try:
        kept = json.loads(_locate(folders).read_text(encoding="utf-8"))
        return {str(name): [str(each) for each in hashes] for name, hashes in kept.items()}
    except (OSError, ValueError, AttributeError, TypeError):
        return {}


def _write_kept(folders: Folders, kept: Mapping[str, list[str]]) -> None:
    write_text(_locate(folders), json.dumps(kept, indent=1) + "\n")


def _locate(folders: Folders) -> Path:
    return folders.warehouse / "governance" / "published_pages.json"
