"""A small accessible workbook that uses everything the writer offers."""

from __future__ import annotations

from datetime import datetime

from nino_assets.writers.spreadsheet import (
    A4_LANDSCAPE,
    Caution,
    ColumnKind,
    Properties,
    Sheet,
    SheetColumn,
    SheetLink,
    SheetSubheading,
    SheetTable,
    TotalRow,
    Workbook,
)


def make_sample_workbook() -> Workbook:
    """A small accessible workbook that uses everything the writer offers."""
    return Workbook(
        Properties(
            title="Apples picked, Kent, 2020",
            description="Apples picked by variety.",
            author="Department of Orchards",
            keywords=("apples", "orchards"),
            dated=datetime(2021, 2, 25, 9, 30),
        ),
        [
            Sheet(
                "Cover",
                "Apples picked in Kent, 2020",
                [
                    Caution("Provisional."),
                    "Apples & pears <are> counted.",
                    SheetSubheading("Contact"),
                    SheetLink("Email the orchards team", "mailto:apples@example.org"),
                ],
            ),
            Sheet(
                "Contents",
                "Contents",
                ["This sheet contains one table."],
                SheetTable(
                    "Sheet_list",
                    [SheetColumn("Sheet", 4, ColumnKind.LINK), SheetColumn("What it holds", 12)],
                    [
                        (SheetLink("Cover", "#Cover"), "About"),
                        (SheetLink("Notes", "#Notes"), "Notes"),
                        (SheetLink("Table 1", "#Table_1"), "Apples by variety"),
                    ],
                ),
            ),
            Sheet(
                "Notes",
                "Notes",
                [SheetLink("Go to contents", "#Contents")],
                SheetTable(
                    "Note_list",
                    [SheetColumn("Note", 3), SheetColumn("What it means", 14)],
                    [("[note 1]", "Windfalls are not counted."), ("[note 2]", "Estimated.")],
                ),
            ),
            Sheet(
                "Table_1",
                "Table 1: Apples picked by variety, Kent, 2020",
                [
                    "This sheet contains one table. [note 1]",
                    "Some shorthand is used in this table, [low] = nil or negligible.",
                ],
                SheetTable(
                    "Apples_by_variety",
                    [
                        SheetColumn("Variety", 5),
                        SheetColumn("First picked", 3, ColumnKind.YEAR),
                        SheetColumn("Apples\n(number)\n[note 2]", 4, ColumnKind.COUNT, total=True),
                        SheetColumn("Change\n(%)", 3, ColumnKind.PERCENT),
                    ],
                    [
                        TotalRow(("All", 1850, 1234567, -0.14747709749758819)),
                        ("Bramley", 1856, 1000, -0.002),
                        ("Cox's Orange Pippin", 1850, "[low]", "[low]"),
                        ("Russet", 1900, 12, 0.005),
                    ],
                ),
                page=A4_LANDSCAPE,
            ),
        ],
    )
