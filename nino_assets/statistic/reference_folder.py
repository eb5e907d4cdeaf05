"""Finds the reference lists.

A team's own list takes the place of the packaged one. A list or a layout is named by its path
inside the folder: `tolerances.csv`, `layouts/mws-1.toml`.
"""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path

from nino_assets.errors import ReferenceListError
from nino_assets.packaged import PACKAGE, find_packaged, is_installed

DATA_DIR_VARIABLE = "NINO_DATA_DIR"
README = "README.md"

FileState = tuple[str, int, int]
"""Path, time of change and size of a file: while they stay, so does what was read from it."""


def find_data_folder() -> Path:
    """Find the data folder.

    It is `$NINO_DATA_DIR`, else `data` of the checkout, or of the present folder in a wheel.
    """
    configured = os.environ.get(DATA_DIR_VARIABLE)
    if configured:
        with contextlib.suppress(RuntimeError):  # no such user
            return Path(configured).expanduser().absolute()
        return Path(configured).absolute()
    return (Path.cwd() if is_installed() else PACKAGE.parent) / "data"


def find_packaged_folder() -> Path:
    """Find the folder of the lists that come with the package."""
    return find_packaged("reference")


def find_own_folder() -> Path:
    """Find the folder of the team's own lists, which need not exist."""
    return find_data_folder() / "reference"


def locate_list(name: str) -> Path:
    """Locate a list: the team's own, else the packaged one.

    Raises ReferenceListError when neither folder has it.
    """
    return Path(read_file_state(name)[0])


def read_file_state(name: str) -> FileState:
    """Read the state of the file of a list, in microseconds.

    Raises ReferenceListError as `locate_list`.
    """
    for folder in (find_own_folder(), find_packaged_folder()):
        path = f"{folder}/{name}"
        with contextlib.suppress(OSError):
            found = os.stat(path)  # noqa: PTH116 - a path object takes as long as the look itself
            if stat.S_ISREG(found.st_mode):
                return path, found.st_mtime_ns, found.st_size
    raise ReferenceListError(
        f"There is no reference list {name}",
        rule=f"a reference list lies in {find_own_folder()} or in {find_packaged_folder()}",
        next_step="put the list back, or install the package again",
    )


def list_names(folder: str = "", suffix: str = ".csv") -> list[str]:
    """List the files in a folder of the lists, own ones included."""
    return sorted(
        {
            path.relative_to(root).as_posix()
            for root in (find_own_folder(), find_packaged_folder())
            for path in (root / folder).glob(f"*{suffix}")
            if path.is_file()
        }
    )


def build_list_error(path: Path, what: str, rule: str) -> ReferenceListError:
    """Build the error for a list or layout with a mistake."""
    own = path in find_own_lists().values()
    return ReferenceListError(
        f"{path}: {what}",
        rule=rule,
        next_step="correct it" + (", or take it away to use the packaged one" if own else ""),
    )


def find_own_lists() -> dict[str, Path]:
    """Find the team's own lists and layouts, by name.

    There are none where the folder is that of the packaged lists. Hidden files and a `README.md`
    are not counted.
    """
    own = find_own_folder()
    if not own.is_dir() or own.samefile(find_packaged_folder()):
        return {}
    return {
        path.relative_to(own).as_posix(): path
        for path in sorted(own.rglob("*"))
        if path.is_file() and not path.name.startswith(".") and path.name != README
    }
