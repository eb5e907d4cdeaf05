"""Writes the QA report as an accessible ODS workbook."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from nino_assets.governance.check_result import CheckResult
from nino_assets.publishing.qa_report import check_listings, release_listings
from nino_assets.publishing.qa_report.figure_words import format_figure
from nino_assets.publishing.qa_report.listing import Listing
from nino_assets.publishing.qa_report.report import Report
from nino_assets.statistic.identity import CONTACT_EMAIL, PRODUCER, RELEASE_TIME, SYNTHETIC_BANNER
from nino_assets.writers.spreadsheet import (
    A3_LANDSCAPE,
    A4_LANDSCAPE,
    Caution,
    ColumnKind,
    Properties,
    Sheet,
    SheetColumn,
    SheetLink,
    SheetTable,
    TitleLine,
    Value,
    Workbook,
    write_spreadsheet,
)

NO_FIGURE = "[z]"
"""The harmonised shorthand for not applicable: a check without one number, or that never ran."""
_SHORTHAND = f"{NO_FIGURE} = no figure: the check is not about one number, or it never ran."
_NONE = "None in this quarter"
_CONTENTS = "Contents"
_ONE_TABLE = "This sheet contains one table."


def write_qa_workbook(report: Report, path: Path) -> None:
    """Write the workbook to exactly `path`. The same report, the same bytes."""
    edition = report.edition
    title = f"Quality assurance report, {edition.quarter.title}"
    properties = Properties(
        title=title,
        description=f"{edition.title}: checks, warnings and answers, for the statistics team",
        author=PRODUCER,
        keywords=("quality assurance", "National Insurance numbers", "checks"),
        dated=datetime.combine(edition.published_on, RELEASE_TIME),
    )
    cover = Sheet(
        "Cover",
        title,
        [
            *_build_banner(report),
            f"{edition.title}.",
            "For the statistics team: not published.",
            check_listings.describe_obstacles(report),
            f"Contact: {CONTACT_EMAIL}",
        ],
    )
    notes, sheets = _build_notes(report), _build_sheets(report)
    contents = _build_contents(report, [cover, notes, *sheets])
    write_spreadsheet(Workbook(properties, [cover, contents, notes, *sheets]), path)


def _build_contents(report: Report, sheets: Sequence[Sheet]) -> Sheet:
    columns = [SheetColumn("Sheet", 4, ColumnKind.LINK), SheetColumn("What it holds", 20)]
    rows = [(SheetLink(sheet.name, f"#{sheet.name}"), sheet.heading) for sheet in sheets]
    return _add_table(report, _CONTENTS, _CONTENTS, columns, rows)


def _build_notes(report: Report) -> Sheet:
    notes = (_SHORTHAND, *release_listings.LIMITS)
    rows = [(f"Note {number}", words) for number, words in enumerate(notes, start=1)]
    return _add_table(
        report, "Notes", "Notes", [SheetColumn("Note", 3), SheetColumn("Words", 20)], rows
    )


def _build_sheets(report: Report) -> list[Sheet]:
    journey, refused, repaired, located = release_listings.list_account(report)
    inputs, files = release_listings.list_fingerprints(report)
    compared = release_listings.list_differences(report)
    sheets = [
        _build_sheet(report, "Summary", check_listings.list_by_asset(report), [6, *[2.6] * 7]),
        _build_sheet(
            report,
            "Warnings",
            check_listings.list_warnings(report, NO_FIGURE),
            [7, 9, 3, 11, 11],
            [_SHORTHAND] if any(each.observed is None for each in report.warnings) else [],
        ),
        _build_sheet(report, "Explained", check_listings.list_explained(report), [7, 9, 3, 12]),
        _build_assurance(report),
        _build_sheet(report, "Account", journey, [9, 4]),
        _build_sheet(report, "Rejected", refused, [9, 4]),
        _build_sheet(report, "Repairs", repaired, [9, 4]),
        _build_sheet(report, "Geocoding", located, [9, 4]),
        _build_checks(report),
        _build_history(report),
        _build_sheet(report, "Sums", release_listings.list_additivity(report), [9, 4, 4]),
        _build_sheet(report, "Inputs", inputs, [9, 16]),
        _build_sheet(report, "Files", files, [13, 4, 16]),
    ]
    if compared:
        words = [release_listings.describe_differences(report)]
        sheets.insert(8, _build_sheet(report, "Differences", compared, [9, 4], words))
    return sheets


def _build_sheet(
    report: Report,
    name: str,
    listing: Listing,
    widths: Sequence[float],
    lines: Sequence[TitleLine] = (),
) -> Sheet:
    rows: Sequence[Sequence[Value]] = listing.rows
    kinds = (
        [ColumnKind.COUNT if isinstance(cell, int) else ColumnKind.TEXT for cell in rows[0]]
        if rows
        else []
    )
    if not rows:
        rows = [[_NONE, *["not applicable"] * (len(listing.header) - 1)]]
        kinds = [ColumnKind.TEXT] * len(listing.header)
    columns = [
        SheetColumn(header, width, kind)
        for header, width, kind in zip(listing.header, widths, kinds, strict=True)
    ]
    return _add_table(report, name, listing.caption, columns, rows, lines)


def _build_assurance(report: Report) -> Sheet:
    columns = [
        SheetColumn("Practice area", 8),
        SheetColumn("Level", 2.5),
        SheetColumn("Assurance", 14),
        SheetColumn("Evidence for the level", 8),
        SheetColumn("For the next level", 8),
        SheetColumn("Checks", 6),
    ]
    rows = [
        (area.name, area.level, area.statement, area.source, area.next_level, area.checks)
        for area in check_listings.build_assurance(report)
    ]
    return _add_table(report, "Assurance", "Assurance by practice area", columns, rows)


def _build_checks(report: Report) -> Sheet:
    columns = [
        SheetColumn("Asset", 5),
        SheetColumn("Check", 6),
        SheetColumn("Expected", 11),
        SheetColumn("Practice area", 8),
        SheetColumn("Severity", 2.5),
        SheetColumn("Result", 3),
        SheetColumn("Observed", 3),
        SheetColumn("Unexpected", 3),
        SheetColumn("Share", 2.5),
    ]
    rows = (
        (
            each.asset,
            each.name,
            each.sentence,
            each.practice_area,
            *check_listings.build_check_row(each, NO_FIGURE),
        )
        for each in report.results
    )
    return _add_table(report, "Checks", "Every check", columns, rows, [_SHORTHAND])


def _build_history(report: Report) -> Sheet:
    columns = [
        SheetColumn("Asset", 5),
        SheetColumn("Check", 6),
        SheetColumn("Quarter", 3),
        SheetColumn("Result", 3),
        SheetColumn("Observed", 3),
    ]
    rows = (row for history in report.histories for row in _list_quarters(history))
    heading = "Every check over the quarters"
    return _add_table(report, "History", heading, columns, rows, [_SHORTHAND])


def _list_quarters(history: Sequence[CheckResult]) -> Iterable[tuple[str, ...]]:
    words = {True: "Passed", False: "Did not pass", None: "Never ran"}
    for result in history:
        if result.quarter:
            observed = format_figure(result.observed, NO_FIGURE)
            yield result.asset, result.name, str(result.quarter), words[result.passed], observed


def _add_table(  # noqa: PLR0913, PLR0917 - one argument a part of the sheet
    report: Report,
    name: str,
    heading: str,
    columns: Sequence[SheetColumn],
    rows: Iterable[Sequence[Value]],
    lines: Sequence[TitleLine] = (),
) -> Sheet:
    width = sum(column.width_cm for column in columns)
    page = A4_LANDSCAPE if width < 27 else A3_LANDSCAPE
    table = SheetTable(f"{name.lower()}_table", columns, rows)
    back: list[TitleLine] = (
        [] if name == _CONTENTS else [SheetLink("Go to contents", f"#{_CONTENTS}")]
    )
    return Sheet(
        name, heading, [*_build_banner(report), *lines, _ONE_TABLE, *back], table=table, page=page
    )


def _build_banner(report: Report) -> list[TitleLine]:
    return [Caution(SYNTHETIC_BANNER)] if report.edition.synthetic else []
