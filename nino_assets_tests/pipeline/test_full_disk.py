"""A disk that is full: a message in words, and every file as it was."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from nino_assets_tests.support.asserting import assert_refused, drop_unreadable
from nino_assets_tests.support.commands import hash_results, list_files
from nino_assets_tests.support.pipeline import LAST, Pipeline
from nino_assets_tests.support.redelivery import redeliver

pytestmark = pytest.mark.line


@contextlib.contextmanager
def small_disk(folder: Path, *, free: int) -> Iterator[None]:
    """Put what the folder holds on a disk of its own, with so many bytes free."""
    held = sum(-(-path.stat().st_size // 4096) * 4096 for path in list_files(folder))
    kept = folder.with_name(f"{folder.name}-kept")
    folder.rename(kept)
    folder.mkdir()
    # Folders and the filling take pages of their own.
    options = ["-t", "tmpfs", "-o", f"size={held + free + 10_000_000}", "nino-small-disk"]
    if subprocess.run(["mount", *options, str(folder)], check=False).returncode:
        pytest.skip("only root may mount a small disk")
    try:
        shutil.copytree(kept, folder, dirs_exist_ok=True)
        left = shutil.disk_usage(folder).free - free
        (folder.joinpath(".filling")).write_bytes(b"0" * left)
        yield
    finally:
        # Lazily: a failed test may hold a file open.
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_a_disk_that_is_full_from_the_start(pipeline: Pipeline):
    before = hash_results(pipeline.data)
    redeliver(pipeline)
    with small_disk(pipeline.data, free=100_000):
        ended = pipeline.build(LAST)
        (pipeline.data / ".filling").unlink()
        assert_refused(pipeline, before, ended, "disk is full", "MB free")


def test_a_disk_that_fills_while_publishing(pipeline: Pipeline):
    """The files that cannot be written stand as they were, each named."""
    before = hash_results(pipeline.data)
    with small_disk(pipeline.data / "publications", free=100_000):
        ended = pipeline.build(LAST)
        held = {
            name: d for name, d in hash_results(pipeline.data).items() if ".filling" not in name
        }
    assert ended.code == 1, ended.text
    for words in (f"{LAST}/bulletin.html cannot be written: the disk is full", "Rule: ", "Next: "):
        assert words in ended.text
    assert "Traceback" not in ended.text
    assert drop_unreadable(held) == drop_unreadable(before)
