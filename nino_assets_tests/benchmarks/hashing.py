"""What the hashing of pseudonyms costs in the records of a whole history, by way of hashing.

    python -m nino_assets_tests.benchmarks.hashing FOLDER [SCALE] [RUNS]

Reads, cleans, geocodes and pseudonymises a register of 2002-Q1 to 2018-Q1 (10.4 million delivered
rows at scale 1, the default), RUNS times (default 2) for each way. The baseline is DuckDB's SQL.
The delivery is made in FOLDER where it is not there yet, and kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa

from nino_assets.methods.records.pseudonyms import PSEUDONYMISED_COLUMNS
from nino_assets.orchestration.assets.records import HASHED_ROWS
from nino_assets.store import keys
from nino_assets.store.streams import prefetch
from nino_assets_tests.benchmarks.record_stages import KEYS, Stages, compare, run_stages

OTHERS = """date_trunc('month', date_of_registration)::DATE AS registration_month,
    age, sex, nationality, arrival_lag_days, output_area, geocode_status, quarter"""


def pad(key: bytes) -> tuple[bytes, bytes]:
    """The inner and the outer block of an HMAC."""
    padded = key.ljust(64, b"\0")
    return bytes(byte ^ 0x36 for byte in padded), bytes(byte ^ 0x5C for byte in padded)


def hash_in_sql(
    con: duckdb.DuckDBPyConnection, geocoded: str, secret: keys.SecretKeys
) -> pa.RecordBatchReader:
    """Everything in one query; the keys are session variables and so in no SQL text."""
    for name, key in (("pseudonym", secret.pseudonym), ("record", secret.record)):
        for part, block in zip(("inner", "outer"), pad(key), strict=True):
            con.execute(f"SET VARIABLE {name}_{part} = ?::BLOB", [block])

    def hmac(name: str) -> str:
        inner = f"unhex(sha256(getvariable('{name}_inner')::BLOB || encode(nino8)))"
        return f"sha256(getvariable('{name}_outer')::BLOB || {inner})"

    return con.sql(f"""
        SELECT {hmac("pseudonym")} AS pseudonym,
            (('0x' || {hmac("record")}[1:8])::BIGINT % {KEYS})::INTEGER AS record_key, {OTHERS}
        FROM {geocoded}""").to_arrow_reader(HASHED_ROWS)


def hash_in_python(
    con: duckdb.DuckDBPyConnection, geocoded: str, secret: keys.SecretKeys
) -> pa.RecordBatchReader:
    """The standard library's SHA-256, its state after each block copied for every person."""
    reader = con.sql(f"SELECT encode(nino8) AS nino8, {OTHERS} FROM {geocoded}")
    batches = reader.to_arrow_reader(HASHED_ROWS)
    others = [batches.schema.field(name) for name in PSEUDONYMISED_COLUMNS[2:]]
    schema = pa.schema([("pseudonym", pa.string()), ("record_key", pa.int32()), *others])

    def hmac(key: bytes, persons: list[bytes]) -> Iterator[hashlib._Hash]:
        inner, outer = map(hashlib.sha256, pad(key))
        for person in persons:
            first, second = inner.copy(), outer.copy()
            first.update(person)
            second.update(first.digest())
            yield second

    def stream() -> Iterator[pa.RecordBatch]:
        for batch in prefetch(batches):
            persons = batch["nino8"].to_pylist()
            pseudonyms = [each.hexdigest() for each in hmac(secret.pseudonym, persons)]
            digests = (each.digest() for each in hmac(secret.record, persons))
            numbers = [int.from_bytes(digest[:4], "big") % KEYS for digest in digests]
            hashed = [pa.array(pseudonyms), pa.array(numbers, pa.int32())]
            rest = [batch[name] for name in PSEUDONYMISED_COLUMNS[2:]]
            yield pa.record_batch([*hashed, *rest], schema=schema)

    return pa.RecordBatchReader.from_batches(schema, stream())


def run_in_sql(landing: Path, data: Path) -> Stages:
    return run_stages(landing, data, hash_in_sql)


def run_in_python(landing: Path, data: Path) -> Stages:
    return run_stages(landing, data, hash_in_python)


if __name__ == "__main__":
    compare(
        {"DuckDB SQL": run_in_sql, "as built": run_stages, "hashlib": run_in_python}, "DuckDB SQL"
    )
