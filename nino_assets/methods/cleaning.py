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
from nino_assets.vocabulary import REJECTION_REASONS, UNKNOWN

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
_KEPT = ", ".join(("row_number", *SCAN_COLUMNS, "malformed_text", "quarter"))
"""The scan's own columns, which a rejected row keeps as delivered."""
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
    con.execute(f"CREATE OR REPLACE TEMP VIEW read_rows AS {_read(scan)}")
    reason = _reason_sql(delivered, register=register, synthetic=synthetic)
    # Of every row 17 bytes are kept in memory while duplicates are looked for; whole rows only
    # of what may be rejected, a small part of any usual scan.
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE judged AS
        SELECT row_number, ({reason})::UTINYINT AS reason, hash(nino8) AS person
        FROM (SELECT *, {nino8_sql("nino")} AS nino8 FROM read_rows)""")
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE aside AS
        WITH in_question AS (
            SELECT row_number, reason FROM judged
            WHERE reason IS NOT NULL OR person IN (
                SELECT person FROM judged WHERE reason IS NULL GROUP BY ALL HAVING count(*) > 1)
        )
        SELECT {_KEPT}, registered_on, reason FROM read_rows JOIN in_question USING (row_number)""")
    con.execute("DROP TABLE judged")
    con.execute(f"CREATE OR REPLACE TEMP TABLE rejected_rows AS {_rejected(column_order)}")
    con.execute(f"CREATE OR REPLACE TEMP VIEW accepted_rows AS {_accepted()}")
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


_READ_DATES = {
    "registered_on": "date_of_registration",
    "born_on": "date_of_birth",
    "arrived_on": "date_of_arrival",
}
_READ_CODES = ("sex", "nationality", "registration_type", "account_status", "country_of_residence")


def _read(scan: str) -> str:
    """The scan with its dates read and its coded columns as they are compared.

    Straight above the scan, where a repetitive column is still a dictionary, each different text is
    read once; inside a condition or above a join it would be read in every row.
    """
    dates = ", ".join(f"{date_sql(column)} AS {name}" for name, column in _READ_DATES.items())
    codes = ", ".join(f"{coded(column)} AS {column}_code" for column in _READ_CODES)
    return f"SELECT *, {dates}, {codes} FROM {scan}"


def _reason_sql(delivered: Quarter, *, register: bool, synthetic: bool) -> str:
    """The place in `REJECTION_REASONS` of the first of reasons 1 to 8 that applies; else NULL.

    A duplicate can only be found among what is left.
    """
    reasons = {
        "malformed_row": "malformed_text IS NOT NULL",
        "invalid_nino": f"NOT {valid_nino_sql('nino', synthetic=synthetic)}",
        "juvenile_registration": "registration_type_code = 'juvenile'",
        "account_not_live": f"account_status_code IN {NOT_LIVE}",
        "uk_national": f"nationality_code IN {UK_NATIONALS}",
        "registration_date_missing": "registered_on IS NULL",
        "outside_series": f"registered_on NOT BETWEEN {date_literal(SERIES_START.first_day)} "
        f"AND {date_literal(delivered.last_day)}",
    }
    if not register:
        reasons["outside_quarter"] = f"registered_on < {date_literal(delivered.first_day)}"
    cases = " ".join(
        f"WHEN {reasons[reason]} THEN {place}"
        for place, reason in enumerate(REJECTION_REASONS)
        if reason in reasons
    )
    return f"CASE {cases} END"


def _rejected(column_order: tuple[str, ...]) -> str:
    """What is rejected of the rows set aside: with a reason already, or duplicates.

    Of a NINo the earliest registration is kept, then the smallest row. Identical rows fall back on
    their place in the delivery, which no result can tell apart.
    """
    order = ", ".join(f"coalesce({column}, '')" for column in column_order)
    return f"""
        SELECT {_KEPT}, ({list(REJECTION_REASONS)})[reason + 1] AS reason
        FROM aside WHERE reason IS NOT NULL
        UNION ALL
        SELECT {_KEPT}, 'duplicate_nino' AS reason FROM aside WHERE reason IS NULL
        QUALIFY row_number() OVER (
            PARTITION BY {nino8_sql("nino")} ORDER BY registered_on, {order}, row_number
        ) > 1"""


def _accepted() -> str:
    age = f"(({_day_number('registered_on')} - {_day_number('born_on')}) // 10000)"
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
            CASE sex_code WHEN 'm' THEN 'Male' WHEN 'f' THEN 'Female' ELSE '{UNKNOWN}' END AS sex,
            coalesce(spelt.nationality, '{UNKNOWN}') AS nationality,
            postcode,
            CASE country_of_residence_code WHEN '' THEN 'gbr' ELSE country_of_residence_code END
                AS country_of_residence,
            -- The listed values that are out of scope were rejected before.
            registration_type_code NOT IN ('', 'adult') AS unlisted_registration_type,
            account_status_code NOT IN ('', 'live') AS unlisted_account_status,
            read.quarter
        FROM (FROM read_rows ANTI JOIN rejected_rows USING (row_number)) AS read
        LEFT JOIN nationality_spellings AS spelt ON spelt.spelling = read.nationality_code"""


def _day_number(day: str) -> str:
    """SQL for a date as the integer YYYYMMDD.

    The difference of two, without its last four digits, is completed years where it is not
    negative; someone born on 29 February is a year older on 1 March of a common year.
    """
    return f"(10000 * year({day}) + 100 * month({day}) + day({day}))::INTEGER"
