"""What comes with the package is found in a checkout, and nothing starts on another system."""

from __future__ import annotations

import subprocess
import sys

import pytest

from nino_assets.packaged import find_packaged, is_installed


def test_a_checkout_is_no_installed_wheel() -> None:
    assert not is_installed()
    assert (find_packaged("reference") / "areas.csv").is_file()
    for name in ("dagster.yaml", "workspace.yaml"):
        assert find_packaged(name).is_file()


@pytest.mark.parametrize("platform", ["darwin", "win32"])
def test_another_system_is_told_in_one_message(platform: str) -> None:
    start = (
        f"import sys; sys.platform = {platform!r}; from nino_assets.cli.main import main; main()"
    )
    ended = subprocess.run(
        [sys.executable, "-c", start], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 1
    assert ended.stderr.splitlines() == [
        f"nino-assets does not run on {platform}",
        "Rule: it needs Linux, whose file locks and process table it relies on",
        "Next: run it on a Linux machine, in a Linux container, or in WSL 2 on Windows",
    ]
