"""Cell-key perturbation of 17 million records: ours, the ONS package, and a bare group-by.

Run by hand, on a quiet machine, with the package beside the project's own environment:

    pip install --no-deps --target <folder> cell-key-perturbation==3.1.0
    python -m nino_assets_tests.benchmarks.disclosure --package <folder>

Two tables, quarter by nationality and quarter by area, both with every cell of the domain. Each
engine does both from one Parquet file in a process of its own, several times; the best time and the
largest peak memory count. Starting Python, importing libraries and reading the p-table are not
timed, reading the records is: the package loads its text columns once for both tables. Ours are the
functions with which the line itself counts, perturbs and refuses. The package and ours must publish
the same counts, or nothing is printed. The last lines say whether the figures aimed at were reached
(exit code 1 when one was not).
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import io
import json
import multiprocessing
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

TABLES = (("quarter", "nationality"), ("quarter", "area"))
Tables = dict[tuple[str, str], dict[str, Any]]
"""Of each table, every column as an array."""
QUARTERS, NATIONALITIES, AREAS, KEYS = 80, 200, 374, 256
ROW_GROUP = 122_880
DESIGN: dict[str, Any] = {"reach": 5, "variance": 2.0, "keys": KEYS}

FASTER, SMALLER, OVER_BARE = 12, 10, 1.35
"""Aimed at: the package's time and memory over ours, and ours over DuckDB's bare group-by."""


def make_inputs(folder: Path, records: int) -> None:
    """Synthetic records, lumpy as real ones are, and a p-table."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    from nino_assets.methods.disclosure.perturbation_table.design import (
        Design,
        make_perturbation_table,
    )

    rng = np.random.default_rng(20)
    names = {
        "quarter": [f"{2002 + n // 4}-Q{n % 4 + 1}" for n in range(QUARTERS)],
        "nationality": [f"Nationality {n:03d}" for n in range(NATIONALITIES)],
        "area": [f"E{n:08d}" for n in range(AREAS)],
    }
    share = {
        name: rng.dirichlet(np.full(len(labels), 0.7)) + 1 / (20 * len(labels))
        for name, labels in names.items()
    }
    schema = pa.schema([*((name, pa.string()) for name in names), ("record_key", pa.int16())])
    with pq.ParquetWriter(folder / "records.parquet", schema, compression="zstd") as writer:
        for start in range(0, records, 1_000_000):
            n = min(1_000_000, records - start)
            columns = {
                name: pa.DictionaryArray.from_arrays(
                    rng.choice(len(labels), n, p=share[name] / share[name].sum()).astype("int16"),
                    labels,
                ).cast(pa.string())
                for name, labels in names.items()
            }
            columns["record_key"] = pa.array(rng.integers(0, KEYS, n).astype("int16"))
            writer.write_table(pa.table(columns, schema=schema), row_group_size=ROW_GROUP)
    make_perturbation_table(b"benchmark key   " * 2, Design(**DESIGN)).write_parquet(
        folder / "ptable.parquet"
    )


def ours(folder: Path) -> Callable[[], Tables]:
    """The line's functions, every refusal included; the empty cells are listed last."""
    import duckdb
    import polars as pl

    from nino_assets.methods.disclosure import cell_key
    from nino_assets.methods.disclosure.perturbation_table.validation import (
        check_perturbation_table,
    )

    con = duckdb.connect()
    con.execute("SET preserve_insertion_order = false")  # as the line's own sessions do
    drawn = con.sql(f"FROM '{folder}/ptable.parquet'").fetchnumpy()
    table = check_perturbation_table(pl.DataFrame(drawn))
    con.register("ptable", {name: table.frame[name].to_numpy() for name in table.frame.columns})
    records = f"'{folder}/records.parquet'"

    def tabulate() -> Tables:
        found = {}
        cell_key.refuse_unkeyed(con, records, table.keys)
        for by in TABLES:
            columns = ", ".join(by)
            counted = cell_key.count_cells_sql(records, by)
            perturbed = cell_key.perturb_sql(counted, "ptable", table.keys)
            con.sql(f"CREATE OR REPLACE TEMP TABLE cells AS {perturbed}")
            shown = [count for (count,) in con.sql("SELECT published FROM cells").fetchall()]
            published = pl.Series(shown, dtype=pl.Int64)
            cell_key.refuse_unsafe(published, table.forbidden, table=columns)
            domain = " CROSS JOIN ".join(f"(SELECT DISTINCT {column} FROM cells)" for column in by)
            found[by] = con.sql(
                f"SELECT {columns}, coalesce(published, 0)::BIGINT AS published FROM {domain} "
                f"LEFT JOIN cells USING ({columns}) ORDER BY {columns}"
            ).fetchnumpy()
        return found

    return tabulate


def bare(folder: Path) -> Callable[[], Tables]:
    """DuckDB counting and summing keys, without perturbation: the floor."""
    import duckdb

    con = duckdb.connect()
    con.execute("SET preserve_insertion_order = false")

    def tabulate() -> Tables:
        return {
            by: con.sql(
                f"SELECT {', '.join(by)}, count(*) AS n, sum(record_key)::BIGINT AS key_sum "
                f"FROM '{folder}/records.parquet' GROUP BY {', '.join(by)}"
            ).fetchnumpy()
            for by in TABLES
        }

    return tabulate


def package(folder: Path) -> Callable[[], Tables]:
    """The ONS package as its readers call it: Parquet to pandas, then one call a table."""
    import pandas as pd
    from cell_key_perturbation.create_perturbed_table import create_perturbed_table

    ptable = pd.read_parquet(folder / "ptable.parquet")

    def tabulate() -> Tables:
        found = {}
        data = pd.read_parquet(folder / "records.parquet")
        with contextlib.redirect_stdout(io.StringIO()):
            for by in TABLES:
                frame = create_perturbed_table(
                    data,
                    ptable,
                    [by[0]],
                    [by[1]],
                    "record_key",
                    use_existing_ons_id=False,
                    threshold=0,
                )
                frame = frame[[*by, "count"]].sort_values(list(by))
                found[by] = {name: frame[name].to_numpy() for name in frame}
        return found

    return tabulate


ENGINES = {"ours": ours, "bare": bare, "package": package}


def measure(engine: str, folder: Path) -> dict:
    """One run in this process: seconds, peak memory, and what was published."""
    tabulate = ENGINES[engine](folder)
    start, busy = time.perf_counter(), time.process_time()
    found = tabulate()
    seconds, processor = time.perf_counter() - start, time.process_time() - busy
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    digest = hashlib.sha256()
    for by in TABLES:
        for column in found[by].values():
            digest.update("\n".join(map(str, column.tolist())).encode())
    return {
        "seconds": seconds,
        "processor": processor,
        "peak": peak,
        "sha256": digest.hexdigest(),
    }


def run(engine: str, folder: Path, search: Path | None) -> dict:
    """One measurement in a process of its own."""
    command = [sys.executable, "-m", __spec__.name, "--engine", engine, "--folder", str(folder)]
    if search is not None:
        command += ["--package", str(search)]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)


def best(runs: list[dict]) -> dict:
    """The best time and the largest memory."""
    return {
        "seconds": min(each["seconds"] for each in runs),
        "processor": min(each["processor"] for each in runs),
        "peak": max(each["peak"] for each in runs),
        "sha256": runs[0]["sha256"],
    }


def main() -> None:
    """Print seconds, memory and the ratios that matter."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--records", type=int, default=17_000_000)
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--package", type=Path)
    parser.add_argument("--engine", choices=ENGINES)
    parser.add_argument("--folder", type=Path)
    asked = parser.parse_args()
    if asked.engine:
        if asked.package:
            sys.path.append(str(asked.package))
        print(json.dumps(measure(asked.engine, asked.folder)))  # noqa: T201
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        # In a process of its own, so that nothing of it counts as anybody's memory.
        making = multiprocessing.get_context("spawn").Process(
            target=make_inputs, args=(folder, asked.records)
        )
        making.start()
        making.join()
        engines = [engine for engine in ENGINES if engine != "package" or asked.package]
        # In turn, so that a busy spell of the machine falls on all of them.
        turns = [
            {engine: run(engine, folder, asked.package) for engine in engines}
            for _ in range(asked.times)
        ]
    found = {engine: best([turn[engine] for turn in turns]) for engine in engines}
    sys.exit(report(asked.records, found))


def report(records: int, found: dict[str, dict]) -> int:
    """Say what was measured. Returns 1 when a figure aimed at was not reached, otherwise 0.

    Stops if the package published other counts.
    """
    lines = [
        f"{records:,} records, {' and '.join(' x '.join(by) for by in TABLES)}; labels are text "
        f"(pandas str), keys int16, Parquet of {ROW_GROUP:,} rows a group"
    ]
    lines += [
        f"{engine:8} {each['seconds']:6.2f} s  {each['processor']:6.2f} s of processor"
        f"  {each['peak']:6.0f} MB"
        for engine, each in found.items()
    ]
    mine, floor = found["ours"], found["bare"]
    over = mine["seconds"] / floor["seconds"]
    aims = [(f"ours / bare group-by, time: {over:.2f} (at most {OVER_BARE})", over <= OVER_BARE)]
    if theirs := found.get("package"):
        if theirs["sha256"] != mine["sha256"]:
            raise SystemExit("the package and ours published different counts")
        faster, smaller = (theirs[each] / mine[each] for each in ("seconds", "peak"))
        aims += [
            (f"package / ours, time: {faster:.1f} (at least {FASTER})", faster >= FASTER),
            (f"package / ours, memory: {smaller:.1f} (at least {SMALLER})", smaller >= SMALLER),
        ]
        lines.append("all published counts are equal")
    lines += [f"{said}{'' if reached else ': NOT REACHED'}" for said, reached in aims]
    print("\n".join(lines))  # noqa: T201
    return int(not all(reached for _, reached in aims))


if __name__ == "__main__":
    main()
