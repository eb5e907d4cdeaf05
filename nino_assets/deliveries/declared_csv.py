"""Reads small delivered CSV files whose columns a layout declares."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from nino_assets.errors import DeliveryError
from nino_assets.foreign_text import shorten_text
from nino_assets.statistic.layout_files import LayoutFile
from nino_assets.statistic.reference_folder import README


def read_declared_csv(
    path: Path, named: str, layout: LayoutFile, columns: Sequence[str]
) -> Iterator[tuple[int, list[str] | None]]:
    """Each row of a file: its number and its stripped fields.

    The fields are in the order of `columns`, and None where their number is not the header's; empty
    lines are left out. `named` is the file as messages name it. Raises DeliveryError for a file
    that is not CSV or does not have the columns of its layout.
    """
    mapped, where = layout.columns, f"the layout is {layout.path}"
    try:
        with path.open(encoding="utf-8-sig", newline="") as handle:
            lines = list(csv.reader(handle, strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise DeliveryError(
            f"{named} cannot be read as CSV ({type(error).__name__})",
            rule=f"a file is comma-separated text in UTF-8; {where}",
            next_step="save it again as CSV in UTF-8",
        ) from None
    header = [column.strip() for column in lines[0]] if lines else []
    if sorted(header) != sorted(mapped):
        missing = sorted(set(mapped) - set(header))
        raise DeliveryError(
            f"{named} does not have the columns of its layout"
            + (
                f": {', '.join(missing)} not found" if missing else ": it has others or repeats one"
            ),
            rule=f"the columns are {', '.join(mapped)}; {where}",
            next_step="correct the header, or map the delivered columns in the layout",
        )
    theirs = {ours: delivered for delivered, ours in mapped.items()}
    order = [header.index(theirs[ours]) for ours in columns]
    for number, line in enumerate(lines[1:], start=2):
        if line:
            yield number, [line[at].strip() for at in order] if len(line) == len(header) else None


def list_declared_csv(folder: Path, named: str) -> list[Path]:
    """The CSV files of a delivery folder, sorted by name.

    The extension may be in capitals. Hidden files and a `README.md` are not counted. Raises
    DeliveryError for any other file, so that none is passed over.
    """
    shown = list_shown_files(folder)
    other = [p.name for p in shown if p.suffix.lower() != ".csv" or not p.is_file()]
    if other:
        raise DeliveryError(
            f"{named}/{shorten_text(other[0])} is no CSV file",
            rule="every file of the folder is read, and each is a CSV file (.csv)",
            next_step="save it as CSV, or move it out of the folder",
        )
    return shown


def list_shown_files(folder: Path) -> list[Path]:
    """What a folder holds, sorted, but hidden files and a `README.md`."""
    return sorted(p for p in folder.glob("[!.]*") if p.name != README) if folder.is_dir() else []


def is_iso_date(text: str) -> bool:
    """Whether a text is a date as `2021-02-25`."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
