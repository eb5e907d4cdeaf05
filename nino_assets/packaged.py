"""Finds the files that come with the package, installed or not."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
"""The folder of the package's own code."""

_IN_WHEEL = PACKAGE / "_packaged"
_IN_CHECKOUT = {
    "reference": PACKAGE.parent / "data" / "reference",
    "dagster.yaml": PACKAGE.parent / "dagster.yaml",
    "workspace.yaml": PACKAGE.parent / "workspace.yaml",
}
"""Where a checkout keeps what `pyproject.toml` puts into the wheel's `_packaged/`."""


def is_installed() -> bool:
    """Whether this is an installed wheel, with no checkout around it."""
    return _IN_WHEEL.is_dir()


def find_packaged(name: str) -> Path:
    """The file or folder of that name: `reference`, `dagster.yaml` or `workspace.yaml`."""
    return _IN_WHEEL / name if is_installed() else _IN_CHECKOUT[name]
