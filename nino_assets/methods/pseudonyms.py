"""Pseudonyms and record keys: keyed hashes of the NINo, the same for a person in every scan.

Source of the rules: design §4. pseudonym = HMAC-SHA256(pseudonym key, nino8) in lower-case hex;
record key = the first 32 bits, big-endian, of HMAC-SHA256(record key, nino8), mod N.
"""

from __future__ import annotations

import duckdb

_BLOCK = 64
_INNER, _OUTER = 0x36, 0x5C


def set_key(con: duckdb.DuckDBPyConnection, name: str, key: bytes) -> None:
    """Put the two padded blocks of an HMAC key into session variables.

    Variables and parameters keep the key out of every SQL text, and so out of messages and logs.
    """
    padded = key.ljust(_BLOCK, b"\0")
    for part, mask in (("inner", _INNER), ("outer", _OUTER)):
        con.execute(f"SET VARIABLE {name}_{part} = ?::BLOB", [bytes(b ^ mask for b in padded)])


def hmac_sql(name: str, message: str) -> str:
    """SQL for HMAC-SHA256 of a text under the key set as `name`, in lower-case hex."""
    inner = f"unhex(sha256(getvariable('{name}_inner')::BLOB || encode({message})))"
    return f"sha256(getvariable('{name}_outer')::BLOB || {inner})"


def record_key_sql(name: str, message: str, keys: int) -> str:
    """SQL for the record key, an integer from 0 to `keys` - 1."""
    return f"(('0x' || {hmac_sql(name, message)}[1:8])::BIGINT % {keys})::INTEGER"


PSEUDONYMISED_COLUMNS = (
    "pseudonym",
    "record_key",
    "registration_month",
    "age",
    "sex",
    "nationality",
    "arrival_lag_days",
    "output_area",
    "geocode_status",
    "quarter",
)


def pseudonymise(geocoded: str, *, keys: int) -> str:
    """SQL that takes every identifier off geocoded registrations.

    `geocoded` is a relation or subquery in parentheses; the keys `pseudonym` and `record` are set.
    Returns exactly `PSEUDONYMISED_COLUMNS`.
    """
    return f"""
        SELECT
            {hmac_sql("pseudonym", "nino8")} AS pseudonym,
            {record_key_sql("record", "nino8", keys)} AS record_key,
            date_trunc('month', date_of_registration)::DATE AS registration_month,
            age, sex, nationality, arrival_lag_days, output_area, geocode_status, quarter
        FROM {geocoded}"""
