"""Takes in a damaged delivery up to the counts, and says how it ended.

What a damage leaves is recomputed from the damaged rows by the oracle, in plain Python. The
pipeline comes to the same counts, or says that something is wrong.
"""

from __future__ import annotations

import logging
import shutil
from collections import Counter
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from nino_assets.errors import NinoError
from nino_assets.methods.records.row_account import build_row_account
from nino_assets.orchestration.assets import cubes, records, reference
from nino_assets.orchestration.assets.catalogue import open_warehouse
from nino_assets.orchestration.assets.stage import StageRun
from nino_assets.quality.engine import run_suite
from nino_assets.quality.suites.all import find_suite
from nino_assets.releases.wanted_builds import find_obstacles
from nino_assets.statistic.scan_columns import SCAN_COLUMNS
from nino_assets.store.folders import Folders
from nino_assets.store.warehouse import Warehouse
from nino_assets_tests.support import directory, oracle, plain_geocoding
from nino_assets_tests.support.damages import columns, directories, manifests, scans
from nino_assets_tests.support.damages.case import Case, Planted
from nino_assets_tests.support.directory import Row
from nino_assets_tests.support.small_delivery import QUARTER, format_csv, put

GOOD = ("right", "told", "counted", "blocked", "refused")
"""`told`: a warning tells of what the damage changed. `counted`: the row account alone does."""
PARTS = (scans, columns, manifests, directories)
PLANT = {part.PART: part.plant for part in PARTS}
ALWAYS_READ = (reference.nationality_groups, reference.areas, reference.perturbation_table)
STAGES = (
    *(reference.postcode_directory, reference.output_area_lookup),
    *(records.raw_scan, records.cleaning, records.geocoded_records, cubes.keyed_counts),
)
CHECKED = (
    *("postcode_directory", "output_area_lookup", "raw_scan", "cleaned_records"),
    *("rejected_records", "geocoded_records", "keyed_counts"),
)
USUAL = {"postcode_directory.located_percent", "raw_scan.statement_missing"}
"""What warns of the undamaged delivery too."""
MANIFEST = {"quarter": QUARTER.label, "extract": "quarter", "synthetic": True}


def list_cases() -> Iterator[Case]:
    """Every damage to every part of a delivery."""
    for part in PARTS:
        yield from part.list_cases()


def make_base(data: Path) -> None:
    """A data folder with the lists and the p-table, which every case starts from."""
    folders = Folders(data)
    directory.write_directory(folders.postcode_landing)
    rows = scans.make_rows()
    put(folders, {"s.csv": format_csv(rows).encode()}, {"s.csv": len(rows)})
    for stage in ALWAYS_READ:
        _work(open_warehouse(folders), stage)
    shutil.rmtree(folders.find_delivery(QUARTER))


def judge(planted: Planted, folders: Folders) -> str:
    """How a planted delivery ended: one of `GOOD`, or what is wrong."""
    warehouse = open_warehouse(folders)
    refused = _take_in(warehouse)
    if refused is not None:
        return refused
    figures = _read_figures(warehouse)
    if planted.is_readable and figures == _recount_undamaged():
        return "right"
    results = [result for name in CHECKED for result in _run_suite(warehouse, name)]
    failed = {f"{each.asset}.{each.name}" for each in results if not each.passed}
    if any(each.severity == "block" and not each.passed for each in results):
        return "blocked"
    if not planted.is_readable:
        return "read, though it cannot be"
    if figures != recount(planted):
        return f"wrong figures: {_describe_difference(figures, recount(planted))}"
    return "told" if failed - USUAL else "counted"


def _take_in(warehouse: Warehouse) -> str | None:
    """Run the pre-flight and every stage; how that ended, None when all is taken in."""
    obstacles: list[NinoError] = []
    at = "pre-flight"
    try:
        obstacles = find_obstacles(warehouse, [QUARTER], today=date.today())
        for stage in () if obstacles else STAGES:
            at = stage.name
            _work(warehouse, stage)
    except NinoError as error:
        obstacles = [error]
    except Exception as error:
        return f"traceback in {at}: {type(error).__name__}: {error}"
    if not obstacles:
        return None
    if any(not each.next_step or not each.rule for each in obstacles):
        return f"no rule or next step: {obstacles[0]}"
    if any((warehouse.folders.restricted / "keyed_counts").glob("*")):
        return f"counted before a refusal of {at}"
    return "refused"


def _work(warehouse: Warehouse, stage: Any) -> None:
    context: Any = SimpleNamespace(
        log=logging.getLogger(__name__),
        run=SimpleNamespace(tags={"dagster/partition": QUARTER.key}),
    )
    stage.work(StageRun(context, warehouse, [QUARTER], {}, frozenset()))


def _run_suite(warehouse: Warehouse, asset: str) -> Iterator[Any]:
    suite = find_suite(asset)
    yield from run_suite(suite, warehouse, [QUARTER] if suite.partitioned else [])


Figures = tuple[dict[str, Any], Counter[tuple[str | None, ...]]]
"""The row account, and registrations by output area, authority and what else is counted."""


def _read_figures(warehouse: Warehouse) -> Figures:
    delivery = warehouse.serving.find_delivery(QUARTER)
    with warehouse.open_session() as con:
        names = ("raw_scan", "cleaned_records", "rejected_records", "geocoded_records")
        for name in names:
            con.register(name, warehouse.records.read(name, delivery))
        account = build_row_account(con, **{name.split("_")[0]: name for name in names})
        warehouse.tables.create_view(con, "counts", "keyed_counts", [QUARTER])
        warehouse.tables.create_view(con, "lookup", "output_area_lookup")
        cells = con.sql("""
            SELECT output_area, local_authority, region, country, nationality, age_band, sex,
                arrival_lag, sum(registrations)::INTEGER
            FROM counts LEFT JOIN lookup USING (output_area) GROUP BY ALL""").fetchall()
    return account, Counter({tuple(cell): number for *cell, number in cells})


def recount(planted: Planted) -> Figures:
    """The same figures from the rows that were planted, in plain Python."""
    postcodes = read_planted_directory(planted.directory)
    places = _find_places(planted.directory)
    accepted, rejected = oracle.clean(SCAN_COLUMNS, planted.rows, MANIFEST)
    cells: Counter[tuple[str | None, ...]] = Counter()
    by_area = {key: (c, area, area, ended) for key, (c, area, _, ended) in postcodes.items()}
    for row in accepted:
        _, area = plain_geocoding.geocode(row["postcode"], row["country_of_residence"], by_area)
        kept = (row["nationality_label"], row["age"], row["sex_label"], row["arrival_lag"])
        cells[(area, *places.get(area, (None, None, None)), *kept)] += 1
    return oracle.counts(accepted, rejected, postcodes), cells


@cache
def _recount_undamaged() -> Figures:
    return recount(Planted(scans.make_rows()))


def read_planted_directory(rows: list[Row]) -> plain_geocoding.Directory:
    """Postcode → country, output area (blank when it is none), authority, terminated."""
    return {
        row["pcds"].replace(" ", "").upper(): (
            row["ctry"],
            row["oa11"] if _is_output_area(row["oa11"]) else "",
            row["laua"],
            row["doterm"] != "",
        )
        for row in rows
    }


def _is_output_area(code: str) -> bool:
    return (
        len(code) == 9
        and code[0] in "EWSN"
        and code[1:3] == "00"
        and code[1:].isdecimal()
        and code.isascii()
        and code[1:] != "99999999"
    )


def _find_places(rows: list[Row]) -> dict[str, tuple[str, ...]]:
    """Output area → the authority, region and country of most of its postcodes, then the first."""
    held: dict[str, tuple[Counter[str], ...]] = {}
    for row in filter(lambda row: _is_output_area(row["oa11"]), rows):
        is_region = row["rgn"] and not row["rgn"].endswith("99999999")
        region = row["rgn"] if is_region else row["ctry"]
        counts = held.setdefault(row["oa11"], (Counter(), Counter(), Counter()))
        for count, code in zip(counts, (row["laua"], region, row["ctry"]), strict=True):
            count[code] += 1
    return {
        area: tuple(min(count, key=lambda code: (-count[code], code)) for count in counts)
        for area, counts in held.items()
    }


def _describe_difference(found: Figures, wanted: Figures) -> str:
    if found[0] != wanted[0]:
        return f"account {found[0]}, not {wanted[0]}"
    more, fewer = found[1] - wanted[1], wanted[1] - found[1]
    return f"{more.total()} registrations elsewhere: {list(more)[:1]}, not {list(fewer)[:1]}"


def judge_case(case: Case, base: Path, data: Path) -> str:
    """Plant a case in a fresh copy of the base and judge it."""
    shutil.rmtree(data, ignore_errors=True)
    shutil.copytree(base, data)
    folders = Folders(data)
    return judge(PLANT[case.part](case, folders), folders)
