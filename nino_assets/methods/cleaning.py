"""Cleaning: each delivered row is accepted, or rejected with the first reason that applies.

Source of the rules: design §4 and §9. Belongs here: the reasons, the repairs, the derived person
variables, as SQL over a scan whose columns are all text. Does not belong here: addresses
(`geocoding.py`), files, and what becomes of the rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import duckdb
import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.dataset as ds

from nino_assets.methods.dates import date_literal, date_sql
from nino_assets.methods.ninos import nino8_sql, valid_nino_sql
from nino_assets.methods.texts import Reading, TextReader
from nino_assets.quarters import SERIES_START, Quarter
from nino_assets.streams import ahead
from nino_assets.vocabulary import REJECTION_REASONS, UNKNOWN

SCAN_COLUMNS = (
    "nino",
    "surname",
    "forenames",
    "date_of_birth",
    "date_of_arrival",
    "date_of_registration",
    "sex",
    "nationality",
    "registration_type",
    "account_status",
    "postcode",
    "country_of_residence",
)
CLEANED_COLUMNS = (
    "nino8",
    "surname",
    "forenames",
    "date_of_birth",
    "date_of_arrival",
    "date_of_registration",
    "age",
    "arrival_lag_days",
    "sex",
    "nationality",
    "postcode",
    "country_of_residence",
    "unlisted_registration_type",
    "unlisted_account_status",
    "quarter",
)
UK_NATIONALS = ("gbr", "gb", "uk", "united kingdom", "british")
NOT_LIVE = ("cancelled", "amalgamated", "redirected")
STREAMED_ROWS = 500_000
_SCANNED_ROWS = 100_000
YOUNGEST, OLDEST = 15, 110
"""Completed years at registration outside which a date of birth is impossible."""


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
    texts = TextReader(beside, _reading(delivered, register=register))

    # Of every row 17 bytes are kept in memory while duplicates are looked for; whole rows only
    # of what may be rejected, a small part of any usual scan.
    con.register("judged_rows", _stream(_batches(scan, _JUDGED_BY), texts.read))
    reason = _reason_sql(register=register, synthetic=synthetic)
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

    aside = _Aside(beside, scan.count_rows())
    con.register("read_rows", _stream(_batches(scan, _ALL), lambda b: aside.mark(texts.read(b))))
    accepted = con.sql(_accepted("read_rows", "NOT in_question")).to_arrow_reader(STREAMED_ROWS)

    def all_accepted() -> Iterator[pa.RecordBatch]:
        yield from accepted
        aside.keep()
        beside.close()
        con.execute(f"CREATE OR REPLACE TABLE rejected_rows AS {_rejected(column_order)}")
        kept = "row_number NOT IN (SELECT row_number FROM rejected_rows)"
        yield from con.sql(_accepted("aside", kept)).to_arrow_reader(STREAMED_ROWS)

    def all_rejected() -> Iterator[pa.RecordBatch]:
        yield from con.table("rejected_rows").to_arrow_reader(STREAMED_ROWS)

    return (
        pa.RecordBatchReader.from_batches(accepted.schema, all_accepted()),
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

    def __init__(self, con: duckdb.DuckDBPyConnection, rows: int) -> None:
        self._con = con
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
        passed = [name for name in batch.schema.names if name not in _ONLY_ASIDE]
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


def coded(column: str) -> str:
    """SQL for a coded column as it is compared: without case and outer spaces; '' when blank."""
    # Few values hold a space, and looking for one costs a fifth of trimming all.
    trimmed = f"CASE WHEN contains({column}, ' ') THEN trim({column}, ' ') ELSE {column} END"
    return f"lower(coalesce({trimmed}, ''))"


def _reading(delivered: Quarter, *, register: bool) -> Reading:
    """What each text column says, as later steps use it. A blank is a value of every code.

    Dates are there as days and as integers YYYYMMDD: the difference of two of those, without its
    last four digits, is completed years where it is not negative; someone born on 29 February is a
    year older on 1 March of a common year.
    """
    first, last = date_literal(delivered.first_day), date_literal(delivered.last_day)
    quarter = {} if register else {"outside_quarter": f"registered_on < {first}"}
    label = f"(SELECT nationality FROM nationality_spellings WHERE spelling = {coded('text')})"
    return {
        "date_of_registration": {
            "registered_on": date_sql("text"),
            "registered_number": _day_number("registered_on"),
            "outside_series": f"registered_on NOT BETWEEN {date_literal(SERIES_START.first_day)} "
            f"AND {last}",
            **quarter,
        },
        "date_of_birth": {"born_on": date_sql("text"), "born_number": _day_number("born_on")},
        "date_of_arrival": {"arrived_on": date_sql("text")},
        "sex": {
            "sex_read": f"CASE {coded('text')} WHEN 'm' THEN 'Male' WHEN 'f' THEN 'Female' "
            f"ELSE '{UNKNOWN}' END"
        },
        "nationality": {
            "uk_national": f"{coded('text')} IN {UK_NATIONALS}",
            "nationality_read": f"coalesce({label}, '{UNKNOWN}')",
        },
        "registration_type": {
            "juvenile_registration": f"{coded('text')} = 'juvenile'",
            "unlisted_registration_type": f"{coded('text')} NOT IN ('', 'adult')",
        },
        "account_status": {
            "account_not_live": f"{coded('text')} IN {NOT_LIVE}",
            "unlisted_account_status": f"{coded('text')} NOT IN ('', 'live')",
        },
        "country_of_residence": {
            "country_read": f"CASE {coded('text')} WHEN '' THEN 'gbr' ELSE {coded('text')} END"
        },
    }


def _day_number(day: str) -> str:
    return f"(10000 * year({day}) + 100 * month({day}) + day({day}))::INTEGER"


_JUDGED_BY = (
    "row_number",
    "nino",
    "date_of_registration",
    "nationality",
    "registration_type",
    "account_status",
    "malformed_text",
)
_ALL = ("row_number", *SCAN_COLUMNS, "malformed_text", "quarter")
_ONLY_ASIDE = ("row_number", "malformed_text", *_reading(Quarter(2002, 1), register=True))
_REJECTED_SCHEMA = pa.schema(
    [("row_number", pa.int64())] + [(name, pa.string()) for name in (*_ALL[1:], "reason")]
)


def _reason_sql(*, register: bool, synthetic: bool) -> str:
    """The place in `REJECTION_REASONS` of the first of reasons 1 to 8 that applies; else NULL.

    A duplicate can only be found among what is left.
    """
    reasons = {
        "malformed_row": "malformed_text IS NOT NULL",
        "invalid_nino": f"NOT {valid_nino_sql('nino', synthetic=synthetic)}",
        "juvenile_registration": "juvenile_registration",
        "account_not_live": "account_not_live",
        "uk_national": "uk_national",
        "registration_date_missing": "registered_on IS NULL",
        "outside_series": "outside_series",
    }
    if not register:
        reasons["outside_quarter"] = "outside_quarter"
    cases = " ".join(
        f"WHEN {reasons[reason]} THEN {place}"
        for place, reason in enumerate(REJECTION_REASONS)
        if reason in reasons
    )
    return f"CASE {cases} END"


def _rejected(column_order: tuple[str, ...]) -> str:
    """What is rejected of the rows set aside: with a reason already, or duplicates.

    Of a NINo the earliest registration is kept, then the smallest row. Identical rows fall back on
    their place in the delivery, which no result can tell apart.
    """
    order = ", ".join(f"coalesce({column}, '')" for column in column_order)
    kept = ", ".join(_ALL)
    return f"""
        WITH judged_aside AS (FROM aside JOIN in_question USING (row_number))
        SELECT {kept}, ({list(REJECTION_REASONS)})[reason + 1] AS reason
        FROM judged_aside WHERE reason IS NOT NULL
        UNION ALL
        SELECT {kept}, 'duplicate_nino' AS reason FROM judged_aside WHERE reason IS NULL
        QUALIFY row_number() OVER (
            PARTITION BY {nino8_sql("nino")} ORDER BY registered_on, {order}, row_number
        ) > 1"""


def _accepted(read: str, kept: str) -> str:
    age = "((registered_number - born_number) // 10000)"
    possible = f"{age} BETWEEN {YOUNGEST} AND {OLDEST}"
    return f"""
        SELECT
            {nino8_sql("nino")} AS nino8, surname, forenames,
            CASE WHEN {possible} THEN born_on END AS date_of_birth,
            CASE WHEN arrived_on <= registered_on THEN arrived_on END AS date_of_arrival,
            registered_on AS date_of_registration,
            CASE WHEN {possible} THEN {age} END::SMALLINT AS age,
            CASE WHEN arrived_on <= registered_on THEN registered_on - arrived_on END::INTEGER
                AS arrival_lag_days,
            sex_read AS sex, nationality_read AS nationality, postcode,
            country_read AS country_of_residence,
            -- The listed values that are out of scope were rejected before.
            unlisted_registration_type, unlisted_account_status, quarter
        FROM {read} WHERE {kept}"""
