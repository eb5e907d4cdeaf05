"""Closes the data folder to other accounts, but for what is released."""

from __future__ import annotations

import logging
import os
import stat
from pathlib import Path

from nino_assets.store.folders import Folders

_OTHERS, _GROUP = 0o007, 0o070
_NEVER = 0o027
"""Others get nothing, and the group writes nothing."""
_SHARED = 0o007
"""Others get nothing, and the group writes too."""
_OPEN = ("published", ".published")
_LOG = logging.getLogger(__name__)


def close_data_folder(folders: Folders) -> None:
    """Keep others out of the data folder, which is made where missing.

    Its group keeps its access where it is another than this account's own: then somebody chose it
    for the team; where the group may write the folder, it may write what this process makes from
    now on, whatever the umask. That is closed to others as well. An administrator may let
    others pass, without a list of what is in it (`chmod o=x`), to reach `published/`.
    """
    close_new_files()
    folders.root.mkdir(mode=0o700, parents=True, exist_ok=True)
    mode = stat.S_IMODE(folders.root.stat().st_mode)
    if mode & _OTHERS not in (0, 0o001) and _close(folders.root):
        _LOG.warning(
            "Every account of this machine could read %s: it is now for its owner%s only.",
            folders.root,
            " and its group" if folders.root.stat().st_mode & _GROUP else "",
        )
    if _is_shared(folders.root):
        os.umask(_SHARED)
    for path in folders.root.iterdir():
        if path.name not in _OPEN and not path.is_symlink():
            _close(path)


def _is_shared(folder: Path) -> bool:
    """Whether a team's group may write a folder."""
    status = folder.stat()
    return bool(status.st_mode & 0o020) and status.st_gid != os.getegid()


def close_new_files() -> None:
    """Keep others out of what this process makes from now on."""
    before = os.umask(_NEVER)
    os.umask(before | _NEVER)


def is_open(folder: Path) -> bool:
    """Whether other accounts may list or read a folder, links followed.

    It is closed by any folder above it that they may not enter.
    """
    real = folder.resolve()
    modes = [each.stat().st_mode for each in (real, *real.parents)]
    return bool(modes[0] & 0o005) and all(mode & 0o001 for mode in modes[1:])


def _close(path: Path) -> bool:
    """Take a path from others; whether this account could."""
    status = path.stat()
    mode = stat.S_IMODE(status.st_mode) & ~_OTHERS
    if status.st_gid == os.getegid():
        mode &= ~_GROUP
    if status.st_uid != os.geteuid():
        return False
    path.chmod(mode)
    return True
