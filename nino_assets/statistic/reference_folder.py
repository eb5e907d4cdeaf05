"""Where the reference lists lie: the team's own, list by list, before the packaged ones.

A list or a layout is named by its path inside the folder: `tolerances.csv`, `layouts/mws-1.toml`.
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
    """The data folder: `$NINO_DATA_DIR`, else `data` of the checkout or of the present folder."""
    configured = os.environ.get(DATA_DIR_VARIABLE)
    if configured:
        return Path(configured).absolute()
    return (Path.cwd() if is_installed() else PACKAGE.parent) / "data"


def find_packaged_folder() -> Path:
    """The folder of the lists that come with the package, in a wheel or in a checkout."""
    return find_packaged("reference")


def find_own_folder() -> Path:
    """The folder whose lists take the place of the packaged ones; it need not exist."""
    return find_data_folder() / "reference"


def locate_list(name: str) -> Path:
    """The file of a list: the team's own if there is one, else the packaged one.

    Raises ReferenceListError when neither folder has it.
    """
    return Path(read_file_state(name)[0])


def read_file_state(name: str) -> FileState:
    """Read the state of the file of a list. It is asked for often, and takes microseconds.

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
    """The names of all lists directly in a folder of the reference lists, own ones included."""
    return sorted(
        {
            path.relative_to(root).as_posix()
            for root in (find_own_folder(), find_packaged_folder())
            for path in (root / folder).glob(f"*{suffix}")
            if path.is_file()
        }
    )


def build_list_error(path: Path, what: str, rule: str) -> ReferenceListError:
    """Build the error for a list or layout that is not as declared."""
    own = path in find_own_lists().values()
    return ReferenceListError(
        f"{path}: {what}",
        rule=rule,
        next_step="correct it" + (", or take it away to use the packaged one" if own else ""),
    )


def find_own_lists() -> dict[str, Path]:
    """The team's own lists and layouts, by name; none when the folder is the packaged one.

    Hidden files and a `README.md` may lie beside them.
    """
    own = find_own_folder()
    if not own.is_dir() or own.samefile(find_packaged_folder()):
        return {}
    return {
        path.relative_to(own).as_posix(): path
        for path in sorted(own.rglob("*"))
        if path.is_file() and not path.name.startswith(".") and path.name != README
    }
