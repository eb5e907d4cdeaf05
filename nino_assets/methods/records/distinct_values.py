"""Parses each distinct text of a column once, by SQL.

A scan of ten million records holds some thousand dates and a few hundred spellings of nationality.
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

In it `text` is the column's text, or NULL, and the new columns before it can be named.
"""


@dataclass
class _Known:
    """The different texts of a column so far, first NULL, and what each of them says."""

    texts: pa.Array
    said: dict[str, pa.Array]


class DistinctValueParser:
    """Adds to each table of a stream what its texts say. Its connection is used for nothing else.

    It remembers the texts that it has read, and so serves one stream or several of the same kind.
    """

    def __init__(self, con: duckdb.DuckDBPyConnection, reading: ColumnParsers) -> None:
        self._con = con
        self._reading = reading
        self._known: dict[str, _Known] = {}

    def read(self, table: pa.Table) -> pa.Table:
        """The table and its new columns, those of text as dictionaries, in the table's chunks.

        A column of `Reading` that the table does not have is passed over.
        """
        for column in self._reading:
            if column in table.column_names:
                for name, values in self._said(column, table[column]).items():
                    table = table.append_column(name, values)
        return table

    def _said(self, column: str, texts: pa.ChunkedArray) -> dict[str, pa.ChunkedArray]:
        encoded = texts if pa.types.is_dictionary(texts.type) else texts.dictionary_encode()
        dictionaries = [chunk.dictionary for chunk in encoded.chunks]
        known, places = self._places(column, dictionaries)
        by_row = []
        for chunk, texts_before in zip(
            encoded.chunks, accumulate(map(len, dictionaries), initial=0), strict=False
        ):
            own = places.slice(texts_before, len(chunk.dictionary))
            by_row.append(pc.fill_null(own.take(chunk.indices), 0))
        return {
            name: pa.chunked_array(
                [pa.DictionaryArray.from_arrays(rows, values) for rows in by_row],
                pa.dictionary(pa.int32(), pa.string()),
            )
            if pa.types.is_string(values.type)
            else pa.chunked_array([values.take(rows) for rows in by_row], values.type)
            for name, values in known.said.items()
        }

    def _places(self, column: str, dictionaries: Sequence[pa.Array]) -> tuple[_Known, pa.Array]:
        """What is known of a column, and the place among it of each text of some dictionaries.

        They are looked up together, since each look-up begins with a table of all known texts.
        """
        texts = pa.concat_arrays([pa.array([], pa.string()), *dictionaries])
        if column not in self._known:
            nothing = pa.nulls(1, pa.string())
            self._known[column] = _Known(nothing, self._read_new(column, nothing))
        known = self._known[column]
        places = pc.index_in(texts, known.texts)
        if places.null_count:
            new = texts.filter(places.is_null()).unique()
            said = self._read_new(column, new)
            known.texts = pa.concat_arrays([known.texts, new])
            known.said = {
                name: pa.concat_arrays([values, said[name]]) for name, values in known.said.items()
            }
            places = pc.index_in(texts, known.texts)
        return known, places

    def _read_new(self, column: str, texts: pa.Array) -> dict[str, pa.Array]:
        chosen = ", ".join(f"{sql} AS {name}" for name, sql in self._reading[column].items())
        self._con.register("new_texts", pa.table({"place": np.arange(len(texts)), "text": texts}))
        said = self._con.sql(f"SELECT {chosen} FROM new_texts ORDER BY place").to_arrow_table()
        self._con.unregister("new_texts")
        return {name: said[name].combine_chunks() for name in said.column_names}
