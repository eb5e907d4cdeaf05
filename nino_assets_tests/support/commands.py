"""Runs the command line on a data folder, in this process or in one of its own.

Belongs here: commands, their environment, what a folder holds before and after.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from nino_assets.cli.main import main

KEYS = {
    "NINO_PSEUDONYM_KEY": "11" * 32,
    "NINO_RECORD_KEY": "2A" * 32,
    "NINO_STORAGE_KEY": "33" * 32,
}
_OURS = (*KEYS, "NINO_KEY_FILE", "NINO_PERTURBATION_TABLE", "NINO_DATA_DIR", "DAGSTER_HOME")
COMMAND = (sys.executable, "-c", "from nino_assets.cli.main import main; main()")


@dataclass(frozen=True)
class CommandResult:
    """How a command ended: its exit code, and all that it printed."""

    code: int
    text: str

    def __contains__(self, words: str) -> bool:
        return words in self.text


def make_environment(data: Path, settings: Mapping[str, str]) -> dict[str, str]:
    """The environment with just these of the line's own settings."""
    others = {name: value for name, value in os.environ.items() if name not in _OURS}
    return {**others, "NINO_DATA_DIR": str(data), **settings}


def run_command(data: Path, settings: Mapping[str, str], *arguments: str) -> CommandResult:
    """Run a command in this process, as `main` would be called."""
    printed = io.StringIO()
    code = 0
    with (
        mock.patch.dict(os.environ, make_environment(data, settings), clear=True),
        mock.patch.object(sys, "argv", ["nino-assets", *arguments]),
        contextlib.redirect_stdout(printed),
        contextlib.redirect_stderr(printed),
    ):
        try:
            main()
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    return CommandResult(code, printed.getvalue())


def start_command(
    data: Path, settings: Mapping[str, str], *arguments: str
) -> subprocess.Popen[str]:
    """Start a command in a process of its own, output and errors in one stream."""
    return subprocess.Popen(
        [*COMMAND, *arguments],
        env=make_environment(data, settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def list_files(folder: Path, *, but: tuple[str, ...] = ()) -> Iterator[Path]:
    """Every file below a folder, in order, but those below its folders `but`."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.relative_to(folder).parts[0] not in but:
            yield path


def hash_files(folder: Path, *, but: tuple[str, ...] = ()) -> dict[str, str]:
    """Name → sha256 of every file below a folder."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in list_files(folder, but=but)
    }


def hash_results(data: Path) -> dict[str, str]:
    """What a refused delivery must leave as it was: publications, cubes, and counts with keys."""
    held: dict[str, str] = {}
    for folder in (
        "publications",
        "warehouse/perturbed_cubes",
        "warehouse/restricted/keyed_counts",
    ):
        held |= {f"{folder}/{name}": digest for name, digest in hash_files(data / folder).items()}
    return held
