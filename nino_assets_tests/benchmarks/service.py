"""The service at full size: how fast a small and the largest table come, beside DuckDB.

Run by hand, on a quiet machine: `python -m nino_assets_tests.benchmarks.service`. A lattice of 76
quarters with made-up figures is released; the service runs over it with two workers, in processes
of its own. DuckDB answers the same question from the same cells in Parquet, in this process, with
every core, and without HTTP or JSON. Each line has the figure aimed at.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from nino_assets.publishing.tabulations.lattice_index import TABULATIONS
from nino_assets.statistic.quarters import SERIES_START
from nino_assets.store.folders import Folders
from nino_assets_tests.support import small_lattice as small
from nino_assets_tests.support.api_client import BASE, NATIONALITY, QUARTER, name_set, name_value
from nino_assets_tests.support.lattice_files import release_files, write_files
from nino_assets_tests.support.served import ask_server, run_server
from nino_assets_tests.support.small_lattice import ALL, UK, build_level

WORKERS = 2
QUARTERS = [f"quarter:{each}" for each in SERIES_START.list_until(small.LAST)]
YEARS = [f"year_ending:{each}" for each in (SERIES_START + 3).list_until(small.LAST)]
CALENDAR_YEARS = [each for each in YEARS if each.endswith("Q4")]
REGIONS = [f"E1200{n:04d}" for n in range(1, 13)]
AUTHORITIES = [f"E0600{n:04d}" for n in range(1, 375)]
MIDDLE_LAYERS = [f"E0200{n:04d}" for n in range(1, 8481)]
WORLD_AREAS = [f"world-{n}" for n in range(5)]
SUB_GROUPS = [f"group-{n}" for n in range(15)]
NATIONALITIES = [f"N{n:02d}" for n in range(235)]
BANDS = {"age": 11, "sex": 3, "lag": 8}


def list_fields() -> list[dict]:
    """Fields of full size, with made-up names."""
    return [
        {
            "field": "period",
            "levels": [
                build_level("quarter", [(each, each, None) for each in QUARTERS]),
                build_level("year_ending", [(each, each, None) for each in YEARS]),
            ],
        },
        {
            "field": "area",
            "levels": [
                build_level("uk", [(UK, "United Kingdom", None)]),
                build_level("country", [("country:E92000001", "England", UK)]),
                build_level("region", [(f"region:{c}", c, "country:E92000001") for c in REGIONS]),
                build_level(
                    "local_authority",
                    [
                        (f"local_authority:{c}", c, f"region:{REGIONS[n % 12]}")
                        for n, c in enumerate(AUTHORITIES)
                    ],
                ),
                build_level("overseas", [("overseas:OVERSEAS", "Overseas", UK)]),
                build_level(
                    "middle_layer",
                    [
                        (f"middle_layer:{c}", c, f"local_authority:{AUTHORITIES[n % 374]}")
                        for n, c in enumerate(MIDDLE_LAYERS)
                    ],
                ),
            ],
        },
        {
            "field": "nationality",
            "levels": [
                build_level("total", [(ALL, "All", None)]),
                build_level("world_area", [(f"world_area:{c}", c, ALL) for c in WORLD_AREAS]),
                build_level(
                    "sub_group",
                    [
                        (f"sub_group:{c}", c, f"world_area:{WORLD_AREAS[n % 5]}")
                        for n, c in enumerate(SUB_GROUPS)
                    ],
                ),
                build_level(
                    "nationality",
                    [
                        (f"nationality:{c}", c, f"sub_group:{SUB_GROUPS[n % 15]}")
                        for n, c in enumerate(NATIONALITIES)
                    ],
                ),
            ],
        },
        *(
            {
                "field": field,
                "levels": [
                    build_level("total", [(ALL, "All", None)]),
                    build_level("band", [(f"band:{n}", str(n), ALL) for n in range(size)]),
                ],
            }
            for field, size in BANDS.items()
        ),
    ]


def list_cuboids(fields: list[dict]) -> dict[str, dict[str, list[str]]]:
    """The declared cuboids over these fields: the axes of the small ones, with every member."""
    levels = {
        (f["field"], level["level"]): [m["id"] for m in level["members"]]
        for f in fields
        for level in f["levels"]
    }
    periods = {
        len(small.CALENDAR_YEARS): CALENDAR_YEARS,
        len(small.YEARS): YEARS,
        len(small.QUARTERS) + len(small.YEARS): [*QUARTERS, *YEARS],
    }
    found: dict[str, dict[str, list[str]]] = {}
    for name, axes in small.CUBOIDS.items():
        found[name] = {"period": periods[len(axes["period"])]}
        for field, members in axes.items():
            if field != "period":
                kinds = dict.fromkeys(member.partition(":")[0] for member in members)
                found[name][field] = [m for kind in kinds for m in levels[field, kind]]
    return found


def release_full_size(folders: Folders) -> dict[str, dict[str, list[str]]]:
    """Release a lattice of full size with random figures."""
    fields = list_fields()
    cuboids = list_cuboids(fields)
    rng = np.random.default_rng(11)
    cells = {}
    for name, axes in cuboids.items():
        figures = rng.geometric(0.02, [len(each) for each in axes.values()]).astype(np.int32)
        figures[figures < 5] = 0
        cells[name] = figures
    write_files(folders.find_publication(small.LAST), fields, cuboids, cells)
    release_files(folders, 1, small.LAST)
    return cuboids


def write_parquet(path: Path, array: Path, axes: dict[str, list[str]]) -> None:
    """Write the cells of a cuboid as the asset does: one row a cell, sorted."""
    cells = np.load(array)
    columns = {}
    for number, (field, members) in enumerate(axes.items()):
        shape = [1] * cells.ndim
        shape[number] = len(members)
        codes = np.broadcast_to(np.arange(len(members), dtype=np.int32).reshape(shape), cells.shape)
        columns[field] = pa.DictionaryArray.from_arrays(codes.ravel(), pa.array(members))
    pq.write_table(pa.table({**columns, "registrations": cells.ravel()}), path, compression="zstd")


def build_query(dimensions: list[str], maps: dict[str, list[list[str]]]) -> bytes:
    recodes = {field: {"map": each} for field, each in maps.items()}
    return json.dumps(
        {"database": "str:database:Ninos", "dimensions": dimensions, "recodes": recodes}
    ).encode()


SMALL = build_query([QUARTER, name_set("sub_group")], {})
SMALL_SQL = """
SELECT registrations FROM '{folder}/area_sub_group.parquet'
WHERE area = 'uk:K02000001' AND starts_with(period, 'quarter:')
    AND starts_with(nationality, 'sub_group:')
"""
PERIODS = QUARTERS[-11:]
LARGEST = build_query(
    [QUARTER, name_set("local_authority"), NATIONALITY],
    {
        QUARTER: [[name_value("quarter", f"{p[8:12]}{int(p[-1]) * 3:02d}")] for p in PERIODS],
        NATIONALITY: [[name_value("nationality", code)] for code in NATIONALITIES],
    },
)
LARGEST_SQL = f"""
SELECT registrations FROM '{{folder}}/area_nationality.parquet'
WHERE period IN ({", ".join(repr(p) for p in PERIODS)})
    AND (starts_with(area, 'local_authority:') OR area = 'overseas:OVERSEAS')
    AND starts_with(nationality, 'nationality:')
"""


def measure(ask: Callable[[], object], clients: int, each: int) -> tuple[float, float]:
    """The median of seconds an answer, and answers a second."""
    seconds: list[float] = []

    def ask_again() -> None:
        for _ in range(each):
            begun = time.perf_counter()
            ask()
            seconds.append(time.perf_counter() - begun)

    askers = [threading.Thread(target=ask_again) for _ in range(clients)]
    begun = time.perf_counter()
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    return statistics.median(seconds), clients * each / (time.perf_counter() - begun)


def ask_service(port: int, body: bytes) -> None:
    """Ask for a table as a client does, compressed."""
    status, _, _ = ask_server(port, "POST", f"{BASE}/table", body, {"Accept-Encoding": "gzip"})
    assert status == 200


def ask_duckdb(con: duckdb.DuckDBPyConnection, query: str) -> None:
    con.cursor().sql(query).fetchnumpy()


def read_worker_memory(port: int) -> list[tuple[int, int]]:
    """Megabytes resident, and of these not shared, of each process of the service."""
    listed = subprocess.run(
        ["ps", "-eo", "pid,args"], capture_output=True, text=True, check=True
    ).stdout
    own = [int(line.split()[0]) for line in listed.splitlines() if f"port={port}," in line]
    children = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", ",".join(map(str, own))],
        capture_output=True,
        text=True,
        check=False,
    ).stdout.split()
    found = []
    for process in children:
        text = Path(f"/proc/{process}/status").read_text()
        sizes = dict(line.split(":", 1) for line in text.splitlines() if line.startswith("Rss"))
        shared = int(sizes["RssFile"].split()[0]) + int(sizes["RssShmem"].split()[0])
        own_part = int(sizes["RssAnon"].split()[0])
        found.append(((shared + own_part) // 1024, own_part // 1024))
    return found


def show(line: str) -> None:
    print(line, flush=True)  # noqa: T201


def main() -> None:
    """Every measurement, one after the other."""
    with tempfile.TemporaryDirectory() as name:
        folders = Folders(Path(name) / "data")
        cuboids = release_full_size(folders)
        arrays = folders.find_publication(small.LAST) / TABULATIONS
        for cuboid in ("area_sub_group", "area_nationality"):
            write_parquet(
                Path(name) / f"{cuboid}.parquet", arrays / f"{cuboid}.npy", cuboids[cuboid]
            )
        cells = sum(int(np.prod([len(m) for m in axes.values()])) for axes in cuboids.values())
        show(f"{cells / 1e6:.0f} million cells in {len(cuboids)} cuboids")
        con = duckdb.connect()
        con.sql("SET enable_progress_bar = false")
        begun = time.perf_counter()
        settings = {"NINO_SERVE_HOURLY_WITHOUT_KEY": "1000000"}
        with run_server(folders, workers=1, settings=settings):
            show(f"start with one worker: {time.perf_counter() - begun:.2f} s (aimed at: under 2)")
        with run_server(folders, workers=WORKERS, settings=settings) as port:
            for what, body, sql, each, aim in (
                ("small", SMALL, SMALL_SQL, 400, "under 50 ms; 300 a second"),
                ("largest", LARGEST, LARGEST_SQL, 16, "under 1,000 ms"),
            ):
                ask = partial(ask_service, port, body)
                query = sql.format(folder=name)
                measure(ask, 4, 2)
                for clients in (1, 16):
                    rounds = max(3, each // clients)
                    median, rate = measure(ask, clients, rounds)
                    other, _ = measure(partial(ask_duckdb, con, query), clients, 3)
                    show(
                        f"{what} table, {clients} clients: p50 {median * 1000:.1f} ms, "
                        f"{rate:.0f} a second (aimed at: {aim}); DuckDB {other * 1000:.1f} ms, "
                        f"{other / median:.1f} times as long"
                    )
            show(f"memory of workers, all and own: {read_worker_memory(port)} MB (aimed at: 400)")


if __name__ == "__main__":
    main()
