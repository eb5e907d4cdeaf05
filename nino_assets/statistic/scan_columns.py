"""The columns of a scan, in the order of layout `mws-1`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ScanColumn:
    """One column, text as delivered. `few_values`: one value stands in many rows."""

    name: str
    few_values: bool = False


_SCAN = (
    ScanColumn("nino"),
    ScanColumn("surname"),
    ScanColumn("forenames"),
    ScanColumn("date_of_birth", few_values=True),
    ScanColumn("date_of_arrival", few_values=True),
    ScanColumn("date_of_registration", few_values=True),
    ScanColumn("sex", few_values=True),
    ScanColumn("nationality", few_values=True),
    ScanColumn("registration_type", few_values=True),
    ScanColumn("account_status", few_values=True),
    ScanColumn("postcode"),
    ScanColumn("country_of_residence", few_values=True),
)

SCAN_COLUMNS = tuple(column.name for column in _SCAN)
REPETITIVE_SCAN_COLUMNS = tuple(column.name for column in _SCAN if column.few_values)
"""Columns that are quicker to store and read with each value once, and its number in every row."""
