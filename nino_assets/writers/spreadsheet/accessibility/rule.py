"""What a rule and a finding are. Does not belong here: any rule (`*_rules.py`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from nino_assets.writers.spreadsheet.accessibility.opendocument_reader import ParsedSpreadsheet

Level = Literal["essential", "desirable"]
Breaches = Iterable[tuple[str, str]]
"""Pairs of sheet (blank for the whole file) and what is wrong, without values of cells."""


@dataclass(frozen=True)
class AccessibilityRule:
    """One rule: its id, level, the sentence that a reviewer reads, and how to find breaches."""

    id: str
    level: Level
    sentence: str
    breaches: Callable[[ParsedSpreadsheet], Breaches]


@dataclass(frozen=True)
class AccessibilityBreach:
    """One breach of one rule; `sheet` is blank when it concerns the whole file."""

    rule: str
    level: Level
    sheet: str
    message: str
