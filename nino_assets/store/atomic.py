"""Atomic writes: a file is wholly the new or the old one."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

from nino_assets.errors import WarehouseError

TEAM_MODE = 0o640
"""For the owner and the group that the data folder is shared with."""

_REASONS = {
    errno.ENOSPC: ("the disk is full", "free some space on that disk, then run the quarter again"),
    errno.EDQUOT: ("the disk quota is used up", "free some space, then run the quarter again"),
    errno.EROFS: ("the folder is read-only", "make it writable, then run the quarter again"),
    errno.EACCES: ("the folder may not be written", "give this user write access, then run again"),
    errno.EPERM: ("the folder may not be written", "give this user write access, then run again"),
    errno.EEXIST: ("something of that name is in the way", "move it away, then run again"),
    errno.ENOTDIR: ("a file is where a folder should be", "move it away, then run again"),
    errno.EISDIR: ("a folder is where a file should be", "move it away, then run again"),
    errno.ENAMETOOLONG: ("the name is too long", "give a shorter name"),
    errno.ELOOP: ("its links lead in a circle", "correct the links, then run again"),
    errno.ENOENT: ("it is not there and cannot be made", "name a folder that can be written"),
    errno.EIO: ("the disk fails", "have that disk looked at, then run again"),
}


_NO_LINKS = (errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK)
"""Errors of disks without hard links, or of a file with too many names."""
_FULL = (errno.ENOSPC, errno.EDQUOT)


def share_mode(path: Path, mode: int = TEAM_MODE) -> int:
    """The rights of a file, which follow those of its folder.

    The group writes the one where it writes the other. A private file stays its owner's.
    """
    shared = mode & 0o040 and path.parent.is_dir() and path.parent.stat().st_mode & 0o020
    return mode | 0o020 if shared else mode


def share_file(path: Path) -> None:
    """Give a file that another library made such rights."""
    if path.is_file() and path.stat().st_uid == os.geteuid():
        mode = stat.S_IMODE(path.stat().st_mode)
        if share_mode(path, mode) != mode:
            path.chmod(share_mode(path, mode))


@contextlib.contextmanager
def replace_file(path: Path, *, mode: int = TEAM_MODE) -> Iterator[Path]:
    """Replace a file in one step by what its temporary path holds.

    Raises WarehouseError when the disk is full or the folder cannot be written; `path` then
    stands as it was.
    """
    with explain_disk_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        for leftover in path.parent.glob(f".{path.name}.*.tmp"):
            if not _is_alive(leftover):
                leftover.unlink(missing_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with explain_disk_errors(path):
            yield temporary
            temporary.chmod(share_mode(path, mode))
            flush(temporary)
            temporary.replace(path)
            flush(path.parent)
    finally:
        temporary.unlink(missing_ok=True)


@contextlib.contextmanager
def create_file(path: Path, *, mode: int) -> Iterator[Path]:
    """Create a file from its temporary path, unless it exists by then.

    For what is made once and then kept: two processes at work go on with the same file.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with explain_disk_errors(path):
            yield temporary
            temporary.chmod(mode)
            flush(temporary)
            with contextlib.suppress(FileExistsError):
                link_or_copy(temporary, path)
            flush(path.parent)
    finally:
        temporary.unlink(missing_ok=True)


@contextlib.contextmanager
def replace_files(folder: Path) -> Iterator[Path]:
    """Replace a folder's files by those that its temporary folder holds.

    Each file is replaced in one step, and files that are no longer made go. So do those of a folder
    in it that the temporary folder has too; its other folders are another's. Raises WarehouseError
    as `replace_file` does.
    """
    with explain_disk_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        for leftover in folder.parent.glob(f".{folder.name}.*.tmp"):
            if not _is_alive(leftover):
                shutil.rmtree(leftover)
        fresh = folder.with_name(f".{folder.name}.{os.getpid()}.tmp")
        fresh.mkdir()
    try:
        with explain_disk_errors(folder):
            yield fresh
        _move_files(fresh, folder)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _move_files(fresh: Path, folder: Path) -> None:
    made = sorted(fresh.iterdir())
    for path in made:
        if path.is_dir():
            _move_files(path, folder / path.name)
            continue
        with replace_file(folder / path.name) as temporary:
            path.rename(temporary)
    for path in set(folder.glob("[!.]*")) - {folder / path.name for path in made}:
        if path.is_file():
            path.unlink()


def link_or_copy(source: str | Path, to: str | Path) -> None:
    """Give a file a second name, or copy it without hard links.

    Raises FileExistsError when there is such a file.
    """
    try:
        os.link(source, to)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        with Path(source).open("rb") as read, Path(to).open("xb") as written:
            shutil.copyfileobj(read, written)
        shutil.copystat(source, to)


def replace_link(link: Path, target: str) -> None:
    """Point a symbolic link to a `target`, relative to its folder."""
    temporary = link.with_name(f".{link.name}.{os.getpid()}.tmp")
    with explain_disk_errors(link):
        temporary.unlink(missing_ok=True)
        temporary.symlink_to(target)
        temporary.replace(link)
        flush(link.parent)


def write_text(path: Path, text: str, *, mode: int = TEAM_MODE) -> None:
    """Write a small text file atomically, UTF-8."""
    with replace_file(path, mode=mode) as temporary:
        temporary.write_text(text, encoding="utf-8")


def append_line(path: Path, line: bytes) -> None:
    """Append a line; a part of a line is taken back.

    Raises WarehouseError when the disk is full or the folder cannot be written.
    """
    with explain_disk_errors(path):
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, share_mode(path))
        try:
            size = os.fstat(handle).st_size
            try:
                if os.write(handle, line + b"\n") != len(line) + 1:
                    raise OSError(errno.ENOSPC, "part of a line")
                os.fsync(handle)
            except OSError:
                os.ftruncate(handle, size)
                raise
        finally:
            os.close(handle)


def make_private_folder(path: Path) -> Path:
    """Make a folder that only its owner may enter."""
    with explain_disk_errors(path):
        path.mkdir(parents=True, exist_ok=True)
        path.chmod(0o700)
    return path


@contextlib.contextmanager
def explain_disk_errors(path: Path) -> Iterator[None]:
    """Raise WarehouseError where a disk or path cannot be written or read."""
    try:
        yield
    except OSError as error:
        if error.errno not in _REASONS:
            raise
        raise build_disk_error(path, error.errno) from None


@contextlib.contextmanager
def explain_path_errors(default: Path) -> Iterator[None]:
    """As `explain_disk_errors`, of the file that the error names, else `default`."""
    try:
        yield
    except OSError as error:
        refusal = find_disk_error(default, error)
        if refusal is None:
            raise
        raise refusal from None


def find_disk_error(default: Path, error: OSError) -> WarehouseError | None:
    """The refusal for an error of a disk or path, or None."""
    if error.errno not in _REASONS:
        return None
    named = error.filename
    return build_disk_error(Path(named) if isinstance(named, str) else default, error.errno)


def build_disk_error(path: Path, number: int) -> WarehouseError:
    """The refusal for a path, by the number of the system's error."""
    reason, next_step = _REASONS[number]
    named = f"{path.parent.name}/{path.name}"
    if number in _FULL:
        reason = f"{reason} ({_measure_free_space(path)})"
    if number == errno.ENOENT and path.parent.is_dir():
        # Whatever can be made there was not asked for: it was to be read.
        return WarehouseError(
            f"{named} is not there",
            rule="what is read stays in its place until the run ends",
            next_step="put it back, or run the quarter again, which makes what is made from others",
        )
    if number in (errno.EACCES, errno.EPERM) and _is_unreadable(path):
        return WarehouseError(
            f"{named} cannot be read: this user has no right to",
            rule="what is named is a file or folder that this user may read",
            next_step="give this user read access, then run again",
        )
    return WarehouseError(
        f"{named} cannot be written: {reason}",
        rule="a file is replaced only by a whole new one; the last one still stands",
        next_step=next_step,
    )


def _is_unreadable(path: Path) -> bool:
    return os.path.lexists(path) and not os.access(path, os.R_OK)


def _measure_free_space(path: Path) -> str:
    """`120 MB free`, on the disk of a path."""
    existing = next(p for p in (path, *path.parents) if os.path.exists(p))  # noqa: PTH110
    free = shutil.disk_usage(existing).free
    return f"{free / 1e6:,.0f} MB free"


def _is_alive(temporary: Path) -> bool:
    """Whether another process that is still at work named this temporary file."""
    pid = temporary.name.rsplit(".", 2)[1]
    return pid != str(os.getpid()) and Path("/proc", pid).exists()


def flush(path: Path) -> None:
    """Wait until a file, or a folder's names, are on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
