"""The record stages of a whole history, without Dagster: processor seconds of each.

Variants run in turn, each in a process of its own, so that what else the machine does falls on all
alike. Processor seconds can be compared on a machine that others use too; clock seconds stand
beside them for what runs at the same time.
"""

from __future__ import annotations

import multiprocessing
import os
import shutil
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
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
from nino_assets.methods.records.pseudonyms import pseudonymise
from nino_assets.orchestration.assets.catalogue import open_warehouse
from nino_assets.orchestration.assets.records import HASHED_ROWS
from nino_assets.statistic.quarters import Quarter
from nino_assets.statistic.reference_lists import read_nationalities, read_nationality_aliases
from nino_assets.store import keys
from nino_assets.store.delivery import Delivery
from nino_assets.store.folders import Folders
from nino_assets.store.warehouse import Warehouse
from nino_assets.synthetic.synthesis import synthesise

LAST = Quarter(2018, 1)
KEYS = 256
Pseudonymise = Callable[[duckdb.DuckDBPyConnection, str, keys.SecretKeys], pa.RecordBatchReader]


@dataclass(frozen=True)
class Stages:
    """Processor seconds of each stage, and clock seconds of all."""

    processor: dict[str, float]
    clock: float


def pseudonymise_as_built(
    con: duckdb.DuckDBPyConnection, geocoded: str, secret: keys.SecretKeys
) -> pa.RecordBatchReader:
    return pseudonymise(
        con,
        geocoded,
        pseudonym_key=secret.pseudonym,
        record_key=secret.record,
        keys=KEYS,
        batch_rows=HASHED_ROWS,
    )


def run_stages(
    landing: Path, data: Path, hash_persons: Pseudonymise = pseudonymise_as_built
) -> Stages:
    """Run the record stages on the register in `landing`."""
    data.mkdir(parents=True)
    (data / "landing").symlink_to(landing)
    warehouse = open_warehouse(Folders(data))
    delivery = read_manifest(warehouse.folders, LAST, today=date.today())
    processor: dict[str, float] = {}
    clock, busy = time.perf_counter(), time.process_time()

    def lap(name: str) -> None:
        nonlocal busy
        processor[name] = time.process_time() - busy
        busy = time.process_time()

    ingest_delivery(warehouse, delivery, delivery.quarters)
    lap("raw_scan")
    clean(warehouse, delivery)
    lap("cleaning")
    secret = keys.find_secret_keys(warehouse.folders, synthetic=True)
    with warehouse.open_session() as con:
        before = time.perf_counter()
        create_directory(con, warehouse.folders)
        # The directory is an asset of its own.
        clock, busy = clock + time.perf_counter() - before, time.process_time()
        con.register("cleaned", warehouse.records.read("cleaned_records", delivery))
        reader = hash_persons(con, f"({geocode_sql('cleaned', 'directory')})", secret)
        warehouse.records.write("geocoded_records", delivery, reader.schema, reader)
    lap("geocoded_records")
    return Stages(processor, time.perf_counter() - clock)


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


def compare(variants: Mapping[str, Callable[[Path, Path], Stages]], baseline: str) -> None:
    """Run `FOLDER [SCALE] [RUNS]` of the command line for each variant, and print the ratios."""
    os.environ["ARROW_DEFAULT_MEMORY_POOL"] = "jemalloc"  # as `nino-assets` sets it
    folder = Path(sys.argv[1]).absolute()
    scale, runs = (float(sys.argv[2]), int(sys.argv[3])) if len(sys.argv) > 3 else (1.0, 2)
    landing, data = folder / f"landing-{scale:g}", folder / "data"
    if not (landing / LAST.label / "manifest.json").exists():
        synthesise(LAST, scale=scale, seed=1, extract="register", out=landing)
    found: dict[str, list[Stages]] = {name: [] for name in variants}
    for _ in range(runs):
        for name, variant in variants.items():
            shutil.rmtree(data, ignore_errors=True)
            with multiprocessing.get_context("spawn").Pool(1) as process:
                found[name].append(process.apply(variant, (landing, data)))
            last = found[name][-1]
            laps = ", ".join(f"{stage} {busy:.1f}" for stage, busy in last.processor.items())
            say(f"{name:20} {laps}; clock {last.clock:.1f}")
    shutil.rmtree(data)
    means = {
        name: (
            sum(sum(each.processor.values()) for each in runs_of) / runs,
            sum(each.clock for each in runs_of) / runs,
        )
        for name, runs_of in found.items()
    }
    say(f"{'':20}{'processor':>10}{'ratio':>7}{'clock':>9}{'ratio':>7}   to '{baseline}'")
    for name, (busy, clock) in means.items():
        ratios = busy / means[baseline][0], clock / means[baseline][1]
        say(f"{name:20}{busy:10.1f}{ratios[0]:7.2f}{clock:9.1f}{ratios[1]:7.2f}")


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
