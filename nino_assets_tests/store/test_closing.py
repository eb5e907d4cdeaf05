"""Other accounts of the machine find nothing in a data folder but what is released."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from nino_assets.store.closing import close_data_folder, is_open
from nino_assets.store.folders import Folders


@pytest.fixture(autouse=True)
def usual_umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def read_mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_new_data_folder_is_its_owners(folders: Folders) -> None:
    close_data_folder(folders)
    assert read_mode(folders.root) == 0o700


def test_what_is_made_afterwards_is_closed_to_others(folders: Folders, tmp_path: Path) -> None:
    close_data_folder(folders)
    (tmp_path / "file").write_text("figures")
    (tmp_path / "folder").mkdir()
    assert read_mode(tmp_path / "file") == 0o640
    assert read_mode(tmp_path / "folder") == 0o750


def test_a_readable_data_folder_is_closed_and_it_is_told(
    folders: Folders, caplog: pytest.LogCaptureFixture
) -> None:
    for name in ("landing", "publications", "published", ".published", "reference"):
        (folders.root / name).mkdir(parents=True, mode=0o755)
    folders.root.chmod(0o755)
    close_data_folder(folders)
    assert read_mode(folders.root) == 0o700
    assert "Every account of this machine could read" in caplog.text
    found = {path.name: read_mode(path) for path in folders.root.iterdir()}
    assert found == {
        "landing": 0o700,
        "publications": 0o700,
        "reference": 0o700,
        "published": 0o755,
        ".published": 0o755,
    }
    caplog.clear()
    close_data_folder(folders)
    assert caplog.text == ""


def test_the_group_of_a_team_keeps_its_access(
    folders: Folders, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    folders.landing.mkdir(parents=True, mode=0o755)
    folders.root.chmod(0o755)
    monkeypatch.setattr(os, "getegid", lambda: folders.root.stat().st_gid + 1)
    close_data_folder(folders)
    assert read_mode(folders.root) == read_mode(folders.landing) == 0o750
    assert "and its group" in caplog.text


def test_an_administrator_may_let_readers_pass_to_what_is_released(folders: Folders) -> None:
    folders.landing.mkdir(parents=True, mode=0o755)
    folders.root.chmod(0o711)
    close_data_folder(folders)
    assert read_mode(folders.root) == 0o711
    assert not is_open(folders.landing)


def test_a_folder_is_open_through_a_link_and_closed_by_a_folder_above() -> None:
    with tempfile.TemporaryDirectory(dir="/tmp") as held:
        root = Path(held)
        root.chmod(0o755)
        elsewhere, above = root / "elsewhere", root / "above"
        elsewhere.mkdir(mode=0o755)
        above.mkdir(mode=0o700)
        (above / "landing").mkdir(mode=0o755)
        (above / "link").symlink_to(elsewhere)
        assert not is_open(above / "landing")
        assert is_open(above / "link")
        elsewhere.chmod(0o750)
        assert not is_open(above / "link")
