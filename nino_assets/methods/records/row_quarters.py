"""Assigns each delivered row to the quarter that it belongs to.

Source: `nino_assets/docs/method.md`, Deliveries.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable
from dataclasses import dataclass

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from nino_assets.methods.records.dates import format_date_sql, parse_date_sql
from nino_assets.methods.records.distinct_values import DistinctValueParser
from nino_assets.statistic.quarters import SERIES_START, Quarter
from nino_assets.store.delivery import Delivery


@dataclass(frozen=True)
class DateCounts:
    """Registration dates of a scan: readable, and in its own period."""

    readable: int
    in_period: int


def assign_quarters(
    con: duckdb.DuckDBPyConnection, tables: Iterable[pa.Table], delivery: Delivery
) -> Generator[pa.Table, None, DateCounts]:
    """Each table with a last column `quarter`, then the date counts.

    `tables` hold the rows of one delivery, in which `date_of_registration` is text.
    """
    readable = in_period = 0
    parser = DistinctValueParser(con, {"date_of_registration": _build_parsers(delivery)})
    for table in tables:
        parsed = parser.add_parsed_columns(table)
        readable += pc.sum(parsed["is_readable"]).as_py()
        in_period += pc.sum(parsed["is_in_period"]).as_py()
        yield parsed.select([*table.column_names, "quarter"])
    return DateCounts(readable, in_period)


def _build_parsers(delivery: Delivery) -> dict[str, str]:
    first = format_date_sql(delivery.first_quarter.first_day)
    last = format_date_sql(delivery.quarter.last_day)
    return {
        "day": parse_date_sql("text"),
        "quarter": assign_quarter_sql("day", delivery.quarter, register=delivery.is_register),
        "is_readable": "day IS NOT NULL",
        "is_in_period": f"coalesce(day BETWEEN {first} AND {last}, false)",
    }


def assign_quarter_sql(registration_date: str, delivered: Quarter, *, register: bool) -> str:
    """SQL for the label of the quarter that a row belongs to.

    Every row of a quarter extract belongs to the delivery's quarter. In a register extract it
    belongs to the quarter of its registration date; rows without a readable date, or dated outside
    the series, belong to the delivery's own quarter.
    """
    if not register:
        return f"'{delivered.label}'"
    inside = (
        f"{registration_date} BETWEEN {format_date_sql(SERIES_START.first_day)} "
        f"AND {format_date_sql(delivered.last_day)}"
    )
    label = f"year({registration_date}) || '-Q' || quarter({registration_date})"
    return f"CASE WHEN {inside} THEN {label} ELSE '{delivered.label}' END"
