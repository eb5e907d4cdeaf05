"""Postcodes as text: how they are compared, and the swap of O/0 and I/1, form by form."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import duckdb
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from nino_assets.methods.records.postcodes import (
    normalise_postcode_sql,
    swap_letters_and_digits_sql,
)
from nino_assets_tests.support import plain_geocoding


def through(sql: Callable[[str], str], texts: Sequence[str | None]) -> list[str]:
    con = duckdb.connect()
    con.register("t", pa.table({"n": range(len(texts)), "p": pa.array(texts, pa.string())}))
    return [row[0] for row in con.sql(f"SELECT {sql('p')} FROM t ORDER BY n").fetchall()]


def test_postcodes_are_compared_by_their_ascii_letters_and_digits() -> None:
    pairs = {
        None: "",
        "": "",
        " ": "",
        "-": "",
        "HS1 2AA": "HS12AA",
        "hs1 2aa": "HS12AA",
        " H S\t1-2.a,a ": "HS12AA",
        "HS1\u00a02AA": "HS12AA",
        "HS1 2A\u00c5": "HS12A",
        "\uff28\uff331 2AA": "12AA",
        "\u017f\u0131\u212a": "",
    }
    assert through(normalise_postcode_sql, list(pairs)) == list(pairs.values())


def test_each_form_is_swapped_where_it_demands_a_letter_or_a_digit() -> None:
    pairs = {
        # A9 9AA: outward letter, digit; inward digit, letter, letter.
        "EIIAA": "E11AA",
        "0O0AA": "O00AA",
        "110II": "I10II",
        "11O01": "I10OI",
        # A99, AA9, A9A: the third is a digit only where the second is a letter but O or I.
        "EC1IAA": "EC11AA",
        "ECIIAA": "EC11AA",
        "EIO1AA": "EIO1AA",
        "E1O1AA": "E1O1AA",
        "WIAOAA": "WIA0AA",
        "0XOO00": "OX00OO",
        "1GI1AA": "IG11AA",
        "EO11AA": "EO11AA",
        # AA99, AA9A: letter, letter, digit, either.
        "0XIO0AA": "OX1O0AA",
        "S0I61II": "SO161II",
        "101O111": "IO1O1II",
        "BT4I1AA": "BT4I1AA",
        # Other lengths stay as they are.
        **{text: text for text in ("", "O", "10I0", "OOOOOOOO", "BFPO1O1O")},
    }
    assert through(swap_letters_and_digits_sql, list(pairs)) == list(pairs.values())


@given(st.lists(st.text("AEOI019", max_size=8), min_size=30, max_size=80))
def test_the_swap_agrees_with_plain_python_and_repeats_nothing(texts: list[str]) -> None:
    once = through(swap_letters_and_digits_sql, texts)
    assert once == [plain_geocoding.swap_letters_and_digits(text) for text in texts]
    assert all(len(a) == len(b) for a, b in zip(texts, once, strict=True))
