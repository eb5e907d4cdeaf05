"""Atomic writes: a file is whole and new, or it is the old one; never half of either.

Belongs here: the temporary name, the flush to disk, the rename, and what disk errors mean.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from nino_assets.errors import WarehouseError

_REASONS = {
    errno.ENOSPC: ("the disk is full", "free some space on that disk, then run the quarter again"),
    errno.EDQUOT: ("the disk quota is used up", "free some space, then run the quarter again"),
    errno.EROFS: ("the folder is read-only", "make it writable, then run the quarter again"),
    errno.EACCES: ("the folder may not be written", "give this user write access, then run again"),
    errno.EPERM: ("the folder may not be written", "give this user write access, then run again"),
}


@contextlib.contextmanager
def replacing(path: Path, *, mode: int = 0o644) -> Iterator[Path]:
    """Give a temporary path beside `path`; on success it takes `path`'s place in one step.

    Raises WarehouseError when the disk is full or the folder cannot be written; `path` then
    stands as it was.
    """
    with disk_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        for leftover in path.parent.glob(f".{path.name}.*.tmp"):
            if not _alive(leftover):
                leftover.unlink(missing_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with disk_errors(path):
            yield temporary
            temporary.chmod(mode)
            flush(temporary)
            temporary.replace(path)
            flush(path.parent)
    finally:
        temporary.unlink(missing_ok=True)


@contextlib.contextmanager
def creating(path: Path, *, mode: int) -> Iterator[Path]:
    """Give a temporary path beside `path`; it becomes `path` unless another process was faster.

    For what is made once and then kept: two processes at work go on with the same file.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with disk_errors(path):
            yield temporary
            temporary.chmod(mode)
            flush(temporary)
            with contextlib.suppress(FileExistsError):
                os.link(temporary, path)
            flush(path.parent)
    finally:
        temporary.unlink(missing_ok=True)


@contextlib.contextmanager
def replacing_files(folder: Path) -> Iterator[Path]:
    """Give an empty temporary folder; on success its files take the places of `folder`'s.

    Each file is replaced in one step, and files that are no longer made go. Raises WarehouseError
    as `replacing` does.
    """
    with disk_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        for leftover in folder.parent.glob(f".{folder.name}.*.tmp"):
            if not _alive(leftover):
                shutil.rmtree(leftover)
        fresh = folder.with_name(f".{folder.name}.{os.getpid()}.tmp")
        fresh.mkdir()
    try:
        with disk_errors(folder):
            yield fresh
        made = sorted(fresh.iterdir())
        for path in made:
            with replacing(folder / path.name) as temporary:
                path.rename(temporary)
        for path in set(folder.glob("[!.]*")) - {folder / path.name for path in made}:
            path.unlink()
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def replacing_link(link: Path, target: str) -> None:
    """Let a symbolic link point elsewhere, in one step; `target` is relative to its folder."""
    temporary = link.with_name(f".{link.name}.{os.getpid()}.tmp")
    with disk_errors(link):
        temporary.unlink(missing_ok=True)
        temporary.symlink_to(target)
        temporary.replace(link)
        flush(link.parent)


def write_text(path: Path, text: str, *, mode: int = 0o644) -> None:
    """Write a small text file atomically, UTF-8."""
    with replacing(path, mode=mode) as temporary:
        temporary.write_text(text, encoding="utf-8")


def private_folder(path: Path) -> Path:
    """Make a folder that only its owner may enter."""
    with disk_errors(path):
        path.mkdir(parents=True, exist_ok=True)
        path.chmod(0o700)
    return path


@contextlib.contextmanager
def disk_errors(path: Path) -> Iterator[None]:
    """Turn an operating system's refusal into a message that names the file and the way out."""
    try:
        yield
    except OSError as error:
        if error.errno not in _REASONS:
            raise
        reason, next_step = _REASONS[error.errno]
        raise WarehouseError(
            f"{path.parent.name}/{path.name} cannot be written: {reason}{_free_space(path)}",
            rule="a file is replaced only by a whole new one; the last one still stands",
            next_step=next_step,
        ) from None


def _free_space(path: Path) -> str:
    existing = next(p for p in (path, *path.parents) if p.exists())
    free = shutil.disk_usage(existing).free
    return f" ({free / 1e6:,.0f} MB free)"


def _alive(temporary: Path) -> bool:
    """Whether the process that named this temporary file is another one still at work."""
    pid = temporary.name.rsplit(".", 2)[1]
    return pid != str(os.getpid()) and Path("/proc", pid).exists()


def flush(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
