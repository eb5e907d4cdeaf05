"""Reads a written workbook back and holds every figure against the published cells.

Belongs here: opening the file with a reader that shares nothing with its writer, and comparing.
Does not belong here: what each table must show (`readings.py`), which count blocks a release
(`checks/`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from python_calamine import CalamineWorkbook

from nino_assets.errors import PublicationError
from nino_assets.publishing.cells import PublishedCells
from nino_assets.publishing.edition import Edition
from nino_assets.publishing.spreadsheet.rows import column_letters
from nino_assets.publishing.workbook.readings import Expected, RowKey
from nino_assets.publishing.workbook.tables import TABLES

_MARK = re.compile(r"\s*\[note \d+\]")
_NOT_AVAILABLE = "[x]"
_LABELS = {
    *("Quarter", "Area code", "Area name", "Area level", "Year", "Age at registration", "Sex"),
    *("Nationality code", "Nationality or group", "Level", "Part of"),
    "Time from arrival to registration",
}
"""Headers of columns that name a row; every other column holds figures."""


@dataclass(frozen=True)
class WorkbookAgreement:
    """What a written workbook shows beside the published cells.

    compared: figures and shorthand that stand in the place of a published cell.
    disagreements: addresses (`Table_2!D15`) of those that differ, or that have no published cell.
    missing: published cells that belong in a table and are not there.
    """

    compared: int
    disagreements: tuple[str, ...]
    missing: int

    @property
    def agrees(self) -> bool:
        """Whether every figure is a published one and none is missing."""
        return not self.disagreements and not self.missing


def compare_workbook(path: Path, cells: PublishedCells, edition: Edition) -> WorkbookAgreement:
    """Compare every figure of the workbook at `path` with the published cells of `edition`.

    Raises PublicationError when the file cannot be read or lacks the sheet of a declared table.
    """
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
    compared, missing = 0, 0
    disagreements: list[str] = []
    for number, declared in enumerate(TABLES, start=1):
        name = f"Table_{number}"
        if name not in sheets:
            raise PublicationError(
                f"{path.name} has no sheet {name}",
                rule="sheets are the same in every release",
                next_step="materialise tables again",
            )
        if declared.reading is None:
            continue
        one = _compare_sheet(name, sheets[name], declared.reading(cells, edition))
        compared += one.compared
        missing += one.missing
        disagreements += one.disagreements
    return WorkbookAgreement(compared, tuple(disagreements), missing)


def _compare_sheet(
    name: str, rows: Sequence[Sequence[object]], expected: Expected
) -> WorkbookAgreement:
    top = next((n for n, row in enumerate(rows) if all(str(v) for v in row)), None)
    if top is None:
        return WorkbookAgreement(0, (f"{name}!A1",), _size(expected))
    headers = [str(header) for header in rows[top]]
    columns = [n for n, header in enumerate(headers) if header not in _LABELS]
    compared, seen = 0, set[tuple[RowKey, str]]()
    disagreements: list[str] = []
    for number, row in enumerate(rows[top + 1 :], start=top + 2):
        key = _key(row, expected)
        for column in columns:
            header, value = headers[column], row[column]
            # Where the edition has no such year yet, every figure is to be marked so.
            wanted = expected.get(key, {}).get(header) if expected else _NOT_AVAILABLE
            compared += 1
            if value != wanted or (key, header) in seen:
                disagreements.append(f"{name}!{column_letters(column)}{number}")
            if expected:
                seen.add((key, header))
    wanted_places = {(key, header) for key, values in expected.items() for header in values}
    return WorkbookAgreement(compared, tuple(disagreements), len(wanted_places - seen))


def _key(row: Sequence[object], expected: Expected) -> RowKey:
    length = len(next(iter(expected), ("",)))
    labels = (str(int(v)) if isinstance(v, float) else str(v) for v in row[:length])
    return tuple(_MARK.sub("", label) for label in labels)


def _size(expected: Expected) -> int:
    return sum(len(values) for values in expected.values())
