"""A data folder with reference lists of a team's own, made from the packaged ones."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from nino_assets.statistic.reference_folder import DATA_DIR_VARIABLE, find_packaged_folder

Rows = list[list[str]]


class OwnLists:
    """The folder `reference` of a data folder, which the environment names."""

    def __init__(self, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = data / "reference"
        self.folder.mkdir(parents=True)
        monkeypatch.setenv(DATA_DIR_VARIABLE, str(data))

    def write(self, name: str, text: str, encoding: str = "utf-8") -> Path:
        """Write a file, so that it is seen to have changed even within the same moment."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        before = path.stat().st_mtime_ns if path.is_file() else 0
        path.write_text(text, encoding=encoding)
        if path.stat().st_mtime_ns == before:
            os.utime(path, ns=(before, before + 1_000_000))
        return path

    def edit(self, name: str, change: Callable[[Rows], Rows]) -> Path:
        """Write the packaged list with its rows changed, the header being the first."""
        text = (find_packaged_folder() / name).read_text(encoding="utf-8")
        rows = change(list(csv.reader(text.splitlines())))
        lines = [",".join(f'"{f.replace(chr(34), chr(34) * 2)}"' for f in row) for row in rows]
        return self.write(name, "\n".join(lines) + "\n")

    def copy(self, name: str, *swaps: tuple[str, str]) -> Path:
        """Write the packaged file with texts exchanged, each of which it must hold."""
        text = (find_packaged_folder() / name).read_text(encoding="utf-8")
        for before, after in swaps:
            assert before in text
            text = text.replace(before, after)
        return self.write(name, text)
