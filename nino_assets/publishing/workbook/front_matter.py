"""The sheets before the tables: cover, contents and notes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from nino_assets.publishing.edition import Edition
from nino_assets.publishing.workbook.notes import NoteBook
from nino_assets.statistic.identity import (
    COLLECTION_URL,
    CONTACT_EMAIL,
    LICENCE_NAME,
    LICENCE_URL,
    LICENCE_VERSION,
    PRODUCER,
    RELEASE_TIME,
    STATUS,
    SYNTHETIC_BANNER,
)
from nino_assets.statistic.written_dates import format_date, format_time
from nino_assets.writers.spreadsheet import (
    A4_LANDSCAPE,
    Caution,
    ColumnKind,
    Sheet,
    SheetColumn,
    SheetLink,
    SheetSubheading,
    SheetTable,
    TitleLine,
)

COVER, CONTENTS, NOTES = "Cover", "Contents", "Notes"
SOURCE = f"Source: {PRODUCER}, Migrant Workers Scan"


def write_banner(edition: Edition) -> list[TitleLine]:
    """Return the first line of a synthetic edition's sheets, else nothing."""
    return [Caution(SYNTHETIC_BANNER)] if edition.synthetic else []


def build_cover(edition: Edition, *, broken: bool) -> Sheet:
    """Build the cover: how to read it and whom to ask.

    `broken` says whether the series has quarters that cannot be compared with others.
    """
    return Sheet(
        COVER,
        f"{edition.title}: tables",
        [
            *write_banner(edition),
            "Registrations for a National Insurance number by adults who are not British, by "
            "quarter, nationality, area, age, sex and time since arrival, United Kingdom, "
            f"{edition.coverage}.",
            SheetSubheading("This release"),
            f"Published: {format_time(RELEASE_TIME)}, {format_date(edition.published_on)}",
            f"Next release: {format_time(RELEASE_TIME)}, {format_date(edition.next_release_on)}",
            *(note.words for note in edition.revisions if note.since == edition.quarter),
            *(note.words for note in edition.corrections),
            f"Status: {STATUS}. Quarters already released stay as first published.",
            SOURCE,
            SheetLink("Statistics on National Insurance numbers on GOV.UK", COLLECTION_URL),
            SheetSubheading("Before you use these figures"),
            "They count registrations, whatever the length of stay. They do not count people "
            "living in the United Kingdom, and they do not measure migration.",
            "Every figure has been adjusted at random so that nobody can be recognised.",
            "Totals are adjusted too, so they may differ a little from the sum of their parts: use "
            "the published totals.",
            "Small figures, and small differences between figures, are not reliable.",
            *(
                ["Figures for some quarters cannot be compared with others: see the notes."]
                if broken
                else []
            ),
            SheetSubheading("In this workbook"),
            SheetLink("List of sheets and tables", f"#{CONTENTS}"),
            SheetLink("Notes on the figures", f"#{NOTES}"),
            "Every table starts in column A below a few lines that explain it, has one row of "
            "headers, and can be read by a screen reader or a program.",
            SheetSubheading("Contact"),
            f"Statisticians at the {PRODUCER}",
            SheetLink(f"Email {CONTACT_EMAIL}", f"mailto:{CONTACT_EMAIL}"),
            "To ask for this workbook in another format, write to the same address.",
            SheetSubheading("Licence"),
            f"Crown copyright. Free to use under the {LICENCE_NAME}.",
            SheetLink(f"{LICENCE_NAME} version {LICENCE_VERSION}", LICENCE_URL),
        ],
        text_width_cm=18.0,
    )


def build_contents(edition: Edition, titles: Mapping[str, str]) -> Sheet:
    """Build the list of every other sheet, with links.

    `titles` are those of the tables by sheet name.
    """
    sheets = {COVER: "About this release", NOTES: "Notes on the figures", **titles}
    return Sheet(
        CONTENTS,
        "Contents",
        [
            *write_banner(edition),
            "This sheet contains one table: the sheets of this workbook, in order.",
        ],
        SheetTable(
            "Sheet_list",
            [SheetColumn("Sheet", 4.0, ColumnKind.LINK), SheetColumn("What it holds", 22.9)],
            [
                (SheetLink(name.replace("_", " "), f"#{name}"), title)
                for name, title in sheets.items()
            ],
        ),
        page=A4_LANDSCAPE,
    )


def build_notes(edition: Edition, book: NoteBook, used: Mapping[str, Sequence[str]]) -> Sheet:
    """Build the notes with their numbers, and where each is used."""
    return Sheet(
        NOTES,
        "Notes",
        [
            *write_banner(edition),
            "This sheet contains one table: the notes that are marked in the tables.",
            SheetLink("Go to contents", f"#{CONTENTS}"),
        ],
        SheetTable(
            "Note_list",
            [
                SheetColumn("Note", 2.4),
                SheetColumn("Subject", 5.5),
                SheetColumn("What it means", 15.4),
                SheetColumn("Used in", 3.6),
            ],
            [
                (book.mark([note.key]), note.subject, note.text, ", ".join(used[note.key]))
                for note in book.notes
                if used[note.key]
            ],
        ),
        page=A4_LANDSCAPE,
    )
