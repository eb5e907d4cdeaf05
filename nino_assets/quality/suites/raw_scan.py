"""The suite of raw_scan: what was agreed with the supplier.

Results carry counts and shares, never rows. Shares of a register are those of the whole delivery,
on its own quarter: rows without a readable date belong to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import duckdb

from nino_assets.governance.calendar import compute_release_date
from nino_assets.quality.measures.record_views import create_record_views
from nino_assets.quality.next_steps import ASK_SUPPLIER, REPORT_BUG
from nino_assets.quality.rules import (
    build_percent_sql,
    expect_between,
    expect_columns,
    expect_filled,
    expect_none,
    expect_tolerated,
)
from nino_assets.quality.suite import PracticeArea, Suite
from nino_assets.statistic.quarters import Quarter
from nino_assets.statistic.reference_lists import read_list
from nino_assets.statistic.scan_columns import SCAN_COLUMNS
from nino_assets.statistic.vocabulary import NULL_TEXTS
from nino_assets.store.delivery import Delivery
from nino_assets.store.warehouse import Warehouse

_STATEMENT = (
    "Ask the supplier for its statement of checks and add it to the manifest as supplier_statement."
)

_CODE_COLUMNS = (
    *("sex", "nationality", "registration_type", "account_status", "postcode"),
    "country_of_residence",
)


def _prepare(
    con: duckdb.DuckDBPyConnection, warehouse: Warehouse, quarters: Sequence[Quarter]
) -> None:
    create_record_views(con, warehouse, quarters, "raw_scan")
    # A layout sets the order of the delivered columns; the view has one order for all of them.
    agreed = ", ".join(("row_number", *SCAN_COLUMNS))
    con.execute(f"CREATE VIEW rows AS SELECT {agreed}, * EXCLUDE ({agreed}) FROM raw_scan")
    facts = []
    for n, (delivery, served) in enumerate(warehouse.serving.group_quarters(quarters).items()):
        whole = warehouse.records.read("raw_scan", delivery)
        con.register(f"whole_{n}", whole)
        lost = abs(whole.count_rows() - delivery.rows)
        for quarter in served:
            own = (
                _measure_delivery(delivery, f"whole_{n}")
                if quarter == delivery.quarter
                else _NOT_ITS_OWN
            )
            measures = ", ".join(f"{value} AS {name}" for name, value in own.items())
            facts.append(
                f"SELECT '{quarter.label}' AS quarter, {lost} AS rows_unaccounted, {measures}"
            )
    con.execute(f"""
        CREATE TABLE quarters AS
        WITH facts AS ({" UNION ALL ".join(facts)}), held AS (
            SELECT quarter, count(*) AS n, count(*) - count(DISTINCT row_number) AS repeated,
                {_count_null_texts_sql()}
            FROM raw_scan GROUP BY quarter
        )
        SELECT facts.*, coalesce(n, 0) AS delivered_rows, coalesce(repeated, 0) AS repeated_numbers,
            held.* EXCLUDE (quarter, n, repeated, null_texts),
            coalesce(null_texts, 0) AS null_texts
        FROM facts LEFT JOIN held USING (quarter)""")


def _count_null_texts_sql() -> str:
    """SQL that counts texts such as NULL, by column and in all."""
    texts = f"IN {NULL_TEXTS}"
    counts = [f"count(*) FILTER (lower(trim({c})) {texts}) AS null_{c}" for c in _CODE_COLUMNS]
    return f"{', '.join(counts)}, {' + '.join(f'null_{c}' for c in _CODE_COLUMNS)} AS null_texts"


_NOT_ITS_OWN = dict.fromkeys(
    ("malformed_percent", "extraction_days", "days_to_release", "statement_missing"), "NULL::DOUBLE"
) | {"checks_not_stated": "NULL::DOUBLE"}


def _measure_delivery(delivery: Delivery, whole: str) -> dict[str, str]:
    """SQL for each measure of a delivery, on its own quarter."""
    statement = delivery.statement
    asked = set(read_list("supplier_checks")["supplier_check"])
    figures = {
        "extraction_days": (delivery.extracted_on - delivery.quarter.last_day).days,
        "days_to_release": (compute_release_date(delivery.quarter) - delivery.extracted_on).days,
        "statement_missing": int(statement is None),
        "checks_not_stated": len(asked - set(statement.checks)) if statement else "NULL",
    }
    malformed = build_percent_sql("count(malformed_text)", "count(*)")
    return {
        "malformed_percent": f"(SELECT {malformed} FROM {whole})::DOUBLE",
        **{name: f"{figure}::DOUBLE" for name, figure in figures.items()},
    }


SUITE = Suite(
    asset="raw_scan",
    prepare=_prepare,
    expectations=(
        expect_columns(
            ("row_number", *SCAN_COLUMNS, "malformed_text"), REPORT_BUG, added=["quarter"]
        ),
        expect_none(
            "rows_unaccounted",
            "The delivery's rows are all held: as many as its manifest says.",
            "Compare the manifest with the delivered files, then take the delivery in again.",
            area=PracticeArea.COMMUNICATION,
        ),
        expect_none("repeated_numbers", "No row is held twice.", REPORT_BUG),
        expect_filled("row_number", REPORT_BUG),
        expect_between(
            "delivered_rows",
            "The quarter has at least one delivered row.",
            ASK_SUPPLIER,
            at_least=1,
            area=PracticeArea.COMMUNICATION,
        ),
        replace(
            expect_none(
                "null_texts",
                "No code and no postcode is a text that means nothing, such as NULL or N/A.",
                "Ask the supplier to leave such a field blank. It counts as an unlisted code; the "
                "figures tell the columns.",
                severity="warn",
                area=PracticeArea.SUPPLIER,
            ),
            figures=tuple(f"null_{column}" for column in _CODE_COLUMNS),
        ),
        expect_tolerated(
            "malformed_percent",
            "The share of malformed rows in the whole delivery",
            ASK_SUPPLIER,
            area=PracticeArea.SUPPLIER,
            unit="%",
        ),
        expect_tolerated(
            "extraction_days",
            "The number of days from the end of the delivery's quarter to its extraction",
            ASK_SUPPLIER,
            area=PracticeArea.COMMUNICATION,
        ),
        expect_tolerated(
            "days_to_release",
            "The number of days from the extraction of the scan to the day of release",
            "Ask the supplier why the scan came late; tell the head of profession if the day "
            "cannot be kept.",
            area=PracticeArea.COMMUNICATION,
        ),
        expect_none(
            "statement_missing",
            "The supplier has signed a statement of the checks that it made.",
            _STATEMENT,
            severity="warn",
            area=PracticeArea.SUPPLIER,
        ),
        expect_none(
            "checks_not_stated",
            "The supplier's statement has every check of the reference list supplier_checks.csv.",
            _STATEMENT,
            severity="warn",
            area=PracticeArea.SUPPLIER,
        ),
    ),
)
