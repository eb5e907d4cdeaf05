"""The asset `tabulations`: every cell of every cuboid, for readers' own tables."""

import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import polars as pl
import pyarrow as pa

from nino_assets.deliveries.perturbation_table_file import read_perturbation_table
from nino_assets.methods.disclosure.cuboid_cells import (
    TRUTH_SCHEMA,
    CuboidCells,
    compute_cuboid_cells,
    list_cuboid_periods,
    name_period_type,
)
from nino_assets.methods.disclosure.dimensions import Dimension, build_cuboid_dimensions
from nino_assets.methods.records.postcode_directory import list_local_authorities_sql
from nino_assets.orchestration.assets.cubes import keyed_counts, read_checked_counts
from nino_assets.orchestration.assets.publication import ITS_RECORDS, LISTED, list_published
from nino_assets.orchestration.assets.reference import (
    areas,
    nationality_groups,
    output_area_lookup,
    perturbation_table,
)
from nino_assets.orchestration.assets.stage import Metadata, StageRun, declare_asset
from nino_assets.orchestration.assets.upstream import Once, WholeSeries
from nino_assets.publishing.open_data.csvw_description import build_tabulations_csvw
from nino_assets.publishing.tabulations.cuboid_files import PeriodCells, write_cuboid
from nino_assets.publishing.tabulations.lattice_index import (
    DATABASE,
    DESCRIPTION_NAME,
    INDEX_NAME,
    TABULATIONS,
    Parents,
    build_axes,
    build_cuboid_entry,
    build_fields,
    make_period_id,
)
from nino_assets.releases.edition_history import read_edition_history
from nino_assets.releases.editions import read_edition
from nino_assets.statistic.cuboids import CUBOIDS, Cuboid
from nino_assets.statistic.middle_layer import list_middle_layer_members, list_middle_layer_sql
from nino_assets.statistic.published_domain import list_area_members, list_nationality_members
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.atomic import replace_files
from nino_assets.store.declarations import Access, Kept, Stored
from nino_assets.store.file_hashes import hash_file
from nino_assets.store.publication_manifest import compute_code_version

CELLS, TRUTH = "tabulated_cells", "tabulation_truth"
_CELLS_SCHEMA = pa.schema(
    [
        ("cuboid", pa.string()),
        ("time_period_type", pa.string()),
        ("registrations", pa.list_(pa.int32())),
    ]
)
_QUARTERS_AT_ONCE = 20
"""Quarters whose cells are computed together: few, for memory; several, since years overlap."""

_Series = Mapping[tuple[str, str], list[PeriodCells]]
"""The cells of each cuboid and type of period, in the order of the series."""


@declare_asset(
    group="publication",
    access=Access.TEAM_UNTIL_RELEASE,
    kept=Kept.AS_FILES,
    kinds={"parquet", "numpy"},
    reads=[
        *LISTED,
        WholeSeries(keyed_counts),
        Once(output_area_lookup),
        Once(nationality_groups),
        Once(areas),
        Once(perturbation_table),
    ],
    by_products=[
        Stored(name=CELLS, access=Access.TEAM_UNTIL_RELEASE, kept=Kept.BY_QUARTER),
        Stored(name=TRUTH, access=Access.RESTRICTED, kept=Kept.BY_QUARTER),
    ],
    gated_on=[each for each in ITS_RECORDS if each.name != keyed_counts.stored.name],
)
def tabulations(run: StageRun) -> Metadata:
    """Every cell of every cuboid, from which readers build their own tables.

    Each is perturbed itself. What a quarter adds is computed once, and again only after something
    that it is made from has changed.
    """
    edition = read_edition(run.warehouse, run.quarter)
    series: Sequence[Quarter] = run.reads["keyed_counts"] or ()
    domain = _Domain(run)
    computed = _compute_missing(run, domain, series)
    folder = run.warehouse.folders.find_publication(run.quarter) / TABULATIONS
    number = read_edition_history(run.warehouse.folders, run.quarter).number
    with replace_files(folder) as fresh:
        index = {
            "release": run.quarter.label,
            "edition": number,
            "database": DATABASE,
            **_write_lattice(domain, _read_cells(run, series), fresh),
        }
        described = build_tabulations_csvw(edition)
        for name, document in ((INDEX_NAME, index), (DESCRIPTION_NAME, described)):
            text = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
            (fresh / name).write_text(text, encoding="utf-8")
    return {**list_published(run, edition, folder), "quarters computed": computed}


class _Domain:
    """The members of every field, from the lists in use."""

    def __init__(self, run: StageRun) -> None:
        tables = run.warehouse.tables
        self.groups = tables.read_frame("nationality_groups")
        self.nationality = list_nationality_members(self.groups)
        with run.warehouse.open_session() as con:
            tables.create_view(con, "directory", "postcode_directory")
            tables.create_view(con, "located", "output_area_lookup")
            self.local_authorities = con.sql(list_local_authorities_sql("directory")).pl()
            self.placed = con.sql(list_middle_layer_sql("located")).pl()
            digest = "SELECT bit_xor(hash(located)), count(*) FROM located"
            self._located = str(con.sql(digest).fetchall())
        self.area = list_area_members(tables.read_frame("areas"), self.local_authorities)
        self.middle_layer = list_middle_layer_members(self.area, self.placed)

    def build_dimensions(self, cuboid: Cuboid) -> tuple[Dimension, ...]:
        """The cuboid's dimensions after the period."""
        area = self.middle_layer if cuboid.area_level == "middle_layer" else self.area
        none = list_cuboid_periods("quarter", [], Quarter(1, 1))
        return build_cuboid_dimensions(cuboid, none, area, self.nationality)[1:]

    def list_origins(self, run: StageRun, series: Sequence[Quarter]) -> dict[Quarter, str]:
        """What each quarter's cells are made from, as one sha256 a quarter."""
        paths = {each: run.warehouse.tables.find_path("keyed_counts", each) for each in series}
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            counts = dict(zip(series, pool.map(hash_file, paths.values()), strict=True))
        table = read_perturbation_table(run.warehouse).frame
        lists = [self.nationality, self.area, self.middle_layer, table]
        shared = [compute_code_version(), self._located, *(each.write_csv() for each in lists)]
        common = _hash_text(*shared)
        return {
            quarter: _hash_text(
                common, series[0].label, *(counts[q] for q in series[max(0, at - 3) : at + 1])
            )
            for at, quarter in enumerate(series)
        }


def _hash_text(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _compute_missing(run: StageRun, domain: _Domain, series: Sequence[Quarter]) -> int:
    """Compute what quarters lack. Returns the number of such quarters."""
    tables = run.warehouse.tables
    origins = domain.list_origins(run, series)
    missing = [
        quarter
        for quarter, origin in origins.items()
        if tables.read_origin(CELLS, quarter) != origin or not tables.is_stored(TRUTH, quarter)
    ]
    for block in _split_into_blocks(missing):
        needed = [each for each in series if block[0] - 3 <= each <= block[-1]]
        with run.warehouse.open_session() as con:
            counts = read_checked_counts(run, con, needed, middle_layer=True)
            found = [
                (
                    cuboid,
                    name_period_type(kind),
                    compute_cuboid_cells(counts, cuboid, kind, periods),
                )
                for cuboid in CUBOIDS
                for kind in cuboid.periods
                if (periods := list_cuboid_periods(kind, block, series[0])).height
            ]
        truth = pl.concat(
            [pl.DataFrame(schema=TRUTH_SCHEMA), *(cells.truth for *_, cells in found)]
        )
        for quarter in block:
            its_truth = truth.filter(pl.col("time_period") == quarter.label)
            tables.write(TRUTH, its_truth.to_arrow().to_reader(), quarter)
            rows = pa.RecordBatchReader.from_batches(_CELLS_SCHEMA, _select_rows(found, quarter))
            tables.write(CELLS, rows, quarter, origin=origins[quarter])
    return len(missing)


def _split_into_blocks(quarters: Sequence[Quarter]) -> Iterator[list[Quarter]]:
    """Runs of quarters that follow each other, none too long."""
    block: list[Quarter] = []
    for quarter in quarters:
        if block and (quarter != block[-1] + 1 or len(block) == _QUARTERS_AT_ONCE):
            yield block
            block = []
        block.append(quarter)
    if block:
        yield block


def _select_rows(
    found: Sequence[tuple[Cuboid, str, CuboidCells]], quarter: Quarter
) -> Iterator[pa.RecordBatch]:
    """A quarter's cells, a row a cuboid and type of period."""
    for cuboid, period_type, cells in found:
        if quarter.label in cells.periods:
            counts = cells.published[cells.periods.index(quarter.label)]
            offsets = pa.array([0, len(counts)], pa.int32())
            yield pa.RecordBatch.from_arrays(
                [
                    pa.array([cuboid.name]),
                    pa.array([period_type]),
                    pa.ListArray.from_arrays(offsets, pa.array(counts)),
                ],
                schema=_CELLS_SCHEMA,
            )


def _read_cells(run: StageRun, series: Sequence[Quarter]) -> _Series:
    found: dict[tuple[str, str], list[PeriodCells]] = {}
    for quarter in series:
        stored = run.warehouse.tables.read(CELLS, [quarter]).to_table().combine_chunks()
        kinds = zip(
            stored["cuboid"].to_pylist(), stored["time_period_type"].to_pylist(), strict=True
        )
        for row, (cuboid, period_type) in enumerate(kinds):
            cells = stored["registrations"][row].values.to_numpy()
            found.setdefault((cuboid, period_type), []).append(
                PeriodCells(period_type, quarter.label, cells)
            )
    return found


def _write_lattice(domain: _Domain, held: _Series, folder: Path) -> Mapping[str, object]:
    """Write every cuboid. Returns the entries of the index."""
    listed = []
    for cuboid in CUBOIDS:
        types = [name_period_type(kind) for kind in cuboid.periods]
        periods = [each for kind in types for each in held.get((cuboid.name, kind), ())]
        listed.append((cuboid, domain.build_dimensions(cuboid), periods))
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        written = [pool.submit(partial(write_cuboid, *each, folder)) for each in listed]
        for each in written:
            each.result()
    entries, period_ids = [], []
    for cuboid, dimensions, periods in listed:
        ids = [(each.period_type, each.time_period) for each in periods]
        period_ids += ids
        axes = build_axes([make_period_id(*each) for each in ids], dimensions)
        entries.append(build_cuboid_entry(cuboid, axes))
    columns = ["geography_level", "geography_code", "geography_name"]
    area = pl.concat([domain.area.select(columns), domain.middle_layer.select(columns)])
    area = area.unique(maintain_order=True)
    nationality = domain.nationality.drop("member_of").unique(maintain_order=True)
    parents = Parents(domain.groups, domain.local_authorities, domain.placed)
    fields = build_fields(sorted({*period_ids}), area, nationality, parents)
    return {"cuboids": entries, "fields": fields}
