"""What the hashing of pseudonyms costs in the records of a whole history, by way of hashing.

    python -m nino_assets_tests.benchmarks.hashing FOLDER [SCALE] [RUNS]

Reads, cleans, geocodes and pseudonymises a register of 2002-Q1 to 2018-Q1 (10.4 million delivered
rows at scale 1, the default) and stores every record asset. Each way runs RUNS times (default 2) in
a process of its own, in turn with the others, and is compared with the baseline, DuckDB's SQL.
Seconds are those of the processor, which can be compared on a machine that others use too. The
delivery is made in FOLDER where it is not there yet, and kept.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa

from nino_assets.deliveries.intake import ingest_delivery
from nino_assets.deliveries.manifest import read_manifest
from nino_assets.deliveries.postcode_files import find_directory_files, stream_directory_file
from nino_assets.methods.records.cleaning import clean_scan
from nino_assets.methods.records.geocoding import geocode_sql
from nino_assets.methods.records.postcode_directory import build_directory_sql
from nino_assets.methods.records.pseudonyms import PSEUDONYMISED_COLUMNS, pseudonymise
from nino_assets.orchestration.assets.catalogue import open_warehouse
from nino_assets.orchestration.assets.records import HASHED_ROWS
from nino_assets.statistic.quarters import Quarter
from nino_assets.statistic.reference_lists import read_nationalities, read_nationality_aliases
from nino_assets.store import keys
from nino_assets.store.delivery import Delivery
from nino_assets.store.folders import Folders
from nino_assets.store.streams import prefetch
from nino_assets.store.warehouse import Warehouse
from nino_assets.synthetic.delivery import synthesise

LAST = Quarter(2018, 1)
BASELINE = "DuckDB SQL"
OTHERS = """date_trunc('month', date_of_registration)::DATE AS registration_month,
    age, sex, nationality, arrival_lag_days, output_area, geocode_status, quarter"""
KEYS = 256
Stages = dict[str, float]


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


def hash_as_built(
    con: duckdb.DuckDBPyConnection, geocoded: str, secret: keys.SecretKeys
) -> pa.RecordBatchReader:
    """The way in use."""
    return pseudonymise(
        con,
        geocoded,
        pseudonym_key=secret.pseudonym,
        record_key=secret.record,
        keys=KEYS,
        batch_rows=HASHED_ROWS,
    )


WAYS: dict[
    str, Callable[[duckdb.DuckDBPyConnection, str, keys.SecretKeys], pa.RecordBatchReader]
] = {BASELINE: hash_in_sql, "as built": hash_as_built, "hashlib": hash_in_python}


def run(way: str, landing: Path, data: Path) -> Stages:
    """Processor seconds of each record stage."""
    data.mkdir(parents=True)
    (data / "landing").symlink_to(landing)
    warehouse = open_warehouse(Folders(data))
    delivery = read_manifest(warehouse.folders, LAST, today=date.today())
    stages: Stages = {}
    busy = time.process_time()

    def lap(name: str) -> None:
        nonlocal busy
        stages[name] = time.process_time() - busy
        busy = time.process_time()

    ingest_delivery(warehouse, delivery, delivery.quarters)
    lap("raw_scan")
    clean(warehouse, delivery)
    lap("cleaning")
    secret = keys.find_secret_keys(warehouse.folders, synthetic=True)
    with warehouse.open_session() as con:
        create_directory(con, warehouse.folders)
        lap("directory")
        con.register("cleaned", warehouse.records.read("cleaned_records", delivery))
        reader = WAYS[way](con, f"({geocode_sql('cleaned', 'directory')})", secret)
        warehouse.records.write("geocoded_records", delivery, reader.schema, reader)
    lap("geocoded_records")
    del stages["directory"]  # an asset of its own, the same in every way
    return stages


def clean(warehouse: Warehouse, delivery: Delivery) -> None:
    with warehouse.open_session() as con:
        streams = clean_scan(
            con,
            warehouse.records.read("raw_scan", delivery),
            delivered=delivery.quarter,
            register=delivery.is_register,
            synthetic=True,
            nationalities=read_nationalities(),
            aliases=read_nationality_aliases(),
        )
        for asset, reader in zip(("cleaned_records", "rejected_records"), streams, strict=True):
            warehouse.records.write(asset, delivery, reader.schema, reader)


def create_directory(con: duckdb.DuckDBPyConnection, folders: Folders) -> None:
    batches = [b for file in find_directory_files(folders) for b in stream_directory_file(file)]
    con.register("delivered", pa.Table.from_batches(batches))
    con.execute(f"CREATE TEMP TABLE directory AS {build_directory_sql('delivered')}")


def main() -> None:
    folder = Path(sys.argv[1]).absolute()
    scale, runs = (float(sys.argv[2]), int(sys.argv[3])) if len(sys.argv) > 3 else (1.0, 2)
    landing, data = folder / f"landing-{scale:g}", folder / "data"
    if not (landing / LAST.label / "manifest.json").exists():
        synthesise(LAST, scale=scale, seed=1, extract="register", out=landing)
    found: dict[str, list[Stages]] = {way: [] for way in WAYS}
    for _ in range(runs):
        for way in WAYS:
            shutil.rmtree(data, ignore_errors=True)
            with multiprocessing.get_context("spawn").Pool(1) as process:
                found[way].append(process.apply(run, (way, landing, data)))
            told = ", ".join(f"{name} {busy:.1f}" for name, busy in found[way][-1].items())
            sys.stdout.write(f"{way}: {told}\n")
            sys.stdout.flush()
    shutil.rmtree(data)
    means = {way: sum(sum(each.values()) for each in laps) / runs for way, laps in found.items()}
    for way, mean in means.items():
        sys.stdout.write(f"{way:12}{mean:8.1f} s, {mean / means[BASELINE]:.2f} of {BASELINE}\n")


if __name__ == "__main__":
    main()
