"""Twelve expectations on a register of 17 million records, in clear and encrypted Parquet.

Run by hand, on a quiet machine:

    python -m nino_assets_tests.benchmarks.checks [rows] [clear encrypted pandas]

`pandas` is the baseline: the same twelve by Great Expectations' own way, the encrypted file read
into a data frame. Each is measured in a process of its own: seconds (without the import of Great
Expectations) and peak memory, beside the figures aimed at.
"""

from __future__ import annotations

import importlib
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from nino_assets.quality.engine import run_suite
from nino_assets.quality.measures.repeats import create_repeats
from nino_assets.quality.suite import Expectation, PracticeArea, Suite
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.encryption import Encryption
from nino_assets.store.parquet import read_parquet, write_parquet
from nino_assets.store.session import open_duckdb_session

ROWS = 17_000_000
AIMED_SECONDS, AIMED_GB = 10, 2
QUARTER = Quarter(2020, 4)
KEY = Encryption(bytes(range(32)))
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

    def open_session(self) -> Any:
        return open_duckdb_session(self.spill)

    def write(self, rows: int) -> None:
        with duckdb.connect() as connection:
            reader = connection.sql(RECORDS, params=[rows]).to_arrow_reader(200_000)
            write_parquet(self.file, reader.schema, reader, self.encryption)


def prepare(connection: Any, warehouse: Folder, quarters: Sequence[Quarter]) -> None:
    """As the suite of cleaned records does."""
    repetitive = ["quarter", "sex"]
    connection.register("records", read_parquet([warehouse.file], warehouse.encryption, repetitive))
    connection.register("listed", pa.table({"nationality": COUNTRIES}))
    connection.execute("CREATE VIEW rows AS FROM records")
    create_repeats(connection, "records", "pseudonym")
    connection.execute("""
        CREATE TABLE quarters AS
        WITH grouped AS (
            SELECT quarter, nationality, count(*) AS n, sum(age) AS age,
                count(*) FILTER (sex = 'Male') AS men
            FROM rows GROUP BY ALL
        ), unlisted AS (SELECT sum(n) AS n FROM grouped ANTI JOIN listed USING (nationality))
        SELECT quarter, sum(n) AS records, coalesce((SELECT sum(n) FROM repeats), 0) AS repeated,
            coalesce((SELECT n FROM unlisted), 0) AS unlisted, sum(age) / sum(n) AS mean_age,
            100.0 * sum(men) / sum(n) AS male_percent
        FROM grouped GROUP BY quarter
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
        ("rows", "MatchRegex", {"column": "oa", "regex": "[EWSN][0-9]{8}"}),
        ("quarters", "BeBetween", {"column": "records", "min_value": 1}),
        ("quarters", "BeBetween", {"column": "repeated", "min_value": 0, "max_value": 0}),
        ("quarters", "BeBetween", {"column": "unlisted", "min_value": 0, "max_value": 0}),
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


def peak_gb() -> float:
    """The peak memory of this process; what a parent held before it is not counted."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0]) / 1_048_576


def in_duckdb(warehouse: Folder) -> float:
    """Seconds that the line's own engine takes."""
    import nino_assets.quality.gx_duckdb  # noqa: F401

    suite = Suite(asset="records", prepare=prepare, expectations=tuple(expectations()))
    started = time.perf_counter()
    outcomes = run_suite(suite, warehouse, [QUARTER])
    seconds = time.perf_counter() - started
    if not all(outcome.passed for outcome in outcomes):
        raise SystemExit(f"not as planned: {[o for o in outcomes if not o.passed]}")
    return seconds


def in_pandas(warehouse: Folder) -> float:
    """Seconds that Great Expectations takes on a data frame, with reading it."""
    import great_expectations as gx

    kinds: Any = importlib.import_module("great_expectations.expectations")

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}  # type: ignore[assignment]
    whole = [
        kinds.ExpectTableRowCountToBeBetween(min_value=1),
        kinds.ExpectColumnValuesToBeUnique(column="pseudonym"),
        kinds.ExpectColumnMeanToBeBetween(column="age", min_value=20, max_value=90),
        kinds.ExpectColumnValuesToBeInSet(column="sex", value_set=["Male"], mostly=0.4),
        kinds.ExpectColumnValuesToBeInSet(column="nationality", value_set=COUNTRIES),
    ]
    each = [getattr(kinds, e.kind)(**e.arguments) for e in expectations() if e.over == "rows"]
    started = time.perf_counter()
    frame = read_parquet([warehouse.file], warehouse.encryption).to_table().to_pandas()
    asset = context.data_sources.add_pandas("pandas").add_dataframe_asset("records")
    batch = asset.add_batch_definition_whole_dataframe("all").get_batch({"dataframe": frame})
    found = batch.validate(
        gx.ExpectationSuite(name="twelve", expectations=each + whole),
        result_format={"result_format": "BASIC", "partial_unexpected_count": 0},
    )
    seconds = time.perf_counter() - started
    if not (found.success and len(found.results) == 12):
        raise SystemExit("not as planned: the baseline judges otherwise")
    return seconds


def measure(folder: Path, kind: str) -> None:
    warehouse = Folder(folder, None if kind == "clear" else KEY)
    seconds = in_pandas(warehouse) if kind == "pandas" else in_duckdb(warehouse)
    aimed = "the baseline" if kind == "pandas" else f"aimed at {AIMED_SECONDS} s, {AIMED_GB} GB"
    print(  # noqa: T201
        f"{kind:>10}: 12 expectations in {seconds:.1f} s, peak {peak_gb():.2f} GB ({aimed})"
    )


def main() -> None:
    arguments = sys.argv[1:]
    if arguments and arguments[0] == "measure":
        measure(Path(arguments[1]), arguments[2])
        return
    rows = int(arguments.pop(0)) if arguments and arguments[0].isdigit() else ROWS
    kinds = arguments or ["clear", "encrypted", "pandas"]
    with tempfile.TemporaryDirectory() as name:
        for kind in kinds:
            warehouse = Folder(Path(name), None if kind == "clear" else KEY)
            if not warehouse.file.is_file():
                warehouse.write(rows)
            command = [sys.executable, "-m", __spec__.name, "measure", name, kind]
            subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
