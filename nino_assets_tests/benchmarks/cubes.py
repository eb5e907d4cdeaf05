"""Published cells from keyed counts: one new quarter, a whole register, a dense cube.

Run by hand, on a quiet machine: `python -m nino_assets_tests.benchmarks.cubes`. Each is measured in
a process of its own: seconds from keyed counts in Parquet to every cell listed and written, and
peak memory, beside the figure aimed at where there is one. Cells come from `stream_release`, as in
the line.
"""

from __future__ import annotations

import multiprocessing
import resource
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import duckdb
import numpy as np
import polars as pl
import pyarrow.parquet as pq

from nino_assets.methods.disclosure import perturbed_cells
from nino_assets.methods.disclosure.listed_cells import CELL_SCHEMA
from nino_assets.methods.disclosure.perturbation_table.design import make_perturbation_table
from nino_assets.methods.disclosure.perturbation_table.validation import (
    PerturbationTable,
    check_perturbation_table,
)
from nino_assets.statistic import reference_lists
from nino_assets.statistic import vocabulary as v
from nino_assets.statistic.published_domain import (
    CUBES,
    Cube,
    list_area_members,
    list_nationality_members,
)
from nino_assets.statistic.quarters import SERIES_START, Quarter

DENSE = Cube(
    "dense",
    "Quarter by area and nationality",
    "quarter",
    by_area=True,
    nationality_depth="nationality",
)
"""More cells than people: every area by every nationality, as Stat-Xplore's largest cube."""


def write_keyed(path: Path, quarters: list[Quarter], registrations: int) -> None:
    """Keyed counts of synthetic registrations, one row each."""
    rng = np.random.default_rng(6)

    def draw(labels: pl.Series) -> pl.Series:
        spread = rng.exponential(len(labels) / 4, registrations).astype(int) % len(labels)
        return labels.gather(spread)

    pl.DataFrame(
        {
            "time_period": draw(pl.Series([quarter.label for quarter in quarters])),
            "local_authority": draw(directory()["local_authority"]),
            "nationality": draw(reference_lists.read_nationalities()["nationality"]),
            "age_band": draw(pl.Series(v.AGE_BANDS)),
            "sex": draw(pl.Series(v.SEXES)),
            "arrival_lag": draw(pl.Series(v.ARRIVAL_LAGS)),
            "registrations": np.ones(registrations, dtype=np.int64),
            "key_sum": rng.integers(0, 256, registrations),
        }
    ).write_parquet(path)


def directory() -> pl.DataFrame:
    """374 local authorities."""
    areas = reference_lists.read_areas().filter(geography_level="local_authority")[:374]
    return areas.select(local_authority="area_code", region="region_code", country="country_code")


def checked(
    keyed: Path, quarters: list[Quarter], table: PerturbationTable
) -> perturbed_cells.CheckedCounts:
    """The counts, checked."""
    con = duckdb.connect()
    con.sql("SET enable_progress_bar = false")
    return perturbed_cells.check_keyed_counts(
        con,
        f"'{keyed}'",
        nationality_members=list_nationality_members(reference_lists.read_nationalities()),
        area_members=list_area_members(reference_lists.read_areas(), directory()),
        table=table,
        quarters=quarters,
    )


def list_cells(
    name: str, listed: Sequence[Cube], quarters: int, publish: int, registrations: int, aim: str
) -> None:
    """Stream the cells of the last `publish` quarters to Parquet, and print what it took."""
    held = SERIES_START.list_until(SERIES_START + (quarters - 1))
    with tempfile.TemporaryDirectory() as folder:
        keyed, path = Path(folder) / "keyed.parquet", Path(folder) / "cells.parquet"
        making = multiprocessing.get_context("spawn").Process(
            target=write_keyed, args=(keyed, held, registrations)
        )
        making.start()
        making.join()
        table = check_perturbation_table(make_perturbation_table(b"benchmark key   " * 2))
        start, busy = time.perf_counter(), time.process_time()
        counts = checked(keyed, held, table)
        with pq.ParquetWriter(path, CELL_SCHEMA, compression="zstd") as writer:
            for _, batches in perturbed_cells.stream_release(
                counts, listed, held[-publish:], held[0]
            ):
                for batch in batches:
                    writer.write_batch(batch)
        seconds, processor = time.perf_counter() - start, time.process_time() - busy
        cells = pq.ParquetFile(path).metadata.num_rows
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(  # noqa: T201
        f"{name}: {cells:,} cells from {registrations:,} rows in {seconds:.1f} s "
        f"({processor:.1f} s of processor), {peak:,.0f} MB{aim}"
    )


MEASUREMENTS = (
    ("one new quarter, the published domain", CUBES, 4, 1, 600_000, " (aimed at: under 3 s)"),
    ("a register of 76 quarters, the published domain", CUBES, 76, 76, 11_400_000, ""),
    ("a dense cube of 64 quarters", (DENSE,), 64, 64, 1_000_000, " (aimed at: under 2,000 MB)"),
)


def main() -> None:
    """Every measurement, one process after the other. A p-table is drawn in each (1 s)."""
    for measurement in MEASUREMENTS:
        process = multiprocessing.get_context("spawn").Process(target=list_cells, args=measurement)
        process.start()
        process.join()


if __name__ == "__main__":
    main()
