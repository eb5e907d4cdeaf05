"""Cleaning: each delivered row is accepted, or rejected with the first reason that applies.

Belongs here: the two passes over a scan, and what is kept in memory between them. Does not belong
here: the rules (`cleaning_rules.py`) and the files that are read and written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import duckdb
import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.dataset as ds

from nino_assets.methods.cleaning_rules import (
    KEPT_COLUMNS,
    SCAN_COLUMNS,
    accepted_sql,
    reading,
    reason_sql,
    rejected_sql,
)
from nino_assets.methods.ninos import nino8_sql
from nino_assets.methods.texts import TextReader
from nino_assets.quarters import Quarter
from nino_assets.streams import ahead

STREAMED_ROWS = 500_000
"""Rows of a batch that is given to be written."""
_SCANNED_ROWS = 100_000
"""Rows whose texts are read at once."""
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
    read = reading(delivered, register=register)
    texts = TextReader(beside, read)

    # Of every row 17 bytes are kept in memory while duplicates are looked for; whole rows only
    # of what may be rejected, a small part of any usual scan.
    con.register("judged_rows", _stream(_batches(scan, _JUDGED_BY), texts.read))
    reason = reason_sql(register=register, synthetic=synthetic)
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE judged AS
        SELECT row_number, ({reason})::UTINYINT AS reason, hash({nino8_sql("nino")}) AS person
        FROM judged_rows""")
    con.execute("""
        CREATE OR REPLACE TABLE in_question AS
        SELECT row_number, reason FROM judged
        WHERE reason IS NOT NULL OR person IN (
            SELECT person FROM judged WHERE reason IS NULL GROUP BY ALL HAVING count(*) > 1)""")
    con.execute("DROP TABLE judged")

    aside = _Aside(beside, scan.count_rows(), only_aside=("row_number", "malformed_text", *read))
    con.register(
        "read_rows", _stream(_batches(scan, KEPT_COLUMNS), lambda b: aside.mark(texts.read(b)))
    )
    accepted = con.sql(accepted_sql("read_rows", "NOT in_question")).to_arrow_reader(STREAMED_ROWS)

    def allaccepted_sql() -> Iterator[pa.RecordBatch]:
        yield from accepted
        aside.keep()
        beside.close()
        con.execute(f"CREATE OR REPLACE TABLE rejected_rows AS {rejected_sql(column_order)}")
        kept = "row_number NOT IN (SELECT row_number FROM rejected_rows)"
        yield from con.sql(accepted_sql("aside", kept)).to_arrow_reader(STREAMED_ROWS)

    def all_rejected() -> Iterator[pa.RecordBatch]:
        yield from con.table("rejected_rows").to_arrow_reader(STREAMED_ROWS)

    return (
        pa.RecordBatchReader.from_batches(accepted.schema, allaccepted_sql()),
        pa.RecordBatchReader.from_batches(_REJECTED_SCHEMA, all_rejected()),
    )


def _batches(scan: ds.Dataset, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
    """The scan, after a batch without rows, from which the form of the others can be learnt."""
    empty = [pa.array([], scan.schema.field(name).type) for name in columns]
    yield pa.record_batch(empty, names=list(columns))
    yield from scan.to_batches(columns=list(columns), batch_size=_SCANNED_ROWS)


def _stream(
    batches: Iterator[pa.RecordBatch], work: Callable[[pa.RecordBatch], pa.RecordBatch]
) -> pa.RecordBatchReader:
    """Batches, each worked on in a thread of its own, for DuckDB to scan once."""
    worked = map(work, batches)
    return pa.RecordBatchReader.from_batches(next(worked).schema, ahead(worked))


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
        self._held: list[pa.RecordBatch] = []
        self._into = "CREATE OR REPLACE TABLE aside AS"

    def mark(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """The batch with `in_question`, and without what only a row that is set aside needs."""
        in_question = pa.array(self._marks[np.asarray(batch["row_number"])])
        self._held.append(batch.filter(in_question))
        if sum(part.num_rows for part in self._held) >= STREAMED_ROWS:
            self.keep()
        passed = [name for name in batch.schema.names if name not in self._only_aside]
        return batch.select(passed).append_column("in_question", in_question)

    def keep(self) -> None:
        if self._held:
            self._con.register("part", pa.Table.from_batches(self._held))
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
