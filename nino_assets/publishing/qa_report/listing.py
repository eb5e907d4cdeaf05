"""A table of the QA report, for page and workbook."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Listing:
    """A table of the report: the first column labels the row."""

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[str | int, ...], ...]
