"""A disk that is full: a message in words, and every file as it was."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import pytest

from nino_assets.errors import WarehouseError
from nino_assets.store.atomic import write_text
from nino_assets_tests.support.asserting import assert_refused, drop_unreadable
from nino_assets_tests.support.commands import hash_results, list_files
from nino_assets_tests.support.pipeline import LAST, Pipeline
from nino_assets_tests.support.redelivery import redeliver

pytestmark = pytest.mark.line


@contextlib.contextmanager
def small_disk(folder: Path, *, free: int) -> Iterator[None]:
    """Put what the folder holds on a disk of its own, with so many bytes free.

    Where this account may not mount one, no file in the folder can be flushed any more.
    """
    held = sum(-(-path.stat().st_size // 4096) * 4096 for path in list_files(folder))
    kept = folder.with_name(f"{folder.name}-kept")
    folder.rename(kept)
    folder.mkdir()
    # Folders and the filling take pages of their own.
    options = ["-t", "tmpfs", "-o", f"size={held + free + 10_000_000}", "nino-small-disk"]
    is_mounted = not subprocess.run(["mount", *options, str(folder)], check=False).returncode
    try:
        shutil.copytree(kept, folder, dirs_exist_ok=True)
        with contextlib.nullcontext() if is_mounted else refuse_to_flush(folder):
            left = shutil.disk_usage(folder).free - free if is_mounted else 0
            (folder / ".filling").write_bytes(b"0" * left)
            yield
    finally:
        # Lazily: a failed test may hold a file open.
        if is_mounted:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)


@contextlib.contextmanager
def refuse_to_flush(folder: Path) -> Iterator[None]:
    """Let no file of the folder be written to the end, as on a disk that is full."""
    flush = os.fsync

    def fail_in_folder(handle: int) -> None:
        if Path(f"/proc/self/fd/{handle}").readlink().is_relative_to(folder):
            raise OSError(errno.ENOSPC, "No space left on device")
        flush(handle)

    with mock.patch.object(os, "fsync", fail_in_folder):
        yield


_SIGN_OFF = ("sign-off", "--quarter", LAST, "--role", "countersign", "--by", "A Person")


def test_a_disk_that_cannot_be_mounted_is_full_all_the_same(tmp_path: Path):
    with (
        refuse_to_flush(tmp_path),
        pytest.raises(WarehouseError, match=r"x\.txt cannot be written: the disk is full"),
    ):
        write_text(tmp_path / "x.txt", "words")
    write_text(tmp_path / "x.txt", "words")
    assert [path.name for path in tmp_path.iterdir()] == ["x.txt"]


@pytest.mark.parametrize(
    ("command", "free"),
    [
        # With more room `status` has enough.
        *((("status", "--quarter", LAST), free) for free in (0, 24_000)),
        *((("release", "--quarter", LAST), free) for free in (0, 24_000, 120_000)),
        *((_SIGN_OFF, free) for free in (0, 24_000, 120_000)),
    ],
)
def test_each_command_tells_a_full_disk(pipeline: Pipeline, command: tuple[str, ...], free: int):
    before = hash_results(pipeline.data)
    with small_disk(pipeline.data, free=free):
        ended = pipeline.run(*command)
        (pipeline.data / ".filling").unlink()
        assert_refused(pipeline, before, ended, "the disk is full", "MB free")


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
