"""Compares every figure of a written workbook with the published cells.

The file is opened with a reader that shares nothing with its writer.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from python_calamine import CalamineWorkbook

from nino_assets.errors import PublicationError
from nino_assets.publishing.cells import PublishedCells
from nino_assets.publishing.edition import Edition
from nino_assets.publishing.workbook.expected_tables import Expected, ExpectedTable, RowKey
from nino_assets.publishing.workbook.workbook_tables import TABLES
from nino_assets.writers.spreadsheet.rows import format_column_letters

_MARK = re.compile(r"\s*\[note \d+\]")


@dataclass(frozen=True)
class WorkbookAgreement:
    """What a written workbook shows, against the published cells.

    - `compared`: figures and shorthand in the place of a published cell
    - `disagreements`: addresses (`Table_2!D15`) of those that differ, or have no published cell
    - `missing`: published cells that belong in a table and are not there
    - `shown`: names of the published cells that stand in a table, with their figure
    """

    compared: int
    disagreements: tuple[str, ...]
    missing: int
    shown: frozenset[str]

    @property
    def agrees(self) -> bool:
        """Whether every figure is a published one and none is missing."""
        return not self.disagreements and not self.missing


def compare_workbook(path: Path, cells: PublishedCells, edition: Edition) -> WorkbookAgreement:
    """Compare every figure of a workbook with the published cells.

    Raises PublicationError when the file cannot be read or lacks the sheet of a declared table.
    """
    sheets = _read_sheets(path)
    compared, missing = 0, 0
    disagreements: list[str] = []
    shown = set[str]()
    for name, build_expected in _list_tables().items():
        one = _compare_sheet(name, sheets[name], build_expected(cells, edition))
        compared += one.compared
        missing += one.missing
        disagreements += one.disagreements
        shown |= one.shown
    return WorkbookAgreement(compared, tuple(disagreements), missing, frozenset(shown))


def find_shown_cells(
    path: Path, cells: PublishedCells, edition: Edition, wanted: Collection[str]
) -> frozenset[str]:
    """Return which of the cells `wanted` a workbook shows right.

    Tables are compared, the smallest first, until all are found. Errors as `compare_workbook`.
    """
    sheets, shown = _read_sheets(path), frozenset[str]()
    tables = _list_tables()
    for name in sorted(tables, key=lambda name: len(sheets[name])):
        if not shown.issuperset(wanted):
            shown |= _compare_sheet(name, sheets[name], tables[name](cells, edition)).shown
    return shown.intersection(wanted)


def _list_tables() -> dict[str, ExpectedTable]:
    """Return what each sheet with figures must show."""
    return {
        f"Table_{number}": declared.build_expected
        for number, declared in enumerate(TABLES, start=1)
        if declared.build_expected
    }


def _read_sheets(path: Path) -> dict[str, list[list[Any]]]:
    try:
        workbook = CalamineWorkbook.from_path(path)
        sheets = {
            name: workbook.get_sheet_by_name(name).to_python() for name in workbook.sheet_names
        }
    except Exception as error:
        raise PublicationError(
            f"{path.name} cannot be read back",
            rule="the workbook is read back before release",
            next_step="materialise tables again",
        ) from error
    for number in range(1, len(TABLES) + 1):
        if f"Table_{number}" not in sheets:
            raise PublicationError(
                f"{path.name} has no sheet Table_{number}",
                rule="sheets are the same in every release",
                next_step="materialise tables again",
            )
    return sheets


def _compare_sheet(
    name: str, rows: Sequence[Sequence[object]], expected: Expected
) -> WorkbookAgreement:
    top = next((n for n, row in enumerate(rows) if all(str(v) for v in row)), None)
    if top is None:
        return WorkbookAgreement(0, (f"{name}!A1",), _count_expected(expected), frozenset())
    headers = [str(header) for header in rows[top]]
    figures = {header for values in expected.values() for header in values}
    labels = len(next(iter(expected), ()))
    compared, seen = 0, set[tuple[RowKey, str]]()
    disagreements: list[str] = []
    shown = set[str]()
    for number, row in enumerate(rows[top + 1 :], start=top + 2):
        key = _build_key(row[:labels])
        for column, (header, value) in enumerate(zip(headers, row, strict=True)):
            place = (key, header)
            if header in figures:
                compared += 1
                figure = expected.get(key, {}).get(header)
                right = figure is not None and figure.shown == value and place not in seen
                if figure is not None and right:
                    shown.add(figure.cell)
                seen.add(place)
            else:
                # A label; or, in an edition without that year yet, a figure that cannot be there.
                right = column < labels or not isinstance(value, int | float)
            if not right:
                disagreements.append(f"{name}!{format_column_letters(column)}{number}")
    wanted = {(key, header) for key, values in expected.items() for header in values}
    return WorkbookAgreement(
        compared, tuple(disagreements), len(wanted - seen), frozenset(shown - {""})
    )


def _build_key(labels: Sequence[object]) -> RowKey:
    texts = (str(int(v)) if isinstance(v, float) else str(v) for v in labels)
    return tuple(_MARK.sub("", text) for text in texts)


def _count_expected(expected: Expected) -> int:
    return sum(len(values) for values in expected.values())
