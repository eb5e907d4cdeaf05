"""What an accessibility rule and a breach of it are."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from nino_assets.writers.spreadsheet.accessibility.parsed_spreadsheet import ParsedSpreadsheet

Level = Literal["essential", "desirable"]
Breaches = Iterable[tuple[str, str]]
"""Pairs of sheet (blank for the whole file) and what is wrong, without values of cells."""


@dataclass(frozen=True)
class AccessibilityRule:
    """One rule: its id, level, sentence, and how to find breaches."""

    id: str
    level: Level
    sentence: str
    breaches: Callable[[ParsedSpreadsheet], Breaches]


@dataclass(frozen=True)
class AccessibilityBreach:
    """One breach of one rule.

    `sheet` is blank when the breach is of the whole file.
    """

    rule: str
    level: Level
    sheet: str
    message: str
