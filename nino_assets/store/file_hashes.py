"""Hashes files, and large ones once until they change.

A sensor looks at the same files every minute. What it found is kept in the data folder, by path,
inode, size and both times of change: a copy that keeps the time of its original still changes the
time of its inode.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from nino_assets.store.atomic import write_text
from nino_assets.store.folders import Folders

_MOST_KEPT = 2_000


def hash_file(path: Path) -> str:
    """The sha256 of a file, in hexadecimal digits."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def hash_file_once(folders: Folders, path: Path) -> str:
    """The sha256 of a file, from memory when the file is unchanged.

    A file that changes while it is read is not remembered. Whoever takes the file in reads and
    hashes it anyway: this is for finding out early what would be refused.
    """
    memory = folders.dagster / "file-hashes.json"
    held = _read_memory(memory)
    mark = mark_state(path)
    name = str(path)
    known = held.get(name)
    if isinstance(known, list) and known[:-1] == mark and isinstance(known[-1], str):
        return known[-1]
    found = hash_file(path)
    if mark_state(path) == mark:
        kept = {key: value for key, value in held.items() if key != name}
        kept = dict(list(kept.items())[-_MOST_KEPT + 1 :]) | {name: [*mark, found]}
        write_text(memory, json.dumps(kept), mode=0o600)
    return found


def mark_state(path: Path) -> list[int]:
    """What changes with a file: inode, size, and both times of change."""
    status = path.stat()
    return [status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns]


def _read_memory(path: Path) -> dict[str, Any]:
    """What was kept; nothing when it cannot be read."""
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return held if isinstance(held, dict) else {}
