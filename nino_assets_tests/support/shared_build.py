"""Data folders that take long to build: built once a test run, by whichever process asks first."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

Notes = dict[str, Any]
"""What a build leaves besides its folder; it goes through JSON."""


def build_once(
    factory: pytest.TempPathFactory, name: str, build: Callable[[Path], Notes]
) -> tuple[Path, Notes]:
    """The folder of this name and its notes. Who changes its files takes a copy first."""
    base = factory.getbasetemp()
    # Each process of pytest-xdist has a folder of its own within the one of the run.
    run = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder, notes = run / name, run / f"{name}.json"
    with FileLock(run / f"{name}.lock"):
        if not notes.exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            notes.write_text(json.dumps(build(folder)))
    return folder, json.loads(notes.read_text())
