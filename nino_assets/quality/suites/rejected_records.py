"""The suite of rejected_records: one reason a row, none too often.

Results carry counts, never rows.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from nino_assets.methods.records.dates import parse_date_sql
from nino_assets.quality.engine import NAMED
from nino_assets.quality.measures.record_views import create_record_views
from nino_assets.quality.next_steps import ASK_SUPPLIER, REPORT_BUG
from nino_assets.quality.rules import (
    build_percent_sql,
    expect_columns,
    expect_filled,
    expect_listed,
    expect_none,
    expect_tolerated,
)
from nino_assets.quality.suite import PracticeArea, Suite
from nino_assets.statistic.quarters import Quarter
from nino_assets.statistic.scan_columns import SCAN_COLUMNS
from nino_assets.statistic.vocabulary import REJECTION_REASONS
from nino_assets.store.warehouse import Warehouse

_SHARES = {
    "invalid_nino_percent": ("invalid_nino", "rows without a valid NINo"),
    "juvenile_percent": ("juvenile_registration", "juvenile registrations"),
    "not_live_percent": ("account_not_live", "accounts that are not live"),
    "uk_national_percent": ("uk_national", "UK nationals"),
    "undated_percent": ("registration_date_missing", "rows without a registration date"),
    "outside_series_percent": ("outside_series", "rows dated outside the series"),
    "outside_quarter_percent": ("outside_quarter", "rows dated before the quarter"),
    "duplicate_percent": ("duplicate_nino", "rows that repeat a person"),
}
"""The share of each reason in the delivery; malformed rows are judged where they are taken in."""


_LATE = f"outside_quarter_percent{NAMED}"


def _count_late_sql(rejected: str) -> str:
    """SQL for how many came late, by quarter, as one text."""
    day = parse_date_sql("date_of_registration")
    return f"""
        SELECT string_agg(label || ': ' || n, ', ' ORDER BY label DESC) FROM (
            SELECT year(day) || '-Q' || quarter(day) AS label, count(*) AS n
            FROM (SELECT {day} AS day FROM {rejected} WHERE reason = 'outside_quarter')
            WHERE day IS NOT NULL GROUP BY label)"""


def _prepare(
    con: duckdb.DuckDBPyConnection, warehouse: Warehouse, quarters: Sequence[Quarter]
) -> None:
    create_record_views(con, warehouse, quarters, "rejected_records")
    con.execute("CREATE VIEW rows AS SELECT * FROM rejected_records")
    columns = ", ".join(f"{name} DOUBLE" for name in _SHARES)
    con.execute(f"CREATE TABLE shares (quarter TEXT, {columns}, {_LATE} TEXT)")
    for n, delivery in enumerate(warehouse.serving.group_quarters(quarters)):
        if delivery.quarter not in quarters:
            continue
        delivered = warehouse.records.read("raw_scan", delivery).count_rows()
        con.register(f"whole_{n}", warehouse.records.read("rejected_records", delivery))
        cases = (f"count(*) FILTER (reason = '{reason}')" for reason, _ in _SHARES.values())
        judged = ", ".join(build_percent_sql(each, str(delivered)) for each in cases)
        late = _count_late_sql(f"whole_{n}")
        con.execute(
            f"INSERT INTO shares SELECT '{delivery.quarter.label}', {judged}, ({late}) "
            f"FROM whole_{n}"
        )
    con.execute("""
        CREATE TABLE quarters AS
        SELECT * FROM (
            SELECT asked.quarter, count(row_number) - count(DISTINCT row_number) AS rejected_twice
            FROM asked LEFT JOIN rejected_records USING (quarter) GROUP BY asked.quarter
        ) LEFT JOIN shares USING (quarter)""")


SUITE = Suite(
    asset="rejected_records",
    prepare=_prepare,
    expectations=(
        expect_columns(
            ("row_number", *SCAN_COLUMNS, "malformed_text"), REPORT_BUG, added=["quarter", "reason"]
        ),
        expect_filled("reason", REPORT_BUG),
        expect_filled("row_number", REPORT_BUG),
        expect_listed("reason_listed", "reason", REJECTION_REASONS, REPORT_BUG),
        expect_none("rejected_twice", "Every rejected row has exactly one reason.", REPORT_BUG),
        *(
            expect_tolerated(
                name,
                f"The share of {words} in the whole delivery",
                ASK_SUPPLIER,
                area=PracticeArea.SUPPLIER,
                unit="%",
            )
            for name, (_, words) in _SHARES.items()
        ),
    ),
)
