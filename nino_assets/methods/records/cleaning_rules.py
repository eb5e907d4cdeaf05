"""The cleaning rules as SQL: rejection reasons, repairs, derived variables.

Source: `nino_assets/docs/method.md`, Cleaning. The passes over a scan are in `cleaning.py`.
"""

from __future__ import annotations

from nino_assets.methods.records.dates import format_date_sql, parse_date_sql
from nino_assets.methods.records.distinct_values import ColumnParsers
from nino_assets.methods.records.ninos import extract_nino8_sql, is_valid_nino_sql
from nino_assets.statistic.quarters import SERIES_START, Quarter
from nino_assets.statistic.scan_columns import SCAN_COLUMNS
from nino_assets.statistic.vocabulary import REJECTION_REASONS, UNKNOWN

CLEANED_COLUMNS = (
    "nino8",
    "surname",
    "forenames",
    "date_of_birth",
    "date_of_arrival",
    "date_of_registration",
    "age",
    "arrival_lag_days",
    "sex",
    "nationality",
    "postcode",
    "country_of_residence",
    "unlisted_registration_type",
    "unlisted_account_status",
    "quarter",
)
UK_NATIONALS = ("gbr", "gb", "uk", "united kingdom", "british")
NOT_LIVE = ("cancelled", "amalgamated", "redirected")
KEPT_COLUMNS = ("row_number", *SCAN_COLUMNS, "malformed_text", "quarter")
"""The scan's own columns, kept as delivered in a rejected row."""
YOUNGEST, OLDEST = 15, 110
"""Completed years at registration outside which a date of birth is impossible."""


def normalise_code_sql(column: str) -> str:
    """SQL for a code as it is compared.

    Case and outer spaces do not count, and a blank one is ''.
    """
    # Few values hold a space, and looking for one costs a fifth of trimming all.
    trimmed = f"CASE WHEN contains({column}, ' ') THEN trim({column}, ' ') ELSE {column} END"
    return f"lower(coalesce({trimmed}, ''))"


def build_column_parsers(delivered: Quarter, *, register: bool) -> ColumnParsers:
    """The parsed columns of each text column of a scan.

    A blank is a value of every code.

    Dates are parsed to days and to integers YYYYMMDD: the difference of two of those, without its
    last four digits, is completed years where it is not negative; someone born on 29 February is a
    year older on 1 March of a common year.
    """
    first, last = format_date_sql(delivered.first_day), format_date_sql(delivered.last_day)
    series_start = format_date_sql(SERIES_START.first_day)
    quarter = {} if register else {"outside_quarter": f"registered_on < {first}"}
    code = normalise_code_sql("text")
    label = f"(SELECT nationality FROM nationality_spellings WHERE spelling = {code})"
    return {
        "date_of_registration": {
            "registered_on": parse_date_sql("text"),
            "registered_number": _number_day_sql("registered_on"),
            "outside_series": f"registered_on NOT BETWEEN {series_start} AND {last}",
            **quarter,
        },
        "date_of_birth": {
            "born_on": parse_date_sql("text"),
            "born_number": _number_day_sql("born_on"),
        },
        "date_of_arrival": {"arrived_on": parse_date_sql("text")},
        "sex": {
            "sex_label": f"CASE {code} WHEN 'm' THEN 'Male' WHEN 'f' THEN 'Female' "
            f"ELSE '{UNKNOWN}' END"
        },
        "nationality": {
            "uk_national": f"{code} IN {UK_NATIONALS}",
            "nationality_label": f"coalesce({label}, '{UNKNOWN}')",
        },
        "registration_type": {
            "juvenile_registration": f"{code} = 'juvenile'",
            "unlisted_registration_type": f"{code} NOT IN ('', 'adult')",
        },
        "account_status": {
            "account_not_live": f"{code} IN {NOT_LIVE}",
            "unlisted_account_status": f"{code} NOT IN ('', 'live')",
        },
        "country_of_residence": {"country_code": f"CASE {code} WHEN '' THEN 'gbr' ELSE {code} END"},
    }


def _number_day_sql(day: str) -> str:
    return f"(10000 * year({day}) + 100 * month({day}) + day({day}))::INTEGER"


def find_reason_sql(*, register: bool, synthetic: bool) -> str:
    """SQL for the first reason (1 to 8) that applies, or NULL.

    Returns the position in `REJECTION_REASONS`. Duplicates (reason 9) are found among the rest.
    """
    reasons = {
        "malformed_row": "malformed_text IS NOT NULL",
        "invalid_nino": f"NOT {is_valid_nino_sql('nino', synthetic=synthetic)}",
        "juvenile_registration": "juvenile_registration",
        "account_not_live": "account_not_live",
        "uk_national": "uk_national",
        "registration_date_missing": "registered_on IS NULL",
        "outside_series": "outside_series",
    }
    if not register:
        reasons["outside_quarter"] = "outside_quarter"
    cases = " ".join(
        f"WHEN {reasons[reason]} THEN {position}"
        for position, reason in enumerate(REJECTION_REASONS)
        if reason in reasons
    )
    return f"CASE {cases} END"


def select_rejected_sql(column_order: tuple[str, ...]) -> str:
    """SQL for the rejected candidates: with a reason, or duplicates.

    Of the rows with one NINo the earliest registration is kept, then the smallest row. Identical
    rows fall back on their position in the delivery, which changes no result.
    """
    order = ", ".join(f"coalesce({column}, '')" for column in column_order)
    kept = ", ".join(KEPT_COLUMNS)
    return f"""
        WITH rows_with_reason AS (FROM candidate_rows JOIN candidates USING (row_number))
        SELECT {kept}, ({list(REJECTION_REASONS)})[reason + 1] AS reason
        FROM rows_with_reason WHERE reason IS NOT NULL
        UNION ALL
        SELECT {kept}, 'duplicate_nino' AS reason FROM rows_with_reason WHERE reason IS NULL
        QUALIFY row_number() OVER (
            PARTITION BY {extract_nino8_sql("nino")} ORDER BY registered_on, {order}, row_number
        ) > 1"""


def select_accepted_sql(parsed: str, condition: str) -> str:
    """SQL for `CLEANED_COLUMNS` of the parsed rows that meet a condition."""
    age = "((registered_number - born_number) // 10000)"
    possible = f"{age} BETWEEN {YOUNGEST} AND {OLDEST}"
    return f"""
        SELECT
            {extract_nino8_sql("nino")} AS nino8, surname, forenames,
            CASE WHEN {possible} THEN born_on END AS date_of_birth,
            CASE WHEN arrived_on <= registered_on THEN arrived_on END AS date_of_arrival,
            registered_on AS date_of_registration,
            CASE WHEN {possible} THEN {age} END::SMALLINT AS age,
            CASE WHEN arrived_on <= registered_on THEN registered_on - arrived_on END::INTEGER
                AS arrival_lag_days,
            sex_label AS sex, nationality_label AS nationality, postcode,
            country_code AS country_of_residence,
            -- The listed values that are out of scope were rejected before.
            unlisted_registration_type, unlisted_account_status, quarter
        FROM {parsed} WHERE {condition}"""
