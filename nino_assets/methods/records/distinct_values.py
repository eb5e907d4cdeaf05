"""Parses each distinct text of a column once, by SQL.

A scan of ten million records holds some thousand dates and a few hundred spellings of nationality.

Performance helper. If each row is parsed, the records of a whole history take 38 % more processor
time (`python -m nino_assets_tests.benchmarks.record_helpers`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

ColumnParsers = Mapping[str, Mapping[str, str]]
"""Text column → new column → SQL of its value.

In the SQL `text` is the column's text, or NULL, and the new columns before it can be named.
"""


@dataclass
class _ParsedTexts:
    """The distinct texts of a column so far, and their parsed values.

    NULL is the first text.
    """

    texts: pa.Array
    values: dict[str, pa.Array]


class DistinctValueParser:
    """Adds parsed columns to tables, parsing each distinct text once.

    It remembers the texts that it has parsed, and so serves one stream or several of the same kind.
    Nothing else may use its connection.
    """

    def __init__(self, con: duckdb.DuckDBPyConnection, parsers: ColumnParsers) -> None:
        self._con = con
        self._parsers = parsers
        self._parsed: dict[str, _ParsedTexts] = {}

    def add_parsed_columns(self, table: pa.Table) -> pa.Table:
        """The table with its new columns, those of text as dictionaries.

        The chunks stay as they are. A column of `ColumnParsers` that the table lacks is left out.
        """
        for column in self._parsers:
            if column in table.column_names:
                for name, values in self._parse_column(column, table[column]).items():
                    table = table.append_column(name, values)
        return table

    def _parse_column(self, column: str, texts: pa.ChunkedArray) -> dict[str, pa.ChunkedArray]:
        encoded = texts if pa.types.is_dictionary(texts.type) else texts.dictionary_encode()
        dictionaries = [chunk.dictionary for chunk in encoded.chunks]
        parsed, positions = self._find_positions(column, dictionaries)
        by_row = []
        for chunk, texts_before in zip(
            encoded.chunks, accumulate(map(len, dictionaries), initial=0), strict=False
        ):
            own = positions.slice(texts_before, len(chunk.dictionary))
            by_row.append(pc.fill_null(own.take(chunk.indices), 0))
        return {
            name: pa.chunked_array(
                [pa.DictionaryArray.from_arrays(rows, values) for rows in by_row],
                pa.dictionary(pa.int32(), pa.string()),
            )
            if pa.types.is_string(values.type)
            else pa.chunked_array([values.take(rows) for rows in by_row], values.type)
            for name, values in parsed.values.items()
        }

    def _find_positions(
        self, column: str, dictionaries: Sequence[pa.Array]
    ) -> tuple[_ParsedTexts, pa.Array]:
        """The parsed texts of a column, and where each dictionary text is.

        All are looked up together, since each look-up begins with a table of all parsed texts.
        """
        texts = pa.concat_arrays([pa.array([], pa.string()), *dictionaries])
        if column not in self._parsed:
            blank = pa.nulls(1, pa.string())
            self._parsed[column] = _ParsedTexts(blank, self._parse_texts(column, blank))
        parsed = self._parsed[column]
        positions = pc.index_in(texts, parsed.texts)
        if positions.null_count:
            new = texts.filter(positions.is_null()).unique()
            new_values = self._parse_texts(column, new)
            parsed.texts = pa.concat_arrays([parsed.texts, new])
            parsed.values = {
                name: pa.concat_arrays([values, new_values[name]])
                for name, values in parsed.values.items()
            }
            positions = pc.index_in(texts, parsed.texts)
        return parsed, positions

    def _parse_texts(self, column: str, texts: pa.Array) -> dict[str, pa.Array]:
        columns = ", ".join(f"{sql} AS {name}" for name, sql in self._parsers[column].items())
        numbered = pa.table({"position": np.arange(len(texts)), "text": texts})
        self._con.register("new_texts", numbered)
        parsed = self._con.sql(
            f"SELECT {columns} FROM new_texts ORDER BY position"
        ).to_arrow_table()
        self._con.unregister("new_texts")
        return {name: parsed[name].combine_chunks() for name in parsed.column_names}
