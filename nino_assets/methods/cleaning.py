"""Cleaning: each delivered row is accepted, or rejected with the first reason that applies.

Source of the rules: design §4 and §9. Belongs here: the reasons, the repairs, the derived person
variables, as SQL over a scan whose columns are all text. Does not belong here: addresses
(`geocoding.py`), files, and what becomes of the rows.
"""

from __future__ import annotations

from string import ascii_uppercase

import duckdb
import polars as pl

from nino_assets.methods.dates import date_literal, date_sql
from nino_assets.quarters import SERIES_START, Quarter
from nino_assets.vocabulary import UNKNOWN

SCAN_COLUMNS = (
    "nino",
    "surname",
    "forenames",
    "date_of_birth",
    "date_of_arrival",
    "date_of_registration",
    "sex",
    "nationality",
    "registration_type",
    "account_status",
    "postcode",
    "country_of_residence",
)
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
YOUNGEST, OLDEST = 15, 110
"""Completed years at registration outside which a date of birth is impossible."""


def clean_scan(  # noqa: PLR0913 (each is a fact about the delivery or a list it is read against)
    con: duckdb.DuckDBPyConnection,
    scan: str,
    *,
    delivered: Quarter,
    register: bool,
    synthetic: bool,
    nationalities: pl.DataFrame,
    aliases: pl.DataFrame,
    column_order: tuple[str, ...] = SCAN_COLUMNS,
) -> tuple[str, str]:
    """Give every row of a whole delivery its verdict.

    `scan` is a relation with row_number, the columns of `SCAN_COLUMNS` as text, malformed_text and
    quarter (label of the quarter the row belongs to). `nationalities` has nationality_code and
    nationality, `aliases` delivered and nationality; `column_order` is the layout's, which decides
    between duplicates. Returns the names of two relations that do not overlap and together hold
    each row once: accepted (`CLEANED_COLUMNS`) and rejected (the scan's columns and `reason`).
    """
    con.register("nationality_spellings", _spellings(nationalities, aliases).to_arrow())
    reason = _reason_sql(delivered, register=register, synthetic=synthetic)
    # Only what is rejected is kept in memory, by row number: a small part of any usual scan.
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE rejected_numbers AS
        SELECT row_number, {reason} AS reason FROM {scan} WHERE reason IS NOT NULL""")
    con.execute(f"INSERT INTO rejected_numbers {_duplicates(scan, column_order)}")
    con.execute(f"CREATE OR REPLACE TEMP VIEW accepted_rows AS {_accepted(scan)}")
    con.execute(f"CREATE OR REPLACE TEMP VIEW rejected_rows AS {_rejected(scan)}")
    return "accepted_rows", "rejected_rows"


def _spellings(nationalities: pl.DataFrame, aliases: pl.DataFrame) -> pl.DataFrame:
    """Lower-case delivered spelling → published label: ISO codes, labels, then the aliases."""
    listed = nationalities.select("nationality_code", "nationality")
    iso = listed.filter(pl.col("nationality_code").str.contains("^[A-Z]{3}$"))
    return (
        pl.concat(
            [
                aliases.select(pl.col("delivered").alias("spelling"), "nationality"),
                iso.select(pl.col("nationality_code").alias("spelling"), "nationality"),
                listed.select(pl.col("nationality").alias("spelling"), "nationality"),
            ]
        )
        .with_columns(pl.col("spelling").str.to_lowercase())
        .unique("spelling", keep="first")
    )


def coded(column: str) -> str:
    """SQL for a coded column as it is compared: without case and outer spaces; '' when blank."""
    # Few values hold a space, and looking for one costs a fifth of trimming all.
    trimmed = f"CASE WHEN contains({column}, ' ') THEN trim({column}, ' ') ELSE {column} END"
    return f"lower(coalesce({trimmed}, ''))"


def nino8_sql(column: str) -> str:
    """SQL for the eight characters of a valid NINo by which a person is known."""
    return f"upper(replace({column}, ' ', ''))[1:8]"


def valid_nino_sql(column: str, *, synthetic: bool) -> str:
    """SQL for whether a delivered NINo is one that can be issued, spaces and case aside.

    Source: design §4, reason 2. Only a synthetic delivery may use first letter Q. Both cases are
    listed, since no letter outside ASCII may count as one inside it.
    """
    first = _letters_but("DFIUV" if synthetic else "DFIQUV")
    nino = f"replace(coalesce({column}, ''), ' ', '')"
    form = f"{first}{_letters_but('DFIOQUV')}[0-9]{{6}}[A-Da-d]?"
    return (
        f"(regexp_full_match({nino}, '{form}') "
        f"AND upper({nino}[1:2]) NOT IN ('BG', 'GB', 'KN', 'NK', 'NT', 'TN', 'ZZ'))"
    )


def _letters_but(excluded: str) -> str:
    letters = "".join(sorted(set(ascii_uppercase) - set(excluded)))
    return f"[{letters}{letters.lower()}]"


def _reason_sql(delivered: Quarter, *, register: bool, synthetic: bool) -> str:
    """Reasons 1 to 8, first that applies; a duplicate can only be found among what is left."""
    registered = date_sql("date_of_registration")
    reasons = [
        ("malformed_row", "malformed_text IS NOT NULL"),
        ("invalid_nino", f"NOT {valid_nino_sql('nino', synthetic=synthetic)}"),
        ("juvenile_registration", f"{coded('registration_type')} = 'juvenile'"),
        ("account_not_live", f"{coded('account_status')} IN {NOT_LIVE}"),
        ("uk_national", f"{coded('nationality')} IN {UK_NATIONALS}"),
        ("registration_date_missing", f"{registered} IS NULL"),
        (
            "outside_series",
            f"{registered} NOT BETWEEN {date_literal(SERIES_START.first_day)} "
            f"AND {date_literal(delivered.last_day)}",
        ),
    ]
    if not register:
        too_early = f"{registered} < {date_literal(delivered.first_day)}"
        reasons.append(("outside_quarter", too_early))
    cases = " ".join(f"WHEN {condition} THEN '{reason}'" for reason, condition in reasons)
    return f"CASE {cases} END"


def _duplicates(scan: str, column_order: tuple[str, ...]) -> str:
    """Rows of a NINo other than its first: earliest registration, then the smallest row.

    Only NINos seen twice are ordered, so that the sort stays small on a whole register. Identical
    rows fall back on their place in the delivery, which no result can tell apart.
    """
    order = ", ".join(f"coalesce({column}, '')" for column in column_order)
    nino8 = nino8_sql("nino")
    return f"""
        WITH repeated AS (
            SELECT {nino8} AS nino8 FROM {scan} ANTI JOIN rejected_numbers USING (row_number)
            GROUP BY ALL HAVING count(*) > 1
        )
        SELECT row_number, 'duplicate_nino' AS reason
        FROM (SELECT *, {nino8} AS nino8 FROM {scan}) SEMI JOIN repeated USING (nino8)
        ANTI JOIN rejected_numbers USING (row_number)
        QUALIFY row_number() OVER (
            PARTITION BY nino8
            ORDER BY {date_sql("date_of_registration")}, {order}, row_number
        ) > 1"""


def _accepted(scan: str) -> str:
    age = completed_years_sql("born_on", "registered_on")
    possible = f"{age} BETWEEN {YOUNGEST} AND {OLDEST}"
    return f"""
        SELECT
            {nino8_sql("nino")} AS nino8, surname, forenames,
            CASE WHEN {possible} THEN born_on END AS date_of_birth,
            CASE WHEN arrived_on <= registered_on THEN arrived_on END AS date_of_arrival,
            registered_on AS date_of_registration,
            CASE WHEN {possible} THEN {age} END::SMALLINT AS age,
            CASE WHEN arrived_on <= registered_on THEN registered_on - arrived_on END::INTEGER
                AS arrival_lag_days,
            CASE {coded("sex")} WHEN 'm' THEN 'Male' WHEN 'f' THEN 'Female' ELSE '{UNKNOWN}' END
                AS sex,
            coalesce(spelt.nationality, '{UNKNOWN}') AS nationality,
            postcode,
            CASE {coded("country_of_residence")} WHEN '' THEN 'gbr'
                ELSE {coded("country_of_residence")} END AS country_of_residence,
            {coded("registration_type")} NOT IN ('', 'adult', 'juvenile')
                AS unlisted_registration_type,
            {coded("account_status")} NOT IN ('', 'live', {str(NOT_LIVE)[1:-1]})
                AS unlisted_account_status,
            dated.quarter
        FROM (
            SELECT *,
                {date_sql("date_of_registration")} AS registered_on,
                {date_sql("date_of_birth")} AS born_on,
                {date_sql("date_of_arrival")} AS arrived_on
            FROM {scan} ANTI JOIN rejected_numbers USING (row_number)
        ) AS dated
        LEFT JOIN nationality_spellings AS spelt ON spelt.spelling = {coded("dated.nationality")}"""


def _rejected(scan: str) -> str:
    kept = ", ".join(("row_number", *SCAN_COLUMNS, "malformed_text", "quarter"))
    return f"SELECT {kept}, reason FROM {scan} JOIN rejected_numbers USING (row_number)"


def completed_years_sql(born: str, on: str) -> str:
    """SQL for completed years; born on 29 February, a year older on 1 March of a common year."""
    birthday_ahead = f"100 * month({on}) + day({on}) < 100 * month({born}) + day({born})"
    return f"(year({on}) - year({born}) - ({birthday_ahead})::INTEGER)"
