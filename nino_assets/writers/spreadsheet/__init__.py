"""A writer of accessible OpenDocument spreadsheets.

Belongs here: what any department's workbook needs, and checking the same rules (`accessibility/`).
Does not belong here: the sheets of one statistic. Source of the rules: Government Analysis
Function, releasing statistics in spreadsheets.
"""

from nino_assets.writers.spreadsheet.sheets import (
    A3_LANDSCAPE,
    A4_LANDSCAPE,
    A4_PORTRAIT,
    Caution,
    ColumnKind,
    PaperSize,
    Properties,
    Sheet,
    SheetColumn,
    SheetLink,
    SheetSubheading,
    SheetTable,
    TitleLine,
    TotalRow,
    Value,
    Workbook,
)
from nino_assets.writers.spreadsheet.writer import write_spreadsheet

__all__ = [
    "A3_LANDSCAPE",
    "A4_LANDSCAPE",
    "A4_PORTRAIT",
    "Caution",
    "ColumnKind",
    "PaperSize",
    "Properties",
    "Sheet",
    "SheetColumn",
    "SheetLink",
    "SheetSubheading",
    "SheetTable",
    "TitleLine",
    "TotalRow",
    "Value",
    "Workbook",
    "write_spreadsheet",
]
