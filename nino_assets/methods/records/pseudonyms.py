"""Pseudonyms and record keys: keyed hashes of the National Insurance number.

The same person has the same pseudonym and key in every scan. pseudonym = HMAC-SHA256(pseudonym key,
nino8) in lower-case hex; record key = the first 32 bits, big-endian, of HMAC-SHA256(record key,
nino8), mod N. Source: `nino_assets/docs/method.md`, Pseudonyms.
"""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import numpy as np
import pyarrow as pa

from nino_assets.methods.records.hmac_sha256 import Bytes, compute_hmac_sha256, encode_hex
from nino_assets.store.streams import prefetch

PSEUDONYMISED_COLUMNS = (
    "pseudonym",
    "record_key",
    "registration_month",
    "age",
    "sex",
    "nationality",
    "arrival_lag_days",
    "output_area",
    "geocode_status",
    "quarter",
)


def pseudonymise(  # noqa: PLR0913 (each is a key or a setting)
    con: duckdb.DuckDBPyConnection,
    geocoded: str,
    *,
    pseudonym_key: bytes,
    record_key: bytes,
    keys: int,
    batch_rows: int,
) -> pa.RecordBatchReader:
    """Replace the identifiers of geocoded registrations by keyed hashes.

    `geocoded` is a relation or subquery in parentheses. The secret keys are in no SQL text, and so
    in no message or log. Returns exactly `PSEUDONYMISED_COLUMNS`, of which record_key is an integer
    from 0 to `keys` - 1.
    """
    reader = con.sql(f"""
        SELECT
            nino8, date_trunc('month', date_of_registration)::DATE AS registration_month,
            age, sex, nationality, arrival_lag_days, output_area, geocode_status, quarter
        FROM {geocoded}""").to_arrow_reader(batch_rows)
    hashed = [("pseudonym", pa.string()), ("record_key", pa.int32())]
    schema = pa.schema([*hashed, *(reader.schema.field(n) for n in PSEUDONYMISED_COLUMNS[2:])])

    def stream_batches() -> Iterator[pa.RecordBatch]:
        for batch in prefetch(reader):
            persons = batch["nino8"]
            pseudonyms = encode_hex(compute_hmac_sha256(pseudonym_key, persons))
            numbers = _read_first_32_bits(compute_hmac_sha256(record_key, persons)) % keys
            kept = [batch[name] for name in PSEUDONYMISED_COLUMNS[2:]]
            yield pa.record_batch([pseudonyms, pa.array(numbers, pa.int32()), *kept], schema=schema)

    return pa.RecordBatchReader.from_batches(schema, stream_batches())


def _read_first_32_bits(digests: Bytes) -> np.ndarray:
    return np.ascontiguousarray(digests[:, :4]).view(">u4").ravel().astype(np.int64)
