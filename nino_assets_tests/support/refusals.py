"""That a check lets something pass: the test fails with the refusal's own words."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from nino_assets.errors import NinoError


def assert_not_refused(check: Callable[[], object]) -> None:
    """Run a check that raises what it refuses, and see that it raises nothing."""
    try:
        check()
    except NinoError as refused:
        pytest.fail(f"refused: {refused}")
