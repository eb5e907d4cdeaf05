"""Strict dates in three forms, and the quarter of a row, against the datetime module."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nino_assets.methods.records.dates import parse_date_sql
from nino_assets_tests.support import oracle


def read(texts: Sequence[str | None]) -> list[date | None]:
    con = duckdb.connect()
    delivered = pa.array(texts, pa.string())
    con.register("texts", pa.table({"place": range(len(texts)), "delivered": delivered}))
    rows = con.sql(f"SELECT {parse_date_sql('delivered')} FROM texts ORDER BY place").fetchall()
    return [row[0] for row in rows]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2020-10-01", date(2020, 10, 1)),
        ("01/10/2020", date(2020, 10, 1)),
        ("20201001", date(2020, 10, 1)),
        ("  2020-10-01 ", date(2020, 10, 1)),
        (" 13/10/2020  ", date(2020, 10, 13)),
        ("  20201001 ", date(2020, 10, 1)),
        ("2020-02-29", date(2020, 2, 29)),
        ("29/02/2000", date(2000, 2, 29)),
        ("0001-01-01", date(1, 1, 1)),
        ("31/12/9999", date(9999, 12, 31)),
        ("00010101", date(1, 1, 1)),
    ],
)
def test_a_date_in_a_known_form_is_read_day_before_month(text: str, day: date) -> None:
    assert read([text]) == [day]


@pytest.mark.parametrize(
    "text",
    [
        *(None, "", "   ", "0000-01-01", "01/01/0000", "00000101", "2019-02-29", "29/02/1900"),
        *("2020-13-01", "10/13/2020", "20201301", "2020-00-10", "2020-04-31", "31/04/2020"),
        *("2020-1-1", "1/1/2020", "2020-10-1 ", "202010-01", "2020/10/01", "01-10-2020"),
        *("2020-10-01 00:00:00", "2020-10-01T00:00", "20201001000000", "2020.10.01", "201001"),
        *(
            "infinity",
            "-infinity",
            "epoch",
            "today",
            "2020-10-01 (BC)",
            "-020-10-01",
            "+2020-10-01",
        ),
        *(
            "12020-10-01",
            "\t2020-10-01",
            "2020-10-01\n",
            "2020-10-01\u00a0",
            "2020\u201310\u201301",
        ),
        *("\uff12\uff10\uff12\uff10-10-01", "2020-10-0\u0661", "2020 10 01", "2020- 1- 1"),
    ],
)
def test_anything_else_is_no_date(text: str | None) -> None:
    assert read([text]) == [None]


near_dates = st.one_of(
    st.dates().map(lambda d: d.isoformat()),
    st.dates().map(lambda d: f"{d.day:02d}/{d.month:02d}/{d.year:04d}"),
    st.dates().map(lambda d: f"{d.year:04d}{d.month:02d}{d.day:02d}"),
    st.from_regex(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", fullmatch=True),
    st.from_regex(r"[0-3][0-9]/[01][0-9]/[0-9]{4}", fullmatch=True),
    st.from_regex(r" ?[0-9]{6,9} ?", fullmatch=True),
    st.text(st.sampled_from("0123456789-/ TZ:"), max_size=12),
)


@given(st.lists(near_dates, min_size=20, max_size=60))
def test_dates_agree_with_plain_python(texts: list[str]) -> None:
    assert read(texts) == [oracle.read_date(text) for text in texts]
