"""Accepts each delivered row, or rejects it with one reason.

A scan is read twice. The first pass finds which rows may be rejected, the second writes the others
and keeps those for the final decision between duplicates. The rules are in `cleaning_rules.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import duckdb
import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.dataset as ds
from numpy.typing import NDArray

from nino_assets.methods.records.cleaning_rules import (
    KEPT_COLUMNS,
    build_column_parsers,
    find_reason_sql,
    select_accepted_sql,
    select_rejected_sql,
)
from nino_assets.methods.records.distinct_values import DistinctValueParser
from nino_assets.methods.records.ninos import extract_nino8_sql
from nino_assets.statistic.quarters import Quarter
from nino_assets.statistic.scan_columns import SCAN_COLUMNS
from nino_assets.store.streams import prefetch, rebatch

STREAMED_ROWS = 500_000
"""Rows that are worked on at once, and of a batch that is given to be written."""
_SCANNED_ROWS = 100_000
"""Rows that are read at once."""
_JUDGED_BY = (
    "row_number",
    "nino",
    "date_of_registration",
    "nationality",
    "registration_type",
    "account_status",
    "malformed_text",
)
"""The columns that the first pass reads."""
_REJECTED_SCHEMA = pa.schema(
    [("row_number", pa.int64())] + [(name, pa.string()) for name in (*KEPT_COLUMNS[1:], "reason")]
)


def clean_scan(  # noqa: PLR0913 (each is a fact about the delivery or a list it is read against)
    con: duckdb.DuckDBPyConnection,
    scan: ds.Dataset,
    *,
    delivered: Quarter,
    register: bool,
    synthetic: bool,
    nationalities: pl.DataFrame,
    aliases: pl.DataFrame,
    column_order: tuple[str, ...] = SCAN_COLUMNS,
) -> tuple[pa.RecordBatchReader, pa.RecordBatchReader]:
    """Give every row of a whole delivery its verdict.

    `scan` has row_number (from 0 on), the columns of `SCAN_COLUMNS` as text, malformed_text and
    quarter (label of the quarter the row belongs to). `nationalities` has nationality_code and
    nationality, `aliases` delivered and nationality; `column_order` is the layout's, which decides
    between duplicates. Returns the accepted rows (`CLEANED_COLUMNS`) and the rejected ones (the
    scan's columns and `reason`), each row once in one of them. The rejected ones can be read once
    the accepted ones were, to their end.
    """
    # What reads texts works beside the queries that take them, and so has a connection of its own.
    beside = con.cursor()
    beside.register("nationality_spellings", _spellings(nationalities, aliases).to_arrow())
    read = build_column_parsers(delivered, register=register)
    texts = DistinctValueParser(beside, read)

    # Of every row 17 bytes, and its hash again to be sorted, are kept in memory while duplicates
    # are looked for; whole rows only of what may be rejected, a small part of any usual scan.
    con.register("judged_rows", _stream(_tables(scan, _JUDGED_BY), texts.add_parsed_columns))
    reason = find_reason_sql(register=register, synthetic=synthetic)
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE judged AS
        SELECT row_number, ({reason})::UTINYINT AS reason,
            hash({extract_nino8_sql("nino")}) AS person
        FROM judged_rows""")
    con.register("repeated", pa.table({"person": _repeated(con)}))
    con.execute("""
        CREATE OR REPLACE TABLE in_question AS
        SELECT row_number, reason FROM judged
        WHERE reason IS NOT NULL OR person IN (SELECT person FROM repeated)""")
    con.execute("DROP TABLE judged")

    aside = _Aside(beside, scan.count_rows(), only_aside=("row_number", "malformed_text", *read))
    con.register(
        "read_rows",
        _stream(_tables(scan, KEPT_COLUMNS), lambda b: aside.mark(texts.add_parsed_columns(b))),
    )
    accepted = con.sql(select_accepted_sql("read_rows", "NOT in_question")).to_arrow_reader(
        STREAMED_ROWS
    )

    def all_accepted() -> Iterator[pa.RecordBatch]:
        yield from accepted
        aside.keep()
        beside.close()
        con.execute(f"CREATE OR REPLACE TABLE rejected_rows AS {select_rejected_sql(column_order)}")
        kept = "row_number NOT IN (SELECT row_number FROM rejected_rows)"
        yield from con.sql(select_accepted_sql("aside", kept)).to_arrow_reader(STREAMED_ROWS)

    def all_rejected() -> Iterator[pa.RecordBatch]:
        yield from con.table("rejected_rows").to_arrow_reader(STREAMED_ROWS)

    return (
        pa.RecordBatchReader.from_batches(accepted.schema, all_accepted()),
        pa.RecordBatchReader.from_batches(_REJECTED_SCHEMA, all_rejected()),
    )


def _repeated(con: duckdb.DuckDBPyConnection) -> NDArray[np.uint64]:
    """The persons of more than one row that may be accepted, by the hash of their NINo.

    Each is compared with the next in order. Nearly all are different, and to group them takes a
    tenth more of the processor time of cleaning ten million records.
    """
    found = con.sql("SELECT person FROM judged WHERE reason IS NULL").fetchnumpy()["person"]
    persons = np.sort(np.asarray(found))
    return np.unique(persons[1:][persons[1:] == persons[:-1]])


def _tables(scan: ds.Dataset, columns: Sequence[str]) -> Iterator[pa.Table]:
    """The scan, after a table without rows, from which the form of the others can be learnt."""
    chosen = list(columns)
    yield pa.schema([scan.schema.field(name) for name in chosen]).empty_table()
    yield from rebatch(scan.to_batches(columns=chosen, batch_size=_SCANNED_ROWS), STREAMED_ROWS)


def _stream(
    tables: Iterator[pa.Table], work: Callable[[pa.Table], pa.Table]
) -> pa.RecordBatchReader:
    """Tables, each worked on in a thread of its own, for DuckDB to scan once."""
    worked = map(work, tables)
    schema = next(worked).schema
    batches = (batch for table in worked for batch in table.to_batches())
    return pa.RecordBatchReader.from_batches(schema, prefetch(batches))


class _Aside:
    """Marks the rows that are in question, and keeps them whole as they go by, in table `aside`.

    The table is complete after `keep`.
    """

    def __init__(
        self, con: duckdb.DuckDBPyConnection, rows: int, *, only_aside: Sequence[str]
    ) -> None:
        self._con = con
        self._only_aside = only_aside
        self._marks = np.zeros(rows, dtype=bool)
        self._marks[con.sql("SELECT row_number FROM in_question").fetchnumpy()["row_number"]] = True
        self._held: list[pa.Table] = []
        self._into = "CREATE OR REPLACE TABLE aside AS"

    def mark(self, table: pa.Table) -> pa.Table:
        """The table with `in_question`, and without what only a row that is set aside needs."""
        marks = [pa.array(self._marks[np.asarray(c)]) for c in table["row_number"].chunks]
        in_question = pa.chunked_array(marks, pa.bool_())
        self._held.append(table.filter(in_question))
        if sum(part.num_rows for part in self._held) >= STREAMED_ROWS:
            self.keep()
        passed = [name for name in table.column_names if name not in self._only_aside]
        return table.select(passed).append_column("in_question", in_question)

    def keep(self) -> None:
        if self._held:
            self._con.register("part", pa.concat_tables(self._held))
            self._con.execute(f"{self._into} FROM part")
            self._con.unregister("part")
            self._held, self._into = [], "INSERT INTO aside"


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
