"""A file is whole and new, or it is the old one."""

from __future__ import annotations

import errno
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from nino_assets.errors import WarehouseError
from nino_assets.store.atomic import (
    create_file,
    explain_disk_errors,
    make_private_folder,
    replace_file,
    write_text,
)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_replaced_with_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "file.txt"
    write_text(path, "one\n", mode=0o600)
    write_text(path, "two é\n")
    assert path.read_text(encoding="utf-8") == "two é\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert names(path.parent) == ["file.txt"]


def test_an_error_in_the_middle_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "file.txt"
    write_text(path, "old")
    with pytest.raises(ValueError, match="middle"), replace_file(path) as temporary:
        temporary.write_text("half")
        raise ValueError("middle")
    assert path.read_text() == "old"
    assert names(tmp_path) == ["file.txt"]


def test_killed_in_the_middle_the_old_file_stands_and_the_next_write_tidies_up(
    tmp_path: Path,
) -> None:
    path = tmp_path / "file.txt"
    write_text(path, "old")
    script = (
        "import os, signal; from pathlib import Path; from nino_assets.store.atomic import *\n"
        f"with replace_file(Path({str(path)!r})) as temporary:\n"
        "    temporary.write_text('half'); os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    process = subprocess.run([sys.executable, "-c", script], check=False)
    assert process.returncode == -signal.SIGKILL
    assert path.read_text() == "old"
    assert len(names(tmp_path)) == 2
    write_text(path, "new")
    assert path.read_text() == "new"
    assert names(tmp_path) == ["file.txt"]


def test_a_file_of_a_process_at_work_is_left_alone(tmp_path: Path) -> None:
    others = tmp_path / f".file.txt.{os.getppid()}.tmp"
    others.write_text("at work")
    foreign = tmp_path / ".file.txt.backup.tmp"
    foreign.write_text("of no process")
    write_text(tmp_path / "file.txt", "new")
    assert others.exists()
    assert not foreign.exists()


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "the disk is full"),
        (errno.EDQUOT, "quota"),
        (errno.EROFS, "read-only"),
        (errno.EACCES, "may not be written"),
    ],
)
def test_refusals_of_the_disk_are_told_and_the_old_file_stands(
    tmp_path: Path, number: int, words: str
) -> None:
    path = tmp_path / "warehouse" / "file.txt"
    write_text(path, "old")
    with pytest.raises(WarehouseError, match=words) as caught, replace_file(path) as temporary:
        temporary.write_text("half")
        raise OSError(number, os.strerror(number))
    assert "warehouse/file.txt cannot be written" in str(caught.value)
    assert path.read_text() == "old"
    assert names(path.parent) == ["file.txt"]


def test_a_real_full_device_is_told(tmp_path: Path) -> None:
    with (
        pytest.raises(WarehouseError, match="the disk is full"),
        explain_disk_errors(tmp_path / "file"),
        Path("/dev/full").open("wb", buffering=0) as device,
    ):
        device.write(b"x")


def test_a_file_that_is_read_and_not_there_is_told_so(tmp_path: Path) -> None:
    path = tmp_path / "gone.parquet"
    with pytest.raises(WarehouseError) as caught, explain_disk_errors(path):
        path.read_bytes()
    assert caught.value.what == f"{tmp_path.name}/gone.parquet is not there"


def test_a_folder_that_the_system_does_not_make_is_told_so() -> None:
    with pytest.raises(WarehouseError, match="b cannot be written: it is not there and cannot"):
        write_text(Path("/proc/nobody/a/b"), "")


def test_a_file_that_may_not_be_read_is_told_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "closed.parquet"
    path.write_text("")
    monkeypatch.setattr(os, "access", lambda *_: False)  # the tests may run as root
    with pytest.raises(WarehouseError, match="cannot be read"), explain_disk_errors(path):
        raise OSError(errno.EACCES, os.strerror(errno.EACCES))


def test_only_a_full_disk_is_told_with_its_free_space(tmp_path: Path) -> None:
    for number, told in ((errno.ENOSPC, True), (errno.EDQUOT, True), (errno.EROFS, False)):
        with pytest.raises(WarehouseError) as caught, explain_disk_errors(tmp_path / "file"):
            raise OSError(number, os.strerror(number))
        assert ("MB free" in caught.value.what) == told


def test_a_folder_that_cannot_be_made_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, "read-only")

    monkeypatch.setattr(Path, "mkdir", refuse)
    for call in (
        lambda: write_text(tmp_path / "a" / "b", ""),
        lambda: make_private_folder(tmp_path),
    ):
        with pytest.raises(WarehouseError, match="read-only"):
            call()


def test_other_errors_of_the_system_pass_as_they_are(tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError), replace_file(tmp_path / "file") as temporary:
        temporary.mkdir()
        temporary.read_bytes()


def test_what_is_created_once_is_never_replaced(tmp_path: Path) -> None:
    path = tmp_path / "key"
    for text in ("first", "second"):
        with create_file(path, mode=0o600) as temporary:
            temporary.write_text(text)
    assert path.read_text() == "first"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert names(tmp_path) == ["key"]


def test_a_private_folder_is_its_owner_s_only(tmp_path: Path) -> None:
    folder = make_private_folder(tmp_path / "a" / "b")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    folder.chmod(0o755)
    assert stat.S_IMODE(make_private_folder(folder).stat().st_mode) == 0o700
