"""Accepts each delivered row, or rejects it with one reason.

A scan is read twice. The first pass finds the rows that may be rejected. The second accepts the
others as they stream by and keeps the candidates, of which the duplicates are rejected at the end.
The rules are in `cleaning_rules.py`.
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
"""Rows that are cleaned at once, and rows of a batch that is written."""
_SCANNED_ROWS = 100_000
"""Rows that are read at once."""
_FIRST_PASS_COLUMNS = (
    "row_number",
    "nino",
    "date_of_registration",
    "nationality",
    "registration_type",
    "account_status",
    "malformed_text",
)
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
    """Split a whole delivery into accepted and rejected rows.

    `scan` has row_number (from 0 on), the columns of `SCAN_COLUMNS` as text, malformed_text and
    quarter (label of the quarter the row belongs to). `nationalities` has nationality_code and
    nationality, `aliases` delivered and nationality; `column_order` is the layout's, which decides
    between duplicates. Returns the accepted rows (`CLEANED_COLUMNS`) and the rejected ones (the
    scan's columns and `reason`), each row once in one of them. Read the accepted ones to their end
    before the rejected ones.
    """
    # Parsing runs at the same time as the queries that read its results: it needs a connection.
    parsing = con.cursor()
    spellings = _list_spellings(nationalities, aliases)
    parsing.register("nationality_spellings", spellings.to_arrow())
    parsers = build_column_parsers(delivered, register=register)
    parser = DistinctValueParser(parsing, parsers)

    # Kept in memory while duplicates are looked for: of every row 17 bytes, and its hash again to
    # be sorted; whole rows only of the candidates, a small part of any usual scan.
    first_pass = _stream_tables(_read_tables(scan, _FIRST_PASS_COLUMNS), parser.add_parsed_columns)
    con.register("parsed_rows", first_pass)
    reason = find_reason_sql(register=register, synthetic=synthetic)
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE first_pass AS
        SELECT row_number, ({reason})::UTINYINT AS reason,
            hash({extract_nino8_sql("nino")}) AS person
        FROM parsed_rows""")
    con.register("repeated", pa.table({"person": _find_repeated_persons(con)}))
    con.execute("""
        CREATE OR REPLACE TABLE candidates AS
        SELECT row_number, reason FROM first_pass
        WHERE reason IS NOT NULL OR person IN (SELECT person FROM repeated)""")
    con.execute("DROP TABLE first_pass")

    rejects = _CandidateRejects(
        parsing, scan.count_rows(), candidates_only=("row_number", "malformed_text", *parsers)
    )
    second_pass = _stream_tables(
        _read_tables(scan, KEPT_COLUMNS),
        lambda table: rejects.mark(parser.add_parsed_columns(table)),
    )
    con.register("marked_rows", second_pass)
    accepted = con.sql(select_accepted_sql("marked_rows", "NOT is_candidate")).to_arrow_reader(
        STREAMED_ROWS
    )

    def stream_accepted() -> Iterator[pa.RecordBatch]:
        yield from accepted
        rejects.store()
        parsing.close()
        con.execute(f"CREATE OR REPLACE TABLE rejected_rows AS {select_rejected_sql(column_order)}")
        kept = "row_number NOT IN (SELECT row_number FROM rejected_rows)"
        yield from con.sql(select_accepted_sql("candidate_rows", kept)).to_arrow_reader(
            STREAMED_ROWS
        )

    def stream_rejected() -> Iterator[pa.RecordBatch]:
        yield from con.table("rejected_rows").to_arrow_reader(STREAMED_ROWS)

    return (
        pa.RecordBatchReader.from_batches(accepted.schema, stream_accepted()),
        pa.RecordBatchReader.from_batches(_REJECTED_SCHEMA, stream_rejected()),
    )


def _find_repeated_persons(con: duckdb.DuckDBPyConnection) -> NDArray[np.uint64]:
    """The persons of several rows that may be accepted, as hashes.

    The hashes are sorted, and each is compared with the next. Nearly all are different, and to
    group them takes a tenth more of the processor time of cleaning ten million records.
    """
    found = con.sql("SELECT person FROM first_pass WHERE reason IS NULL").fetchnumpy()["person"]
    persons = np.sort(np.asarray(found))
    return np.unique(persons[1:][persons[1:] == persons[:-1]])


def _read_tables(scan: ds.Dataset, columns: Sequence[str]) -> Iterator[pa.Table]:
    """The scan in large tables, after an empty one for its schema."""
    names = list(columns)
    yield pa.schema([scan.schema.field(name) for name in names]).empty_table()
    yield from rebatch(scan.to_batches(columns=names, batch_size=_SCANNED_ROWS), STREAMED_ROWS)


def _stream_tables(
    tables: Iterator[pa.Table], transform: Callable[[pa.Table], pa.Table]
) -> pa.RecordBatchReader:
    """The transformed tables, for DuckDB to scan once.

    The next one is made in a thread.
    """
    transformed = map(transform, tables)
    schema = next(transformed).schema
    batches = (batch for table in transformed for batch in table.to_batches())
    return pa.RecordBatchReader.from_batches(schema, prefetch(batches))


class _CandidateRejects:
    """Rows that may be rejected, kept whole as they stream by.

    They are in table `candidate_rows`.

    The table is complete after `store`.
    """

    def __init__(
        self, con: duckdb.DuckDBPyConnection, rows: int, *, candidates_only: Sequence[str]
    ) -> None:
        self._con = con
        self._candidates_only = candidates_only
        self._is_candidate = np.zeros(rows, dtype=bool)
        numbers = con.sql("SELECT row_number FROM candidates").fetchnumpy()["row_number"]
        self._is_candidate[numbers] = True
        self._waiting: list[pa.Table] = []
        self._insert = "CREATE OR REPLACE TABLE candidate_rows AS"

    def mark(self, table: pa.Table) -> pa.Table:
        """The table with `is_candidate`, and without the columns that only candidates need."""
        marks = [pa.array(self._is_candidate[np.asarray(c)]) for c in table["row_number"].chunks]
        is_candidate = pa.chunked_array(marks, pa.bool_())
        self._waiting.append(table.filter(is_candidate))
        if sum(part.num_rows for part in self._waiting) >= STREAMED_ROWS:
            self.store()
        columns = [name for name in table.column_names if name not in self._candidates_only]
        return table.select(columns).append_column("is_candidate", is_candidate)

    def store(self) -> None:
        """Add the rows that wait to the table."""
        if self._waiting:
            self._con.register("waiting_rows", pa.concat_tables(self._waiting))
            self._con.execute(f"{self._insert} FROM waiting_rows")
            self._con.unregister("waiting_rows")
            self._waiting, self._insert = [], "INSERT INTO candidate_rows"


def _list_spellings(nationalities: pl.DataFrame, aliases: pl.DataFrame) -> pl.DataFrame:
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
