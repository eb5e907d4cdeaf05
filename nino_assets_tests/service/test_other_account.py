"""The service runs under an account that can read what is published, and nothing else."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from nino_assets.statistic.reference_folder import find_packaged_folder
from nino_assets.store.folders import Folders
from nino_assets_tests.support.served import ask_server, run_server
from nino_assets_tests.support.small_lattice import release_lattice

NOBODY = 65534
"""The account of the test, where it is run by root; elsewhere rights are taken from the files."""


@pytest.fixture
def closed_folders() -> Iterator[Folders]:
    """A data folder in which only what is published can be read."""
    root = Path(tempfile.mkdtemp(dir="/tmp"))
    folders = Folders(root / "data")
    # A command that another test has called may have closed what this process makes.
    before = os.umask(0o022)
    release_lattice(folders)
    # A wheel's lists lie with its code; a checkout's in its data folder, which is closed.
    shutil.copytree(find_packaged_folder(), folders.root / "reference")
    for path in (folders.root / "reference", *(folders.root / "reference").rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    os.umask(before)
    folders.keys.mkdir()
    (folders.keys / "record.key").write_text("secret")
    closed = (folders.keys, folders.warehouse, folders.root / "publications")
    for folder in closed:
        folder.chmod(0)
    root.chmod(0o755)
    yield folders
    for folder in closed:
        folder.chmod(0o700)
    shutil.rmtree(root)


def test_it_answers_without_the_right_to_read_anything_else(closed_folders: Folders) -> None:
    user = NOBODY if os.getuid() == 0 else None
    readable = f"""
import os
for name in ("keys/record.key", "warehouse/locks/m.lock", "publications/2020-Q4/manifest.json"):
    try:
        open(os.path.join({str(closed_folders.root)!r}, name))
    except PermissionError:
        continue
    raise SystemExit("the account can read " + name)
"""
    with run_server(closed_folders, user=user, first=readable) as port:
        status, _, body = ask_server(port, "GET", "/webapi/rest/v1/info")
        assert (status, b"English" in body) == (200, True)
        status, _, body = ask_server(
            port, "POST", "/webapi/rest/v1/table", b'{"database": "str:database:Ninos"}'
        )
        assert (status, b'"values":[' in body) == (200, True)
        for path, words in (
            ("/", b"Build a table"),
            ("/areas/E09000025", b"registrations in the year ending December 2020"),
            ("/build?f=period&f=area&latest=1&percent=column&show=1", b"Percentages: "),
        ):
            status, _, body = ask_server(port, "GET", path)
            assert (status, words in body) == (200, True)
