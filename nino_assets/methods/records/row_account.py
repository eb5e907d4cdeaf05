"""Counts the delivered rows by what became of them.

Source: `nino_assets/docs/method.md`, Cleaning.
"""

from __future__ import annotations

from typing import Any

import duckdb

from nino_assets.statistic.vocabulary import GEOCODE_STATUSES, REJECTION_REASONS, REPAIRS

_REPAIRED = {
    "nationality_unknown": "nationality = 'Unknown'",
    "age_unknown": "age IS NULL",
    "lag_unknown": "arrival_lag_days IS NULL",
    "sex_unknown": "sex = 'Unknown'",
}


def build_row_account(
    con: duckdb.DuckDBPyConnection, *, raw: str, cleaned: str, rejected: str, geocoded: str
) -> dict[str, Any]:
    """Count the rows of one delivery by outcome, zeros included."""
    repairs = ", ".join(f"count(*) FILTER ({_REPAIRED[repair]})" for repair in REPAIRS)
    accepted, *repaired = con.sql(f"SELECT count(*), {repairs} FROM {cleaned}").fetchall()[0]
    return {
        "delivered": con.sql(f"SELECT count(*) FROM {raw}").fetchall()[0][0],
        "accepted": accepted,
        "rejected": _count_by(con, rejected, "reason", REJECTION_REASONS),
        "repairs": dict(zip(REPAIRS, repaired, strict=True)),
        "geocode_status": _count_by(con, geocoded, "geocode_status", GEOCODE_STATUSES),
    }


def _count_by(
    con: duckdb.DuckDBPyConnection, relation: str, column: str, members: tuple[str, ...]
) -> dict[str, int]:
    found = dict(con.sql(f"SELECT {column}, count(*) FROM {relation} GROUP BY ALL").fetchall())
    return {member: found.get(member, 0) for member in members}
