"""Reads encrypted files of many writers, as each real year has them, over and over.

A reader that hangs holds a lock of the interpreter: it is run in a process that can be ended.
"""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pyarrow.parquet.encryption as pe
import pytest

from nino_assets.store import encryption
from nino_assets.store.encryption import Encryption
from nino_assets.store.parquet import write_parquet

KEY = bytes(range(32))
WRITERS, READS, ROWS = 8, 200, 20_000
SECONDS = 60
READER = f"""
import sys
from pathlib import Path
import duckdb
from nino_assets.store.encryption import Encryption
from nino_assets.store.parquet import read_parquet

paths = sorted(Path(sys.argv[1]).glob("*.parquet"))
for _ in range({READS}):
    with duckdb.connect() as con:
        # A new key service each time: no key is known from the read before.
        con.register("held", read_parquet(paths, Encryption(bytes(range(32)))))
        print(con.sql("SELECT count(*), sum(number) FROM held").fetchall())
"""


def build_twice_wrapped() -> pe.EncryptionConfiguration:
    """How files were written before: each data key under a key of its own writer."""
    return pe.EncryptionConfiguration(
        footer_key=encryption._KEY_NAME,
        uniform_encryption=True,
        encryption_algorithm="AES_GCM_V1",
        data_key_length_bits=256,
        cache_lifetime=timedelta(minutes=10),
        double_wrapping=True,
    )


@pytest.mark.parametrize("wrapped", ["once", "twice"])
def test_files_of_many_writers_are_read_over_and_over(tmp_path: Path, wrapped: str) -> None:
    schema = pa.schema([("number", pa.int64())])
    rows = pa.record_batch([pa.array(range(ROWS))], schema=schema)
    for number in range(WRITERS):
        writer = Encryption(KEY)
        if wrapped == "twice":
            writer._encrypt = build_twice_wrapped()
        write_parquet(tmp_path / f"{number}.parquet", schema, [rows], writer)
    read = subprocess.run(
        [sys.executable, "-c", READER, str(tmp_path)],
        check=True,
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )
    expected = f"[({WRITERS * ROWS}, {WRITERS * sum(range(ROWS))})]"
    assert read.stdout.splitlines() == [expected] * READS


def test_another_key_reads_nothing(tmp_path: Path) -> None:
    schema = pa.schema([("number", pa.int64())])
    path = tmp_path / "one.parquet"
    write_parquet(path, schema, [pa.record_batch([pa.array([1])], schema=schema)], Encryption(KEY))
    with pytest.raises(OSError, match="encrypted"):
        pq.read_table(path)
