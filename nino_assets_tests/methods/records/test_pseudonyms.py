"""Pseudonyms and record keys equal the standard library's HMAC."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence

import duckdb
import pyarrow as pa
import pytest

from nino_assets.methods.records.pseudonyms import PSEUDONYMISED_COLUMNS, pseudonymise

PSEUDONYM_KEY = bytes(range(32))
RECORD_KEY = bytes(range(255, 223, -1))
NINOS = [f"{a}{b}{n:06d}" for a in "ABZ" for b in "CEY" for n in (0, 1, 123456, 999999)]


def pseudonymised(
    keys: int, ninos: Sequence[str | None] = NINOS, batch_rows: int = 1000
) -> list[dict[str, object]]:
    con = duckdb.connect()
    con.register("ninos", pa.table({"nino8": pa.array(ninos, pa.string())}))
    con.execute("""
        CREATE TABLE geocoded AS
        SELECT nino8, 'S' AS surname, 'F' AS forenames, DATE '1990-05-17' AS date_of_birth,
            DATE '2020-01-01' AS date_of_arrival, DATE '2020-11-30' AS date_of_registration,
            30::SMALLINT AS age, 334 AS arrival_lag_days, 'Female' AS sex,
            substr(nino8, 3) AS nationality, 'HS1 2AA' AS postcode, 'gbr' AS country_of_residence,
            '2020-Q4' AS quarter, 'S00000001' AS output_area, 'matched' AS geocode_status
        FROM ninos""")
    reader = pseudonymise(
        con,
        "geocoded",
        pseudonym_key=PSEUDONYM_KEY,
        record_key=RECORD_KEY,
        keys=keys,
        batch_rows=batch_rows,
    )
    return reader.read_all().to_pylist()


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


def test_each_row_keeps_its_own_person_over_many_batches() -> None:
    ninos = [f"AB{n:06d}" for n in range(20_000)]
    rows = pseudonymised(256, ninos, batch_rows=3000)
    # The planted nationality is the number of the NINo that its row came from.
    assert {row["pseudonym"]: row["nationality"] for row in rows} == {
        hmac.digest(PSEUDONYM_KEY, nino.encode(), "sha256").hex(): nino[2:] for nino in ninos
    }


@pytest.mark.parametrize("ninos", [["AB123456", None], ["AB123456", "AB12345"]])
def test_what_is_no_nino_has_no_pseudonym(ninos: list[str | None]) -> None:
    with pytest.raises(ValueError, match="to be hashed") as raised:
        pseudonymised(256, ninos)
    assert "AB12345" not in str(raised.value)


def test_nobody_is_an_empty_table() -> None:
    assert pseudonymised(256, []) == []
