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


def _print_of(code: str) -> str:
    """What a fresh interpreter prints."""
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return ended.stdout.strip()


def test_importing_the_graph_changes_no_setting_of_the_process() -> None:
    """But one of Polars' own allocator, which Polars makes itself."""
    changed = _print_of(
        "import os; before = dict(os.environ); import nino_assets.orchestration.definitions; "
        "print([name for name, value in os.environ.items() if before.get(name) != value])"
    )
    assert changed in ("[]", "['_RJEM_MALLOC_CONF']")


def test_a_command_works_with_the_allocator_that_was_measured() -> None:
    started = (
        "import sys; sys.argv[1:] = ['--help']\nfrom nino_assets.cli.main import main\n"
        "try: main()\nexcept SystemExit: pass\n"
        "import pyarrow; print(pyarrow.default_memory_pool().backend_name)"
    )
    assert _print_of(started).splitlines()[-1] == "jemalloc"
