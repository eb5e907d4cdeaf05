"""Fixtures that several rooms share. A room's own fixtures stand in its own folder."""

from __future__ import annotations

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of published figures and test vectors beside the project."""
    if not SHARED.is_dir():
        pytest.skip("the shared reference figures and vectors are not beside the project")
    return SHARED
