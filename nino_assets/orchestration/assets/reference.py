"""Group reference: the lists that records are read against. Everyone may see them, but the p-table.

Belongs here: the shells of unpartitioned reference assets.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain

import dagster as dg
import duckdb
import polars as pl
import pyarrow as pa

from nino_assets.deliveries.perturbation_table_file import (
    find_perturbation_file,
    read_perturbation_file,
)
from nino_assets.deliveries.postcode_files import (
    DirectoryFile,
    find_directory_files,
    hash_directory_files,
    read_directory_origin,
    stream_directory_file,
)
from nino_assets.methods.disclosure.perturbation_table.validation import check_perturbation_table
from nino_assets.methods.records import postcode_directory as nspl
from nino_assets.orchestration.assets.stage import run_stage
from nino_assets.statistic import reference_lists as reference_data
from nino_assets.store.publication_manifest import code_version
from nino_assets.store.seal import seal_perturbation_table
from nino_assets.store.warehouse import Warehouse


@dg.asset(
    group_name="reference",
    required_resource_keys={"warehouse"},
    kinds={"duckdb", "parquet"},
)
def postcode_directory(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
    """NSPL: every postcode's output area, status, grid quality and position.

    The same delivered files are not read twice by the same code.
    """
    warehouse: Warehouse = context.resources.warehouse

    def work() -> dg.MaterializeResult:
        files = find_directory_files(warehouse.folders)
        with ThreadPoolExecutor(1) as beside:
            # Both read every byte of something large: the one's thread need not wait for the other.
            whole = beside.submit(warehouse.tables.is_whole, "postcode_directory")
            delivered = hash_directory_files(warehouse.folders)
        origin = f"{delivered} {code_version()}"
        if warehouse.tables.read_origin("postcode_directory") == origin and whole.result():
            rows = warehouse.tables.read("postcode_directory").count_rows()
        else:
            with warehouse.session() as con:
                batches = _directory_rows(con, files)
                first = next(batches)
                reader = pa.RecordBatchReader.from_batches(first.schema, chain([first], batches))
                rows = warehouse.tables.write("postcode_directory", reader, origin=origin)
        return dg.MaterializeResult(
            metadata={
                "dagster/row_count": rows,
                "files": [file.name for file in files],
                "sha256": delivered,
            }
        )

    return run_stage(context, work)


@dg.asset(
    group_name="reference",
    required_resource_keys={"warehouse"},
    kinds={"duckdb", "parquet"},
    deps=[postcode_directory],
)
def output_area_lookup(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
    """One row an output area: LSOA, MSOA, local authority, region, country, constituency."""
    warehouse: Warehouse = context.resources.warehouse

    def work() -> dg.MaterializeResult:
        origin = f"{read_directory_origin(warehouse)} {code_version()}"
        if _is_current(warehouse, "output_area_lookup", origin):
            rows = warehouse.tables.read("output_area_lookup").count_rows()
        else:
            with warehouse.session() as con:
                warehouse.tables.create_view(con, "directory", "postcode_directory")
                reader = con.sql(nspl.build_output_area_lookup_sql("directory")).to_arrow_reader(
                    200_000
                )
                rows = warehouse.tables.write("output_area_lookup", reader, origin=origin)
        return dg.MaterializeResult(metadata={"dagster/row_count": rows})

    return run_stage(context, work, reads=lambda: {"postcode_directory": None})


@dg.asset(
    group_name="reference",
    required_resource_keys={"warehouse"},
    kinds={"polars", "parquet"},
)
def nationality_groups(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
    """Nationality → sub-group → world area, in the published spellings."""
    return _reference_table(context, "nationality_groups", reference_data.nationalities())


@dg.asset(
    group_name="reference",
    required_resource_keys={"warehouse"},
    kinds={"polars", "parquet"},
)
def areas(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
    """Codes and names of the United Kingdom, countries, regions and local authorities."""
    return _reference_table(context, "areas", reference_data.areas())


@dg.asset(
    group_name="reference",
    required_resource_keys={"warehouse"},
    kinds={"polars", "parquet"},
    tags={"access": "secret"},
)
def perturbation_table(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
    """The p-table, checked and complete: what is added to a count, by count and cell key."""
    warehouse: Warehouse = context.resources.warehouse

    def work() -> dg.MaterializeResult:
        path = find_perturbation_file(warehouse.folders)
        table = check_perturbation_table(read_perturbation_file(path))
        seal_perturbation_table(warehouse.folders, table.keys, table.entries())
        rows = warehouse.tables.write("perturbation_table", _reader(table.frame))
        return dg.MaterializeResult(metadata={"dagster/row_count": rows})

    return run_stage(context, work)


def _directory_rows(
    con: duckdb.DuckDBPyConnection, files: Sequence[DirectoryFile]
) -> Iterator[pa.RecordBatch]:
    """The directory a block at a time, so that memory does not grow with it."""
    for file in files:
        for batch in stream_directory_file(file):
            con.register("delivered", pa.Table.from_batches([batch]))
            directory = con.sql(nspl.build_directory_sql("delivered")).to_arrow_table()
            yield from directory.combine_chunks().to_batches()


def _reference_table(
    context: dg.AssetExecutionContext, name: str, frame: pl.DataFrame
) -> dg.MaterializeResult:
    warehouse: Warehouse = context.resources.warehouse

    def work() -> dg.MaterializeResult:
        rows = warehouse.tables.write(name, _reader(frame))
        return dg.MaterializeResult(metadata={"dagster/row_count": rows})

    return run_stage(context, work)


def _reader(frame: pl.DataFrame) -> pa.RecordBatchReader:
    return pa.Table.to_reader(frame.to_arrow())


def _is_current(warehouse: Warehouse, asset: str, origin: str) -> bool:
    """Whether a clear table is whole and was made from `origin`."""
    return warehouse.tables.read_origin(asset) == origin and warehouse.tables.is_whole(asset)
