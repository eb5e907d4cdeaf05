"""Twelve expectations on a register of 17 million records, in clear and encrypted Parquet.

    python -m nino_assets_tests.benchmarks.checks [rows]

Prints the seconds (without the import of Great Expectations) and the peak memory of each.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb

from nino_assets.checks.engine import run_suite
from nino_assets.checks.suite import Expectation, PracticeArea, Suite
from nino_assets.quarters import Quarter
from nino_assets.storage.encryption import Encryption
from nino_assets.storage.parquet import read_parquet, write_parquet
from nino_assets.storage.session import duckdb_session

ROWS = 17_000_000
QUARTER = Quarter(2020, 4)
COUNTRIES = [f"Country {n}" for n in range(200)]
RECORDS = """
    SELECT '2020-Q4' AS quarter, sha256(i::text) AS pseudonym,
        (hash(i) % 256)::INTEGER AS record_key,
        DATE '2020-10-01' + (i % 92)::INTEGER AS registered_on, (15 + i % 80)::INTEGER AS age,
        CASE i % 2 WHEN 0 THEN 'Male' ELSE 'Female' END AS sex,
        'Country ' || (i % 200)::text AS nationality, 'E' || lpad((i % 230000)::text, 8, '0') AS oa
    FROM range(?) AS t(i)
"""


class Folder:
    """Stands for the warehouse: one file, encrypted or not."""

    def __init__(self, folder: Path, encryption: Encryption | None) -> None:
        self.file = folder / f"{'encrypted' if encryption else 'clear'}.parquet"
        self.spill, self.encryption = folder, encryption

    def session(self) -> Any:
        return duckdb_session(self.spill)

    def write(self, rows: int) -> None:
        with duckdb.connect() as connection:
            reader = connection.sql(RECORDS, params=[rows]).to_arrow_reader(200_000)
            write_parquet(self.file, reader.schema, reader, self.encryption)


def prepare(connection: Any, warehouse: Folder, quarters: Sequence[Quarter]) -> None:
    # Repeats by hash: a collision could only raise a false alarm, and text takes thrice the memory.
    connection.register("records", read_parquet([warehouse.file], warehouse.encryption))
    connection.execute("CREATE VIEW rows AS FROM records")
    connection.execute("""
        CREATE TABLE quarters AS
        SELECT quarter, count(*) AS records, count(*) - count(DISTINCT hash(pseudonym)) AS repeated,
            avg(age) AS mean_age, 100.0 * count(*) FILTER (sex = 'Male') / count(*) AS male_percent
        FROM rows GROUP BY quarter
    """)


def expectations() -> Iterator[Expectation]:
    values = "ExpectColumnValuesTo"
    rules: list[tuple[str, str, dict[str, Any]]] = [
        ("rows", "NotBeNull", {"column": "pseudonym"}),
        ("rows", "NotBeNull", {"column": "registered_on"}),
        ("rows", "NotBeNull", {"column": "oa"}),
        ("rows", "BeBetween", {"column": "age", "min_value": 15, "max_value": 110}),
        ("rows", "BeBetween", {"column": "record_key", "min_value": 0, "max_value": 255}),
        ("rows", "BeInSet", {"column": "sex", "value_set": ["Male", "Female", "Unknown"]}),
        ("rows", "BeInSet", {"column": "nationality", "value_set": COUNTRIES}),
        ("rows", "MatchRegex", {"column": "oa", "regex": "[EWSN][0-9]{8}"}),
        ("quarters", "BeBetween", {"column": "records", "min_value": 1}),
        ("quarters", "BeBetween", {"column": "repeated", "min_value": 0, "max_value": 0}),
        ("quarters", "BeBetween", {"column": "mean_age", "min_value": 20, "max_value": 90}),
        ("quarters", "BeBetween", {"column": "male_percent", "min_value": 40, "max_value": 60}),
    ]  # fmt: skip
    for number, (over, kind, arguments) in enumerate(rules):
        yield Expectation(
            name=f"rule_{number}",
            sentence="A rule.",
            kind=values + kind,
            arguments=arguments,
            over=over,  # type: ignore[arg-type]
            severity="block",
            practice_area=PracticeArea.PRODUCER,
            next_step="Look.",
        )


def measure(folder: Path, encryption: Encryption | None) -> None:
    import nino_assets.checks.gx_duckdb  # noqa: F401

    suite = Suite(asset="records", prepare=prepare, expectations=tuple(expectations()))
    warehouse = Folder(folder, encryption)
    started, processor = time.perf_counter(), time.process_time()
    outcomes = run_suite(suite, warehouse, [QUARTER])
    seconds, processor = time.perf_counter() - started, time.process_time() - processor
    if not all(outcome.passed for outcome in outcomes):
        raise SystemExit(f"not as planned: {[o for o in outcomes if not o.passed]}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_048_576
    print(  # noqa: T201
        f"{warehouse.file.stem:>10}: {len(outcomes)} expectations in {seconds:.1f} s "
        f"({processor:.1f} s of processor), peak {peak:.2f} GB"
    )


def main() -> None:
    key = Encryption(bytes(range(32)))
    if len(sys.argv) == 3:
        measure(Path(sys.argv[1]), key if sys.argv[2] == "encrypted" else None)
        return
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    with tempfile.TemporaryDirectory() as name:
        for encryption in (None, key):
            Folder(Path(name), encryption).write(rows)
            kind = "encrypted" if encryption else "clear"
            subprocess.run([sys.executable, "-m", __spec__.name, name, kind], check=True)


if __name__ == "__main__":
    main()
