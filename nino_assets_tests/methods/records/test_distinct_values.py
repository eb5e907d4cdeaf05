"""Each row gets what SQL makes of its text, in whatever form the column comes."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nino_assets.methods.records.distinct_values import DistinctValueParser

PARSERS = {
    "code": {
        "size": "length(text)",
        "twice": "coalesce(text, 'nothing') || size::VARCHAR",
        "there": "text IS NOT NULL",
    }
}
TEXTS = st.lists(st.one_of(st.none(), st.text("ab ", max_size=3)), max_size=30)


def parse_in_python(text: str | None) -> tuple[int | None, str | None, bool]:
    """The same in plain Python."""
    if text is None:
        return None, None, False
    return len(text), f"{text}{len(text)}", True


def table(chunks: Sequence[Sequence[str | None]], form: str) -> pa.Table:
    arrays = [pa.array(chunk, pa.string()) for chunk in chunks]
    if form == "dictionary":
        arrays = [array.dictionary_encode() for array in arrays]
    kind = pa.dictionary(pa.int32(), pa.string()) if form == "dictionary" else pa.string()
    numbers = [pa.array(range(len(chunk)), pa.int64()) for chunk in chunks]
    return pa.table(
        {"n": pa.chunked_array(numbers, pa.int64()), "code": pa.chunked_array(arrays, kind)}
    )


@given(
    tables=st.lists(st.lists(TEXTS, max_size=3), max_size=3),
    form=st.sampled_from(["plain", "dictionary"]),
)
def test_each_row_gets_what_sql_makes_of_its_text(
    tables: list[list[list[str | None]]], form: str
) -> None:
    parser = DistinctValueParser(duckdb.connect(), PARSERS)
    for chunks in tables:
        given_table = table(chunks, form)
        parsed = parser.add_parsed_columns(given_table)
        texts = [text for chunk in chunks for text in chunk]
        assert parsed.column_names == ["n", "code", "size", "twice", "there"]
        assert parsed.select(["n", "code"]).equals(given_table)
        found = [parsed[name].to_pylist() for name in ("size", "twice", "there")]
        assert list(zip(*found, strict=True)) == [parse_in_python(text) for text in texts]


def test_each_distinct_text_is_parsed_once() -> None:
    asked: list[str] = []

    def ask(text: str) -> str:
        asked.append(text)
        return text

    con = duckdb.connect()
    con.create_function("seen", ask, ["VARCHAR"], "VARCHAR")
    parser = DistinctValueParser(con, {"code": {"same": "seen(text)"}})
    for _ in range(3):
        parser.add_parsed_columns(table([["a", "b", "a"], ["b", "c"]], "plain"))
    parser.add_parsed_columns(table([["c", "d"]], "dictionary"))
    assert len(asked) == 4


def test_a_column_that_is_not_there_is_left_out() -> None:
    only = pa.table({"n": [1, 2]})
    assert DistinctValueParser(duckdb.connect(), PARSERS).add_parsed_columns(only).equals(only)


@pytest.mark.parametrize("form", ["plain", "dictionary"])
def test_a_table_without_rows_has_the_form_of_the_others(form: str) -> None:
    parser = DistinctValueParser(duckdb.connect(), PARSERS)
    nothing = parser.add_parsed_columns(table([["a"]], form).slice(0, 0)).schema
    assert nothing == parser.add_parsed_columns(table([["a", None]], form)).schema
