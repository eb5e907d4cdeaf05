"""`nino-assets serve` does not start on a release that is not as it was signed."""

from __future__ import annotations

import subprocess
import sys

import pytest

from nino_assets.publishing.tabulations.lattice_index import TABULATIONS
from nino_assets.store.folders import Folders
from nino_assets_tests.support.served import find_port
from nino_assets_tests.support.small_lattice import release_lattice


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_changed_file_stops_the_start_with_a_message(folders: Folders, workers: str) -> None:
    release_lattice(folders)
    array = folders.published / "2020-Q4" / "1" / TABULATIONS / "area_nationality.npy"
    array.unlink()
    array.write_bytes(b"changed")
    arguments = ["serve", "--port", str(find_port()), "--workers", workers]
    command = (
        f"import sys; sys.argv[1:] = {arguments}; from nino_assets.cli.main import main; main()"
    )
    ended = subprocess.run(
        [sys.executable, "-c", command],
        env={"NINO_DATA_DIR": str(folders.root), "PYTHONPATH": ":".join(sys.path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 1
    assert "area_nationality.npy has changed" in ended.stderr
    assert "Next:" in ended.stderr
    assert "Traceback" not in ended.stderr
