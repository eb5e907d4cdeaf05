"""Counts repeated values in a quarter, in little time and memory.

Grouping 17 million texts takes DuckDB over two gigabytes. Here each text becomes eight bytes, which
are sorted; only rows whose eight bytes repeat are then compared as they are, so the count is exact.
"""

from __future__ import annotations

import duckdb
import numpy as np
import pyarrow as pa

_BATCH = 1_000_000


def create_repeats(con: duckdb.DuckDBPyConnection, view: str, column: str) -> None:
    """Create `repeats`: quarters that repeat a value, and `n` surplus rows.

    `view` has a column `quarter`; null values are not compared.
    """
    hashed = f"SELECT hash(quarter, {column}) AS h FROM {view} WHERE {column} IS NOT NULL"
    reader = con.sql(hashed).to_arrow_reader(_BATCH)
    parts = [batch.column(0).to_numpy() for batch in reader]
    hashes = np.concatenate(parts) if parts else np.empty(0, np.uint64)
    del parts
    hashes.sort()
    again = np.unique(hashes[1:][hashes[1:] == hashes[:-1]])
    con.execute("CREATE TABLE repeats (quarter TEXT, n BIGINT)")
    if len(again):
        con.register("again", pa.table({"h": again}))
        con.execute(f"""
            INSERT INTO repeats
            SELECT quarter, count(*) - count(DISTINCT {column})
            FROM {view} WHERE hash(quarter, {column}) IN (SELECT h FROM again)
            GROUP BY quarter HAVING count(*) > count(DISTINCT {column})""")
        con.unregister("again")
