"""Pseudonyms and record keys equal the standard library's HMAC, and keys stay out of SQL."""

from __future__ import annotations

import hashlib
import hmac

import duckdb
import pyarrow as pa
import pytest

from nino_assets.methods.pseudonyms import (
    PSEUDONYMISED_COLUMNS,
    hmac_sql,
    pseudonymise,
    set_key,
)

PSEUDONYM_KEY = bytes(range(32))
RECORD_KEY = bytes(range(255, 223, -1))
NINOS = [f"{a}{b}{n:06d}" for a in "ABZ" for b in "CEY" for n in (0, 1, 123456, 999999)]


class Spy:
    """A connection that remembers the SQL text that it was given."""

    def __init__(self) -> None:
        self.connection = duckdb.connect()
        self.texts: list[str] = []

    def execute(self, sql: str, parameters: object = None) -> object:
        self.texts.append(sql)
        return self.connection.execute(sql, parameters)


def pseudonymised(keys: int, spy: Spy | None = None) -> list[dict[str, object]]:
    spy = spy or Spy()
    set_key(spy, "pseudonym", PSEUDONYM_KEY)  # type: ignore[arg-type]
    set_key(spy, "record", RECORD_KEY)  # type: ignore[arg-type]
    con = spy.connection
    con.register("ninos", pa.table({"nino8": NINOS}))
    con.execute("""
        CREATE TABLE geocoded AS
        SELECT nino8, 'S' AS surname, 'F' AS forenames, DATE '1990-05-17' AS date_of_birth,
            DATE '2020-01-01' AS date_of_arrival, DATE '2020-11-30' AS date_of_registration,
            30::SMALLINT AS age, 334 AS arrival_lag_days, 'Female' AS sex, 'Poland' AS nationality,
            'HS1 2AA' AS postcode, 'gbr' AS country_of_residence, '2020-Q4' AS quarter,
            'S00000001' AS output_area, 'matched' AS geocode_status FROM ninos""")
    query = pseudonymise("geocoded", keys=keys)
    spy.texts.append(query)
    return con.sql(query).to_arrow_table().to_pylist()


@pytest.mark.parametrize("keys", [256, 512, 4096, 1, 1000])
def test_they_equal_the_standard_library_s(keys: int) -> None:
    rows = pseudonymised(keys)
    expected = {
        hmac.digest(PSEUDONYM_KEY, nino.encode(), "sha256").hex(): int.from_bytes(
            hmac.new(RECORD_KEY, nino.encode(), hashlib.sha256).digest()[:4], "big"
        )
        % keys
        for nino in NINOS
    }
    assert {row["pseudonym"]: row["record_key"] for row in rows} == expected
    assert len(rows) == len(NINOS)


def test_no_identifier_is_left() -> None:
    row = pseudonymised(256)[0]
    assert tuple(row) == PSEUDONYMISED_COLUMNS
    assert str(row["registration_month"]) == "2020-11-01"
    text = repr(row)
    for identifier in (*NINOS, "1990", "2020-11-30", "HS1", "2020-01-01"):
        assert identifier not in text


def test_keys_are_in_no_sql_text() -> None:
    spy = Spy()
    pseudonymised(256, spy)
    texts = "\n".join(spy.texts)
    for key in (PSEUDONYM_KEY, RECORD_KEY):
        for mask in (0x00, 0x36, 0x5C):
            masked = bytes(byte ^ mask for byte in key)
            assert masked.hex() not in texts.lower()
            assert "\\x" + masked.hex("\\")[:20] not in texts
            assert masked.decode("latin-1") not in texts


def test_without_a_key_there_is_no_pseudonym() -> None:
    con = duckdb.connect()
    con.execute("CREATE TABLE geocoded AS SELECT 'AB123456' AS nino8")
    assert con.sql(f"SELECT {hmac_sql('pseudonym', 'nino8')} FROM geocoded").fetchall() == [(None,)]
