"""Suites of the scan, taken in and cleaned. Results carry counts and shares, never rows."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from nino_assets.checks.rules import (
    each_row,
    exact_columns,
    filled,
    listed,
    none_of,
    percent_sql,
    share,
    tolerated,
    year_before,
)
from nino_assets.checks.suite import Suite
from nino_assets.methods.cleaning import CLEANED_COLUMNS, OLDEST, YOUNGEST
from nino_assets.quarters import Quarter
from nino_assets.reference_data import nationalities
from nino_assets.storage.warehouse import Warehouse
from nino_assets.vocabulary import REJECTION_REASONS, SEXES

SUPPLIER = "Ask the supplier what changed in this scan."
CODE = "This is a fault of the line itself: report it, and do not publish the quarter."


def register_records(
    con: duckdb.DuckDBPyConnection, warehouse: Warehouse, quarters: Sequence[Quarter], *assets: str
) -> None:
    """Create a view of each record asset, holding just these quarters."""
    for asset in assets:
        parts = []
        for n, (delivery, served) in enumerate(warehouse.by_delivery(quarters).items()):
            con.register(f"{asset}_{n}", warehouse.records(asset, delivery, served))
            parts.append(f"SELECT * FROM {asset}_{n}")
        con.execute(f"CREATE VIEW {asset} AS {' UNION ALL '.join(parts)}")
    labels = ", ".join(f"('{quarter.label}')" for quarter in quarters)
    con.execute(f"CREATE VIEW asked AS SELECT * FROM (VALUES {labels}) AS t(quarter)")


def _raw_scan(
    con: duckdb.DuckDBPyConnection, warehouse: Warehouse, quarters: Sequence[Quarter]
) -> None:
    register_records(con, warehouse, quarters, "raw_scan")
    con.execute("CREATE VIEW rows AS SELECT * FROM raw_scan")
    facts = []
    for n, (delivery, served) in enumerate(warehouse.by_delivery(quarters).items()):
        whole = warehouse.records("raw_scan", delivery)
        lost = abs(whole.count_rows() - delivery.rows)
        for quarter in served:
            malformed = waited = "NULL"
            if quarter == delivery.quarter:
                con.register(f"whole_{n}", whole)
                cases = "count(malformed_text)"
                malformed = f"(SELECT {percent_sql(cases, 'count(*)')} FROM whole_{n})"
                waited = str((delivery.extracted_on - quarter.last_day).days)
            facts.append(
                f"SELECT '{quarter.label}' AS quarter, {lost} AS rows_unaccounted, "
                f"{malformed}::DOUBLE AS malformed_percent, "
                f"{waited}::INTEGER AS extraction_days"
            )
    con.execute(f"""
        CREATE TABLE quarters AS
        WITH facts AS ({" UNION ALL ".join(facts)}), held AS (
            SELECT quarter, count(*) AS n, count(*) - count(DISTINCT row_number) AS repeated
            FROM raw_scan GROUP BY quarter
        )
        SELECT facts.*, coalesce(n, 0) AS delivered_rows, coalesce(repeated, 0) AS repeated_numbers
        FROM facts LEFT JOIN held USING (quarter)""")


raw_scan = Suite(
    asset="raw_scan",
    prepare=_raw_scan,
    expectations=(
        none_of(
            "rows_unaccounted",
            "The delivery's rows are all held: as many as its manifest says.",
            "Compare the manifest with the delivered files, then take the delivery in again.",
        ),
        none_of("repeated_numbers", "No row is held twice.", CODE),
        filled("row_number", CODE),
        share(
            "delivered_rows", "The quarter has at least one delivered row.", SUPPLIER, at_least=1
        ),
        tolerated(
            "malformed_percent",
            "The share of malformed rows in the whole delivery, in percent,",
            SUPPLIER,
        ),
        tolerated(
            "extraction_days",
            "The number of days from the end of the delivery's quarter to its extraction",
            SUPPLIER,
        ),
    ),
)


def _cleaned(
    con: duckdb.DuckDBPyConnection, warehouse: Warehouse, quarters: Sequence[Quarter]
) -> None:
    register_records(con, warehouse, quarters, "raw_scan", "cleaned_records", "rejected_records")
    con.execute("CREATE VIEW rows AS SELECT * FROM cleaned_records")
    facts = ", ".join(
        f"('{q.label}', {_whole_rejected(warehouse, q)}, {_accepted_a_year_before(warehouse, q)})"
        for q in quarters
    )
    con.execute(f"""
        CREATE TABLE quarters AS
        WITH facts AS (
            SELECT quarter, rejected_percent::DOUBLE AS rejected_percent,
                year_before::BIGINT AS year_before
            FROM (VALUES {facts}) AS t(quarter, rejected_percent, year_before)
        ), delivered AS (SELECT quarter, count(*) AS n FROM raw_scan GROUP BY quarter),
        rejected AS (SELECT quarter, count(*) AS n FROM rejected_records GROUP BY quarter),
        accepted AS (
            SELECT quarter, count(*) AS n,
                count(*) FILTER (quarter <> year(date_of_registration) || '-Q'
                    || quarter(date_of_registration)) AS other_quarter,
                count(*) FILTER (nationality = 'Unknown') AS nationality_unknown,
                count(*) FILTER (age IS NULL) AS age_unknown,
                count(*) FILTER (arrival_lag_days IS NULL) AS lag_unknown,
                count(*) FILTER (sex = 'Unknown') AS sex_unknown,
                count(*) FILTER (unlisted_registration_type) AS unlisted_types,
                count(*) FILTER (unlisted_account_status) AS unlisted_statuses
            FROM cleaned_records GROUP BY quarter
        )
        SELECT facts.quarter, rejected_percent,
            abs(coalesce(delivered.n, 0) - coalesce(accepted.n, 0) - coalesce(rejected.n, 0))
                AS rows_unaccounted,
            coalesce(accepted.n, 0) AS accepted_rows,
            -- Null where there is nothing to compare with.
            100.0 * (coalesce(accepted.n, 0) - year_before) / nullif(year_before, 0)
                AS yearly_change_percent,
            coalesce(other_quarter, 0) AS other_quarter,
            {percent_sql("nationality_unknown", "accepted.n")} AS no_nationality_percent,
            {percent_sql("age_unknown", "accepted.n")} AS age_unknown_percent,
            {percent_sql("lag_unknown", "accepted.n")} AS lag_unknown_percent,
            {percent_sql("sex_unknown", "accepted.n")} AS sex_unknown_percent,
            coalesce(unlisted_types, 0) AS unlisted_types,
            coalesce(unlisted_statuses, 0) AS unlisted_statuses
        FROM facts LEFT JOIN delivered USING (quarter) LEFT JOIN rejected USING (quarter)
            LEFT JOIN accepted USING (quarter)""")


def _whole_rejected(warehouse: Warehouse, quarter: Quarter) -> str:
    """SQL for the rejected percent of the delivery of a quarter; NULL where another one serves it.

    Rows without a readable date belong to the delivery's own quarter, so that quarter's rows alone
    would show too many rejections and the other quarters of a register too few.
    """
    delivery = warehouse.delivery_of(quarter)
    if delivery.quarter != quarter:
        return "NULL"
    rejected, delivered = (
        warehouse.records(asset, delivery).count_rows()
        for asset in ("rejected_records", "raw_scan")
    )
    return percent_sql(str(rejected), str(delivered))


def _accepted_a_year_before(warehouse: Warehouse, quarter: Quarter) -> str:
    """SQL for the registrations of the same quarter a year before; NULL where not comparable."""
    before = year_before(quarter)
    if before is None or before not in warehouse.quarters_held("keyed_counts"):
        return "NULL"
    [(delivery, served)] = warehouse.by_delivery([before]).items()
    path = warehouse.record_file("cleaned_records", delivery, before.label)
    return (
        str(warehouse.records("cleaned_records", delivery, served).count_rows())
        if path.is_file()
        else "NULL"
    )


cleaned_records = Suite(
    asset="cleaned_records",
    prepare=_cleaned,
    expectations=(
        none_of("rows_unaccounted", "Rows delivered are rows accepted and rows rejected.", CODE),
        exact_columns(CLEANED_COLUMNS, CODE),
        each_row(
            "nino_form",
            "Every NINo is two letters and six digits.",
            "ExpectColumnValuesToMatchRegex",
            CODE,
            column="nino8",
            regex="^[A-Z]{2}[0-9]{6}$",
        ),
        each_row(
            "nino_once",
            "No person is counted twice in a quarter.",
            "ExpectCompoundColumnsToBeUnique",
            CODE,
            column_list=["quarter", "nino8"],
        ),
        none_of("other_quarter", "Every registration is dated in its quarter.", CODE),
        *(
            filled(column, CODE)
            for column in ("nino8", "date_of_registration", "nationality", "sex")
        ),
        listed("nationality_listed", "nationality", nationalities()["nationality"].to_list(), CODE),
        listed("sex_listed", "sex", SEXES, CODE),
        each_row(
            "age_possible",
            f"Every known age lies between {YOUNGEST} and {OLDEST}.",
            "ExpectColumnValuesToBeBetween",
            CODE,
            column="age",
            min_value=YOUNGEST,
            max_value=OLDEST,
        ),
        each_row(
            "arrival_not_after",
            "No arrival is after its registration.",
            "ExpectColumnValuesToBeBetween",
            CODE,
            column="arrival_lag_days",
            min_value=0,
        ),
        share("accepted_rows", "At least one registration is accepted.", SUPPLIER, at_least=1),
        tolerated(
            "rejected_percent",
            "The share of rejected rows in the whole delivery, in percent,",
            SUPPLIER,
        ),
        tolerated(
            "yearly_change_percent",
            "The change in registrations from the same quarter a year before, in percent,",
            "Compare the volume with operational information and with known events.",
        ),
        *(
            tolerated(f"{name}_percent", f"The share of {words}, in percent,", SUPPLIER)
            for name, words in (
                ("no_nationality", "unknown nationalities"),
                ("age_unknown", "unknown ages"),
                ("lag_unknown", "unknown times from arrival to registration"),
                ("sex_unknown", "unknown sexes"),
            )
        ),
        none_of(
            "unlisted_types", "Every registration type is a listed one.", SUPPLIER, severity="warn"
        ),
        none_of(
            "unlisted_statuses", "Every account status is a listed one.", SUPPLIER, severity="warn"
        ),
    ),
)


_JUDGED_REASONS = ("duplicate_nino", "uk_national")


def _rejected(
    con: duckdb.DuckDBPyConnection, warehouse: Warehouse, quarters: Sequence[Quarter]
) -> None:
    register_records(con, warehouse, quarters, "rejected_records")
    con.execute("CREATE VIEW rows AS SELECT * FROM rejected_records")
    shares = []
    for n, delivery in enumerate(warehouse.by_delivery(quarters)):
        delivered = warehouse.records("raw_scan", delivery).count_rows()
        if delivery.quarter in quarters:
            con.register(f"whole_{n}", warehouse.records("rejected_records", delivery))
            each = (f"count(*) FILTER (reason = '{reason}')" for reason in _JUDGED_REASONS)
            judged = ", ".join(percent_sql(cases, str(delivered)) for cases in each)
            shares.append(f"SELECT '{delivery.quarter.label}', {judged} FROM whole_{n}")
    con.execute("CREATE TABLE shares (quarter TEXT, duplicate DOUBLE, uk_national DOUBLE)")
    for select in shares:
        con.execute(f"INSERT INTO shares {select}")
    con.execute("""
        CREATE TABLE quarters AS
        SELECT asked.quarter,
            count(row_number) - count(DISTINCT row_number) AS rejected_twice,
            any_value(duplicate) AS duplicate_percent,
            any_value(uk_national) AS uk_national_percent
        FROM asked LEFT JOIN rejected_records USING (quarter) LEFT JOIN shares USING (quarter)
        GROUP BY asked.quarter""")


rejected_records = Suite(
    asset="rejected_records",
    prepare=_rejected,
    expectations=(
        filled("reason", CODE),
        filled("row_number", CODE),
        listed("reason_listed", "reason", REJECTION_REASONS, CODE),
        none_of("rejected_twice", "Every rejected row has exactly one reason.", CODE),
        tolerated(
            "duplicate_percent",
            "The share of rows in the whole delivery that repeat a person, in percent,",
            SUPPLIER,
        ),
        tolerated(
            "uk_national_percent",
            "The share of UK nationals in the whole delivery, in percent,",
            SUPPLIER,
        ),
    ),
)


SUITES = (raw_scan, cleaned_records, rejected_records)
