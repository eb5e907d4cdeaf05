"""Reads small delivered CSV files whose columns a layout declares."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from nino_assets.errors import DeliveryError
from nino_assets.statistic.reference_lists import REFERENCE_DIR


def read_csv_layout(
    name: str, columns: Sequence[str], reference: Path = REFERENCE_DIR
) -> tuple[dict[str, str], dict[str, Any]]:
    """Read a layout: delivered column → our name, and the whole file.

    The layout is `layouts/<name>.toml`. Raises DeliveryError unless it declares each of our columns
    once.
    """
    declared = tomllib.loads((reference / f"layouts/{name}.toml").read_text(encoding="utf-8"))
    mapped = {str(theirs): str(ours) for theirs, ours in declared["columns"].items()}
    if sorted(mapped.values()) != sorted(columns):
        raise DeliveryError(
            f"{name_layout_file(name)} is not a layout",
            rule=f"a layout maps to each of {', '.join(columns)} once",
            next_step="correct the layout file",
        )
    return mapped, declared


def name_layout_file(name: str) -> str:
    """A layout as messages name it."""
    return f"data/reference/layouts/{name}.toml"


def read_declared_csv(
    path: Path, named: str, layout: str, mapped: Mapping[str, str], columns: Sequence[str]
) -> Iterator[tuple[int, list[str] | None]]:
    """Each row of a file: its number and its stripped fields.

    The fields are in the order of `columns`, and None where their number is not the header's; empty
    lines are left out. `named` is the file as messages name it. Raises DeliveryError for a file
    that is not CSV or does not have the columns of its layout.
    """
    where = f"the layout is {name_layout_file(layout)}"
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


def is_iso_date(text: str) -> bool:
    """Whether a text is a date as `2021-02-25`."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
