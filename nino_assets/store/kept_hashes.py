"""Tells damaged files from those that are as they were written.

The sha256 of `x.parquet` is kept in `.x.parquet.sha256`. It is written before the file is replaced,
so it has two lines: the file that stood until then, and the new one. A process that ends between
the two leaves a file that fits.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from nino_assets.errors import WarehouseError
from nino_assets.store.atomic import explain_disk_errors, replace_file, write_text
from nino_assets.store.file_hashes import hash_file, mark_state
from nino_assets.store.folders import Folders

_SUFFIX = ".sha256"
_MOST_REMEMBERED = 10_000
_FITTING: dict[Path, list[int]] = {}
"""The files that this process has found to fit, by path, and their state at that time."""


@contextlib.contextmanager
def replace_stored(path: Path, *, mode: int) -> Iterator[Path]:
    """Replace a file as `replace_file` does, and keep its sha256."""
    with replace_file(path, mode=mode) as temporary:
        yield temporary
        before, now = _read_kept(path)[-1:], hash_file(temporary)
        if before != [now]:
            write_text(_locate(path), "\n".join([*before, now]) + "\n", mode=mode)


def has_kept_hash(path: Path) -> bool:
    """Whether a file is as it was written.

    One without a kept sha256, of an earlier version, counts as such.
    """
    state = mark_state(path)
    if _FITTING.get(path) == state:
        return True
    # Another process may replace the file between the two looks.
    fits = any(_matches(path) for _ in range(2))
    if fits and mark_state(path) == state and len(_FITTING) < _MOST_REMEMBERED:
        _FITTING[path] = state
    return fits


def refuse_damaged(folders: Folders, asset: str, paths: Sequence[Path]) -> None:
    """Raise WarehouseError for a file that is not as it was written."""
    for path in paths:
        with explain_disk_errors(path):
            fits = has_kept_hash(path)
        if not fits:
            raise build_damage_error(folders, asset, path)


def build_damage_error(folders: Folders, asset: str, path: Path) -> WarehouseError:
    """The refusal of a damaged file of an asset."""
    return WarehouseError(
        f"{folders.describe(path)} is damaged: it is not as it was written",
        rule="a stored file is read only while it has the sha256 that it was written with",
        next_step=f"build {asset} again for the quarter that its name tells, or for any quarter "
        "where it has none; or put the file and its .sha256 back from a backup",
    )


def _matches(path: Path) -> bool:
    kept = _read_kept(path)
    return not kept or hash_file(path) in kept


def _read_kept(path: Path) -> list[str]:
    try:
        return _locate(path).read_text(encoding="ascii").split()
    except FileNotFoundError:
        return []
    except UnicodeDecodeError:
        return ["unreadable"]


def _locate(path: Path) -> Path:
    return path.with_name(f".{path.name}{_SUFFIX}")
