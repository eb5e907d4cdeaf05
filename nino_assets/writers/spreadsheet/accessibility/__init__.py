"""Checks of a written spreadsheet by the rules of accessible statistics.

Belongs here: reading an OpenDocument file and finding breaches, whoever wrote it. Does not belong
here: writing, and what a breach means for a release. Source of the rules: Government Analysis
Function, releasing statistics in spreadsheets, with its checklist of essential and desirable items;
the harmonised symbols; WCAG 2.2.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from nino_assets.writers.spreadsheet.accessibility import document_rules, table_rules, text_rules
from nino_assets.writers.spreadsheet.accessibility.opendocument_reader import read_spreadsheet
from nino_assets.writers.spreadsheet.accessibility.rule import (
    AccessibilityBreach,
    AccessibilityRule,
)

RULES: tuple[AccessibilityRule, ...] = (
    *document_rules.RULES,
    *table_rules.RULES,
    *text_rules.RULES,
)
"""Every rule, in the order of its family."""


def check_accessibility(
    path: Path, rules: Sequence[AccessibilityRule] = RULES
) -> list[AccessibilityBreach]:
    """Return every breach of `rules` by the .ods file, once a sheet.

    Raises PublicationError when the file cannot be read as an OpenDocument spreadsheet.
    """
    document = read_spreadsheet(path)
    return [
        AccessibilityBreach(rule.id, rule.level, sheet, message)
        for rule in rules
        for sheet, message in dict.fromkeys(rule.breaches(document))
    ]


__all__ = ["RULES", "AccessibilityBreach", "AccessibilityRule", "check_accessibility"]
