"""Which NINos can be issued: all prefixes, both cases and any spaces, against plain Python."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from string import ascii_letters

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nino_assets.methods.records.ninos import extract_nino8_sql, is_valid_nino_sql
from nino_assets_tests.support import oracle
from nino_assets_tests.support.examples import MANY


def valid(texts: Sequence[str | None], *, synthetic: bool) -> list[bool]:
    con = duckdb.connect()
    con.register("scan", pa.table({"n": range(len(texts)), "nino": pa.array(texts, pa.string())}))
    asked = is_valid_nino_sql("nino", synthetic=synthetic)
    return [row[0] for row in con.sql(f"SELECT {asked} FROM scan ORDER BY n").fetchall()]


def expected(text: str | None, *, synthetic: bool) -> bool:
    return text is not None and oracle._nino_is_valid(text, synthetic=synthetic)


@pytest.mark.parametrize("synthetic", [True, False])
def test_each_prefix_is_judged_as_plain_python_judges_it(synthetic: bool) -> None:
    texts = [f"{a}{b}123456" for a, b in itertools.product(ascii_letters + "0É", repeat=2)]
    found = valid(texts, synthetic=synthetic)
    assert found == [expected(text, synthetic=synthetic) for text in texts]
    assert any(found)
    assert not all(found)


@MANY
@given(
    texts=st.lists(
        st.one_of(
            st.none(),
            st.text("ABGNKTZ d0123 \u00a0\t", max_size=12),
            st.from_regex(" *[A-Ca-cQ] ?[BGb] *[0-9]{2} *[0-9]{4} *[A-Ea-e]? *", fullmatch=True),
        ),
        max_size=30,
    ),
    synthetic=st.booleans(),
)
def test_any_text_is_judged_as_plain_python_judges_it(
    texts: list[str | None], synthetic: bool
) -> None:
    assert valid(texts, synthetic=synthetic) == [
        expected(text, synthetic=synthetic) for text in texts
    ]


def test_a_person_is_known_by_eight_characters() -> None:
    for text in ("AB123456C", "ab 12 34 56", " aB123456d "):
        assert duckdb.execute(f"SELECT {extract_nino8_sql(repr(text))}").fetchall() == [
            ("AB123456",)
        ]
