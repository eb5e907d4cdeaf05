"""Every cell of every cuboid from made-up keyed counts: a whole register, and its next quarter.

    python -m nino_assets_tests.benchmarks.tabulations [ROWS]

ROWS rows of keyed counts (default 17 million), a registration each, are spread over 76 quarters,
374 local authorities with 20 middle-layer areas each, and all nationalities. Each measurement is a
process of its own: seconds of processor and clock, peak memory, and the ratio to the baseline,
which is one bare GROUP BY of DuckDB over the same rows by quarter, area and nationality. Cells come
from `compute_cuboid_cells` in blocks of quarters and are written by `write_cuboid`, as the asset
does it; only reading and deciphering the kept counts are left out.
"""

from __future__ import annotations

import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import duckdb
import numpy as np
import polars as pl

from nino_assets.methods.disclosure.cuboid_cells import (
    compute_cuboid_cells,
    list_cuboid_periods,
    name_period_type,
)
from nino_assets.methods.disclosure.dimensions import build_cuboid_dimensions
from nino_assets.methods.disclosure.perturbation_table.design import make_perturbation_table
from nino_assets.methods.disclosure.perturbation_table.validation import check_perturbation_table
from nino_assets.methods.disclosure.perturbed_cells import check_keyed_counts
from nino_assets.publishing.tabulations.cuboid_files import PeriodCells, write_cuboid
from nino_assets.statistic import reference_lists
from nino_assets.statistic import vocabulary as v
from nino_assets.statistic.cuboids import CUBOIDS
from nino_assets.statistic.middle_layer import join_middle_layer_sql, list_middle_layer_members
from nino_assets.statistic.published_domain import list_area_members, list_nationality_members
from nino_assets.statistic.quarters import SERIES_START, Quarter
from nino_assets_tests.benchmarks.cubes import directory

ROWS = 17_000_000
SERIES = SERIES_START.list_until(SERIES_START + 75)
BLOCK = 20
"""Quarters computed together, as in the asset."""
AREAS_EACH = 20
BASELINE = "bare GROUP BY"


def write_keyed(path: Path, rows: int) -> None:
    """Make the counts, sorted by quarter, a million rows at a time."""
    lists = {
        "quarters": [each.label for each in SERIES],
        "authorities": directory()["local_authority"].to_list(),
        "nationalities": reference_lists.read_nationalities()["nationality"].to_list(),
        "ages": v.AGE_BANDS,
        "sexes": v.SEXES,
        "lags": v.ARRIVAL_LAGS,
    }
    draw = "{0}[1 + (len({0}) * random() * random())::INT % len({0})]"
    with duckdb.connect() as con:
        con.execute("SET enable_progress_bar = false; SELECT setseed(0.5); SET threads = 1")
        listed = ", ".join(f"${name}::VARCHAR[] AS {name}" for name in lists)
        joined = join_middle_layer_sql("local_authority", "msoa")
        con.execute(
            f"""COPY (
                SELECT * EXCLUDE (n, msoa), {joined} AS middle_layer FROM (
                    SELECT n, quarters[1 + (n * len(quarters)) // {rows}] AS time_period,
                        {draw.format("authorities")} AS local_authority,
                        {draw.format("nationalities")} AS nationality,
                        {draw.format("ages")} AS age_band, {draw.format("sexes")} AS sex,
                        {draw.format("lags")} AS arrival_lag,
                        'E02' || lpad(((random() * {AREAS_EACH})::INT % {AREAS_EACH})::VARCHAR,
                            6, '0') AS msoa,
                        1::BIGINT AS registrations, (random() * 255)::BIGINT AS key_sum
                    FROM range({rows}) AS counted(n), (SELECT {listed})
                )
            ) TO '{path}' (FORMAT parquet)""",
            lists,
        )


def group_by(keyed: Path, folder: Path) -> None:
    """The baseline: finest counts by quarter, area and nationality."""
    with duckdb.connect() as con:
        con.execute("SET enable_progress_bar = false")
        con.sql(
            "SELECT time_period, local_authority, nationality, sum(registrations), sum(key_sum) "
            f"FROM '{keyed}' GROUP BY ALL"
        ).to_arrow_table()


def tabulate(keyed: Path, folder: Path, publish: Sequence[Quarter] = SERIES) -> None:
    """All cells of the quarters, in blocks, and the files of all cuboids."""
    groups = reference_lists.read_nationalities()
    nationality, local = list_nationality_members(groups), directory()
    area = list_area_members(reference_lists.read_areas(), local)
    placed = pl.DataFrame(
        [
            (authority, f"E02{n:06d}")
            for authority in local["local_authority"]
            for n in range(AREAS_EACH)
        ],
        schema=["local_authority", "msoa"],
        orient="row",
    ).with_columns(middle_layer=pl.format("{}/{}", "local_authority", "msoa"))
    middle_layer = list_middle_layer_members(area, placed)
    table = check_perturbation_table(make_perturbation_table(b"benchmark key   " * 2))
    held: dict[tuple[str, str], list[PeriodCells]] = {}
    for start in range(0, len(publish), BLOCK):
        block = publish[start : start + BLOCK]
        needed = [each for each in SERIES if block[0] - 3 <= each <= block[-1]]
        first, last = needed[0].label, needed[-1].label
        with duckdb.connect() as con:
            con.execute("SET enable_progress_bar = false")
            con.execute(
                f"CREATE VIEW keyed AS SELECT * FROM '{keyed}' "
                f"WHERE time_period BETWEEN '{first}' AND '{last}'"
            )
            counts = check_keyed_counts(
                con,
                "keyed",
                nationality_members=nationality,
                area_members=area,
                table=table,
                quarters=needed,
                middle_layer_members=middle_layer,
            )
            for cuboid in CUBOIDS:
                for kind in cuboid.periods:
                    periods = list_cuboid_periods(kind, block, SERIES[0])
                    if periods.height:
                        cells = compute_cuboid_cells(counts, cuboid, kind, periods)
                        period_type = name_period_type(kind)
                        held.setdefault((cuboid.name, period_type), []).extend(
                            PeriodCells(period_type, label, np.array(row))
                            for label, row in zip(cells.periods, cells.published, strict=True)
                        )
    none = list_cuboid_periods("quarter", [], SERIES[0])
    for cuboid in CUBOIDS:
        members = middle_layer if cuboid.area_level == "middle_layer" else area
        dimensions = build_cuboid_dimensions(cuboid, none, members, nationality)[1:]
        types = [name_period_type(kind) for kind in cuboid.periods]
        its_periods = [each for kind in types for each in held.get((cuboid.name, kind), ())]
        write_cuboid(cuboid, dimensions, its_periods, folder)


def tabulate_next(keyed: Path, folder: Path) -> None:
    """As `tabulate`, of the last quarter alone."""
    tabulate(keyed, folder, SERIES[-1:])


MEASUREMENTS: dict[str, tuple[Callable[[Path, Path], None], str]] = {
    BASELINE: (group_by, ""),
    "the whole register": (tabulate, "under 180 s and 4,096 MB"),
    "the next quarter": (tabulate_next, "under 15 s"),
}


def measure(
    name: str, keyed: Path, results: multiprocessing.Queue[tuple[float, float, float]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        start, busy = time.perf_counter(), time.process_time()
        MEASUREMENTS[name][0](keyed, Path(folder))
        seconds, processor = time.perf_counter() - start, time.process_time() - busy
    results.put((processor, seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))


def main() -> None:
    """Every measurement, one process after the other."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    spawn = multiprocessing.get_context("spawn")
    base = 0.0
    with tempfile.TemporaryDirectory() as folder:
        keyed = Path(folder) / "keyed.parquet"
        making = spawn.Process(target=write_keyed, args=(keyed, rows))
        making.start()
        making.join()
        for name, (_, aim) in MEASUREMENTS.items():
            results = spawn.Queue()
            process = spawn.Process(target=measure, args=(name, keyed, results))
            process.start()
            process.join()
            if process.exitcode:
                raise SystemExit(f"{name} ended with {process.exitcode}")
            processor, seconds, peak = results.get()
            base = base or processor
            print(  # noqa: T201
                f"{name}, {rows:,} rows: {processor:.1f} s of processor ({processor / base:.1f} "
                f"times the {BASELINE}), {seconds:.1f} s, {peak:,.0f} MB"
                + (f" (aimed at: {aim})" if aim else "")
            )


if __name__ == "__main__":
    main()
