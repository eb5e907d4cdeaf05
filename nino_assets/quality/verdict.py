"""What Great Expectations found about one expectation on one view, as the engine understands it.

Belongs here: the value that passes between `gx_duckdb.py` (slow to load) and `engine.py`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Verdict:
    """What Great Expectations found, in numbers: no value of a record.

    `exception` is None, or the type of what was raised instead of a verdict (blank: not known).
    `quarters` are the labels of the rows that break the rule, of a view of measures.
    """

    passed: bool = False
    observed: float | None = None
    unexpected: int = 0
    unexpected_percent: float = 0.0
    quarters: frozenset[str] = frozenset()
    exception: str | None = None


def number(value: Any) -> float | None:
    """A value as a finite number; None when it is not one."""
    try:
        converted = float(value)
    except (TypeError, ValueError):
        return None
    return converted if math.isfinite(converted) else None
