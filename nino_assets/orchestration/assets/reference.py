"""Reference assets: the lists that records are read against, and the p-table."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from itertools import chain

import duckdb
import polars as pl
import pyarrow as pa

from nino_assets.deliveries.output_area_files import (
    hash_output_area_changes,
    read_output_area_changes,
)
from nino_assets.deliveries.perturbation_table_file import (
    find_perturbation_file,
    read_perturbation_file,
)
from nino_assets.deliveries.postcode_files import (
    DirectoryFile,
    find_directory_files,
    find_directory_vintage,
    hash_directory_files,
    read_directory_origin,
    stream_directory_file,
)
from nino_assets.methods.records import postcode_directory as nspl
from nino_assets.orchestration.assets.stage import Metadata, StageRun, declare_asset
from nino_assets.orchestration.assets.upstream import Once
from nino_assets.statistic import reference_lists
from nino_assets.statistic.nationality_list import list_nationalities
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.declarations import Access, Kept
from nino_assets.store.publication_manifest import compute_code_version
from nino_assets.store.seal import seal_perturbation_table


@declare_asset(group="reference", access=Access.ALL, kept=Kept.ONCE, kinds={"duckdb", "parquet"})
def postcode_directory(run: StageRun) -> Metadata:
    """NSPL: every postcode's output area, status, grid quality and position.

    The same delivered files are not read twice by the same code.
    """
    warehouse = run.warehouse
    files = find_directory_files(warehouse.folders)
    with ThreadPoolExecutor(1) as pool:
        # Both read every byte of something large, so each has a thread.
        whole = pool.submit(warehouse.tables.is_whole, "postcode_directory")
        delivered = hash_directory_files(warehouse.folders)
    origin = f"{delivered} {compute_code_version()} of {find_directory_vintage(files)}"
    if warehouse.tables.read_origin("postcode_directory") == origin and whole.result():
        rows = warehouse.tables.read("postcode_directory").count_rows()
    else:
        with warehouse.open_session() as con:
            batches = _stream_directory(con, files)
            first = next(batches)
            reader = pa.RecordBatchReader.from_batches(first.schema, chain([first], batches))
            rows = warehouse.tables.write("postcode_directory", reader, origin=origin)
    return {
        "dagster/row_count": rows,
        "files": [file.name for file in files],
        "sha256": delivered,
    }


@declare_asset(
    group="reference",
    access=Access.ALL,
    kept=Kept.ONCE,
    kinds={"duckdb", "parquet"},
    reads=[Once(postcode_directory)],
)
def output_area_lookup(run: StageRun) -> Metadata:
    """One row an output area: LSOA, MSOA, local authority, region, country, constituency.

    With a best-fit look-up in `landing/output-areas/`, those of the census before too.
    """
    tables, folders = run.warehouse.tables, run.warehouse.folders
    origin = f"{read_directory_origin(run.warehouse)} {compute_code_version()}"
    origin += f" with {hash_output_area_changes(folders)}"
    if tables.read_origin("output_area_lookup") == origin and tables.is_whole("output_area_lookup"):
        rows = tables.read("output_area_lookup").count_rows()
    else:
        with run.warehouse.open_session() as con:
            tables.create_view(con, "directory", "postcode_directory")
            con.sql(nspl.build_output_area_lookup_sql("directory")).create_view("lookup")
            con.register("changes", read_output_area_changes(folders).to_arrow())
            lookup = con.sql(nspl.add_earlier_census_sql("lookup", "changes"))
            reader = lookup.to_arrow_reader(200_000)
            rows = tables.write("output_area_lookup", reader, origin=origin)
    return {"dagster/row_count": rows}


@declare_asset(group="reference", access=Access.ALL, kept=Kept.ONCE, kinds={"polars", "parquet"})
def nationality_groups(run: StageRun) -> Metadata:
    """Nationality → sub-group → world area, in the published spellings.

    As in force in the quarter that the run builds, else in the newest that was counted.
    """
    # Each build begins here: a mistake in any list is told now, and not by what reads it last.
    reference_lists.check_reference_lists()
    return _write_list(run, "nationality_groups", list_nationalities(_find_built_quarter(run)))


@declare_asset(group="reference", access=Access.ALL, kept=Kept.ONCE, kinds={"polars", "parquet"})
def areas(run: StageRun) -> Metadata:
    """Codes and names of the United Kingdom, countries, regions and local authorities."""
    return _write_list(run, "areas", reference_lists.read_areas())


@declare_asset(group="reference", access=Access.SECRET, kept=Kept.ONCE, kinds={"polars", "parquet"})
def perturbation_table(run: StageRun) -> Metadata:
    """The p-table, checked and complete.

    It is what is added to a count, by count and cell key.
    """
    table = read_perturbation_file(find_perturbation_file(run.warehouse.folders))
    seal_perturbation_table(run.warehouse.folders, table.keys, table.encode_entries())
    return _write_list(run, "perturbation_table", table.frame)


def _stream_directory(
    con: duckdb.DuckDBPyConnection, files: Sequence[DirectoryFile]
) -> Iterator[pa.RecordBatch]:
    """The directory a block at a time, so that memory stays small."""
    for file in files:
        for batch in stream_directory_file(file):
            con.register("delivered", pa.Table.from_batches([batch]))
            directory = con.sql(nspl.build_directory_sql("delivered")).to_arrow_table()
            yield from directory.combine_chunks().to_batches()


def _find_built_quarter(run: StageRun) -> Quarter:
    """The last quarter that the whole run is for."""
    tags = run.context.run.tags
    key = tags.get("dagster/asset_partition_range_end") or tags.get("dagster/partition")
    if key:
        return Quarter.parse(key)
    counted = run.warehouse.tables.list_quarters("keyed_counts")
    return counted[-1] if counted else Quarter.from_day(date.today())


def _write_list(run: StageRun, asset: str, frame: pl.DataFrame) -> Metadata:
    return {"dagster/row_count": run.warehouse.tables.write_changed(asset, frame)}
