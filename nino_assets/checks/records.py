"""Suites of the record-level assets. Results carry counts and shares, never rows."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from nino_assets.checks.rules import each_row, exact_columns, filled, listed, none_of, share
from nino_assets.checks.suite import Suite
from nino_assets.methods.cleaning import CLEANED_COLUMNS, OLDEST, YOUNGEST
from nino_assets.methods.pseudonyms import PSEUDONYMISED_COLUMNS
from nino_assets.quarters import Quarter
from nino_assets.reference_data import nationalities
from nino_assets.storage.warehouse import Warehouse
from nino_assets.vocabulary import GEOCODE_STATUSES, REJECTION_REASONS, SEXES

_SUPPLIER = "Ask the supplier what changed in this scan."
_CODE = "This is a fault of the line itself: report it, and do not publish the quarter."


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
    unaccounted = []
    for n, (delivery, served) in enumerate(warehouse.by_delivery(quarters).items()):
        held = warehouse.records("raw_scan", delivery).count_rows()
        unaccounted += [f"('{quarter.label}', {abs(held - delivery.rows)})" for quarter in served]
    con.execute("CREATE VIEW rows AS SELECT * FROM raw_scan")
    con.execute(f"""
        CREATE TABLE quarters AS
        SELECT quarter, any_value(lost) AS rows_unaccounted, count(row_number) AS delivered_rows,
            count(row_number) - count(DISTINCT row_number) AS repeated_numbers,
            100.0 * count(malformed_text) / greatest(count(row_number), 1) AS malformed_percent
        FROM (VALUES {", ".join(unaccounted)}) AS t(quarter, lost) LEFT JOIN raw_scan USING (quarter)
        GROUP BY quarter""")


raw_scan = Suite(
    asset="raw_scan",
    prepare=_raw_scan,
    expectations=(
        none_of(
            "rows_unaccounted",
            "The delivery's rows are all held: as many as its manifest says.",
            "Compare the manifest with the delivered files, then take the delivery in again.",
        ),
        none_of("repeated_numbers", "No row is held twice.", _CODE),
        filled("row_number", _CODE),
        share(
            "delivered_rows", "The quarter has at least one delivered row.", _SUPPLIER, at_least=1
        ),
        share("malformed_percent", "At most 1% of rows are malformed.", _SUPPLIER, at_most=1),
    ),
)


def _cleaned(
    con: duckdb.DuckDBPyConnection, warehouse: Warehouse, quarters: Sequence[Quarter]
) -> None:
    register_records(con, warehouse, quarters, "raw_scan", "cleaned_records", "rejected_records")
    con.execute("CREATE VIEW rows AS SELECT * FROM cleaned_records")
    con.execute("""
        CREATE TABLE quarters AS
        WITH delivered AS (SELECT quarter, count(*) AS n FROM raw_scan GROUP BY quarter),
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
        SELECT asked.quarter,
            abs(coalesce(delivered.n, 0) - coalesce(accepted.n, 0) - coalesce(rejected.n, 0))
                AS rows_unaccounted,
            coalesce(accepted.n, 0) AS accepted_rows,
            coalesce(other_quarter, 0) AS other_quarter,
            100.0 * coalesce(rejected.n, 0) / greatest(delivered.n, 1) AS rejected_percent,
            100.0 * nationality_unknown / accepted.n AS no_nationality_percent,
            100.0 * age_unknown / accepted.n AS age_unknown_percent,
            100.0 * lag_unknown / accepted.n AS lag_unknown_percent,
            100.0 * sex_unknown / accepted.n AS sex_unknown_percent,
            coalesce(unlisted_types, 0) AS unlisted_types,
            coalesce(unlisted_statuses, 0) AS unlisted_statuses
        FROM asked LEFT JOIN delivered USING (quarter) LEFT JOIN rejected USING (quarter)
            LEFT JOIN accepted USING (quarter)""")


cleaned_records = Suite(
    asset="cleaned_records",
    prepare=_cleaned,
    expectations=(
        none_of("rows_unaccounted", "Rows delivered are rows accepted and rows rejected.", _CODE),
        exact_columns(CLEANED_COLUMNS, _CODE),
        each_row(
            "nino_form",
            "Every NINo is two letters and six digits.",
            "ExpectColumnValuesToMatchRegex",
            _CODE,
            column="nino8",
            regex="^[A-Z]{2}[0-9]{6}$",
        ),
        each_row(
            "nino_once",
            "No person is counted twice in a quarter.",
            "ExpectCompoundColumnsToBeUnique",
            _CODE,
            column_list=["quarter", "nino8"],
        ),
        none_of("other_quarter", "Every registration is dated in its quarter.", _CODE),
        filled("date_of_registration", _CODE),
        listed(
            "nationality_listed", "nationality", nationalities()["nationality"].to_list(), _CODE
        ),
        listed("sex_listed", "sex", SEXES, _CODE),
        each_row(
            "age_possible",
            f"Every known age lies between {YOUNGEST} and {OLDEST}.",
            "ExpectColumnValuesToBeBetween",
            _CODE,
            column="age",
            min_value=YOUNGEST,
            max_value=OLDEST,
        ),
        each_row(
            "arrival_not_after",
            "No arrival is after its registration.",
            "ExpectColumnValuesToBeBetween",
            _CODE,
            column="arrival_lag_days",
            min_value=0,
        ),
        share("accepted_rows", "At least one registration is accepted.", _SUPPLIER, at_least=1),
        share("rejected_percent", "At most 5% of rows are rejected.", _SUPPLIER, at_most=5),
        share(
            "no_nationality_percent",
            "At most 0.5% of nationalities are unknown.",
            _SUPPLIER,
            at_most=0.5,
        ),
        share("age_unknown_percent", "At most 1% of ages are unknown.", _SUPPLIER, at_most=1),
        share(
            "lag_unknown_percent", "At most 5% of arrival lags are unknown.", _SUPPLIER, at_most=5
        ),
        share("sex_unknown_percent", "At most 1% of sexes are unknown.", _SUPPLIER, at_most=1),
        none_of(
            "unlisted_types", "Every registration type is a listed one.", _SUPPLIER, severity="warn"
        ),
        none_of(
            "unlisted_statuses", "Every account status is a listed one.", _SUPPLIER, severity="warn"
        ),
    ),
)


def _rejected(
    con: duckdb.DuckDBPyConnection, warehouse: Warehouse, quarters: Sequence[Quarter]
) -> None:
    register_records(con, warehouse, quarters, "raw_scan", "rejected_records")
    con.execute("CREATE VIEW rows AS SELECT * FROM rejected_records")
    con.execute("""
        CREATE TABLE quarters AS
        WITH delivered AS (SELECT quarter, count(*) AS n FROM raw_scan GROUP BY quarter)
        SELECT asked.quarter,
            count(row_number) - count(DISTINCT row_number) AS rejected_twice,
            100.0 * count(*) FILTER (reason = 'duplicate_nino') / greatest(any_value(n), 1)
                AS duplicate_percent,
            100.0 * count(*) FILTER (reason = 'uk_national') / greatest(any_value(n), 1)
                AS uk_national_percent
        FROM asked LEFT JOIN delivered USING (quarter) LEFT JOIN rejected_records USING (quarter)
        GROUP BY asked.quarter""")


rejected_records = Suite(
    asset="rejected_records",
    prepare=_rejected,
    expectations=(
        filled("reason", _CODE),
        listed("reason_listed", "reason", REJECTION_REASONS, _CODE),
        none_of("rejected_twice", "Every rejected row has exactly one reason.", _CODE),
        share("duplicate_percent", "At most 1% of rows repeat a person.", _SUPPLIER, at_most=1),
        share("uk_national_percent", "At most 1% of rows are UK nationals.", _SUPPLIER, at_most=1),
    ),
)


def _geocoded(
    con: duckdb.DuckDBPyConnection, warehouse: Warehouse, quarters: Sequence[Quarter]
) -> None:
    register_records(con, warehouse, quarters, "cleaned_records", "geocoded_records")
    con.register("lookup", warehouse.table("output_area_lookup"))
    number_of_keys = warehouse.checked_perturbation_table().keys
    con.execute("CREATE VIEW rows AS SELECT * FROM geocoded_records")
    con.execute(f"""
        CREATE TABLE quarters AS
        WITH cleaned AS (SELECT quarter, count(*) AS n FROM cleaned_records GROUP BY quarter),
        geocoded AS (
            SELECT quarter, count(*) AS n,
                count(*) FILTER (starts_with(geocode_status, 'matched')) AS matched,
                count(*) FILTER (geocode_status IN ('not_found', 'invalid', 'missing')) AS unmatched,
                count(*) FILTER (geocode_status = 'outside_uk') AS overseas,
                count(*) FILTER (starts_with(geocode_status, 'matched') <> (output_area IS NOT NULL))
                    AS status_contradicted,
                count(*) FILTER (record_key IS NULL OR record_key NOT BETWEEN 0 AND {number_of_keys - 1})
                    AS keys_out_of_range
            FROM geocoded_records GROUP BY quarter
        ), unknown_areas AS (
            SELECT quarter, count(*) AS n FROM geocoded_records ANTI JOIN lookup USING (output_area)
            WHERE output_area IS NOT NULL GROUP BY quarter
        )
        SELECT asked.quarter,
            abs(coalesce(cleaned.n, 0) - coalesce(geocoded.n, 0)) AS rows_unaccounted,
            coalesce(status_contradicted, 0) AS status_contradicted,
            coalesce(keys_out_of_range, 0) AS keys_out_of_range,
            coalesce(unknown_areas.n, 0) AS unknown_areas,
            CASE WHEN matched = 0 AND unmatched >= {FEWEST_TO_JUDGE} THEN 1 ELSE 0 END AS none_located,
            100.0 * matched / geocoded.n AS matched_percent,
            100.0 * overseas / geocoded.n AS overseas_percent
        FROM asked LEFT JOIN cleaned USING (quarter) LEFT JOIN geocoded USING (quarter)
            LEFT JOIN unknown_areas USING (quarter)""")


FEWEST_TO_JUDGE = 10
"""Unmatched registrations from which on it is no chance that none at all was found."""
_DIRECTORY = "Check that landing/nspl/ holds the directory of this quarter; compare the statuses."

geocoded_records = Suite(
    asset="geocoded_records",
    prepare=_geocoded,
    expectations=(
        exact_columns(PSEUDONYMISED_COLUMNS, _CODE),
        none_of("rows_unaccounted", "Every cleaned registration is geocoded once.", _CODE),
        each_row(
            "pseudonym_form",
            "Every pseudonym is 64 hex digits.",
            "ExpectColumnValuesToMatchRegex",
            _CODE,
            column="pseudonym",
            regex="^[0-9a-f]{64}$",
        ),
        filled("pseudonym", _CODE),
        none_of("keys_out_of_range", "Every record key lies in the range of the p-table.", _CODE),
        listed("status_listed", "geocode_status", GEOCODE_STATUSES, _CODE),
        filled("geocode_status", _CODE),
        none_of(
            "status_contradicted",
            "A registration has an output area exactly when it is matched.",
            _CODE,
        ),
        none_of("unknown_areas", "Every output area is in the look-up.", _CODE),
        none_of("none_located", "At least one postcode of the quarter is found.", _DIRECTORY),
        share(
            "matched_percent",
            "At least 95% of registrations have an output area.",
            _DIRECTORY,
            at_least=95,
        ),
        share(
            "overseas_percent", "At most 2% of registrations are overseas.", _DIRECTORY, at_most=2
        ),
    ),
)

SUITES = (raw_scan, cleaned_records, rejected_records, geocoded_records)
