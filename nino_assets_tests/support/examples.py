"""On how many drawn examples a property is tried: by the profile that `conftest.py` loads."""

from __future__ import annotations

from hypothesis import settings

FEW = settings(max_examples=settings().max_examples // 10)
"""For a property of which each example takes a second."""

MANY = settings(max_examples=settings().max_examples * 3)
"""For a property of which each example takes a thousandth of it."""
