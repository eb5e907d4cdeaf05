"""The file name of the workbook."""

from __future__ import annotations

from nino_assets.statistic.quarters import Quarter


def name_workbook(quarter: Quarter) -> str:
    """Return `nino-registrations-to-december-2020-tables.ods`."""
    return f"nino-registrations-to-{quarter.last_month.lower()}-{quarter.year}-tables.ods"
