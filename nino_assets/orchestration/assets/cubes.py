"""Group cubes: additive keyed counts, and the published cells perturbed from them.

Belongs here: the shells of cube assets.
"""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import dagster as dg
import duckdb
import pyarrow as pa

from nino_assets.deliveries.perturbation_table_file import read_perturbation_table
from nino_assets.methods.disclosure.cell_key import refuse_unkeyed
from nino_assets.methods.disclosure.keyed_counts import count_registrations_sql
from nino_assets.methods.disclosure.listed_cells import CELL_SCHEMA
from nino_assets.methods.disclosure.perturbed_cells import (
    CheckedCounts,
    check_keyed_counts,
    stream_release,
)
from nino_assets.methods.records.postcode_directory import list_local_authorities_sql
from nino_assets.orchestration.assets.partitions import (
    ONE_PASS,
    QUARTERS,
    THREE_BEFORE,
    quarters_of,
)
from nino_assets.orchestration.assets.records import RESTRICTED, geocoded_records
from nino_assets.orchestration.assets.reference import (
    areas,
    nationality_groups,
    output_area_lookup,
    perturbation_table,
    postcode_directory,
)
from nino_assets.orchestration.assets.stage import run_stage
from nino_assets.releases.series import find_series
from nino_assets.statistic.published_domain import CUBES, area_members, nationality_members
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.delivery import Delivery
from nino_assets.store.warehouse import Warehouse


@dg.asset(
    group_name="cubes",
    partitions_def=QUARTERS,
    backfill_policy=ONE_PASS,
    required_resource_keys={"warehouse"},
    deps=[geocoded_records, output_area_lookup],
    kinds={"duckdb", "parquet"},
    tags=RESTRICTED,
)
def keyed_counts(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
    """Finest-level counts with the sum of record keys: any cell is a roll-up of these."""
    warehouse: Warehouse = context.resources.warehouse
    quarters = quarters_of(context)

    def work() -> dg.MaterializeResult:
        rows, number_of_keys = 0, read_perturbation_table(warehouse).keys
        for delivery, its_quarters in warehouse.serving.group_quarters(quarters).items():
            with warehouse.session() as con:
                con.register(
                    "geocoded", warehouse.records.read("geocoded_records", delivery, its_quarters)
                )
                warehouse.tables.create_view(con, "looked_up", "output_area_lookup")
                con.execute(
                    "CREATE TABLE output_areas AS "
                    "SELECT output_area, local_authority FROM looked_up"
                )
                refuse_unkeyed(con, "geocoded", number_of_keys)
                con.unregister("geocoded")
                count = partial(_count_quarter, warehouse, con, delivery)
                with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
                    rows += sum(pool.map(count, its_quarters))
        warehouse.records.delete_superseded()
        return dg.MaterializeResult(metadata={"dagster/row_count": rows})

    return run_stage(
        context,
        work,
        quarters=quarters,
        reads=lambda: {"geocoded_records": quarters, "output_area_lookup": None},
    )


def _count_quarter(
    warehouse: Warehouse, con: duckdb.DuckDBPyConnection, delivery: Delivery, quarter: Quarter
) -> int:
    """Write the keyed counts of one quarter, on a connection of its own. Returns their rows."""
    with con.cursor() as own:
        own.register("geocoded", warehouse.records.read("geocoded_records", delivery, [quarter]))
        counts = own.sql(count_registrations_sql("geocoded", "output_areas"))
        return warehouse.tables.write("keyed_counts", counts.to_arrow_reader(200_000), quarter)


@dg.asset(
    group_name="cubes",
    partitions_def=QUARTERS,
    backfill_policy=ONE_PASS,
    required_resource_keys={"warehouse"},
    deps=[
        dg.AssetDep(keyed_counts, partition_mapping=THREE_BEFORE),
        postcode_directory,
        nationality_groups,
        areas,
        perturbation_table,
    ],
    kinds={"duckdb", "parquet"},
    tags={"access": "team_until_release"},
)
def perturbed_cubes(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
    """Every published cell of the quarter and the year ending with it, each perturbed itself."""
    warehouse: Warehouse = context.resources.warehouse
    quarters = quarters_of(context)

    def series() -> list[Quarter]:
        """The quarters that these, and the years ending with them, are counted from."""
        first = find_series(warehouse, quarters[-1])[0]
        return max(first, quarters[0] - 3).until(quarters[-1])

    def work() -> dg.MaterializeResult:
        held = series()
        with warehouse.session() as con:
            counts = counts_in_use(warehouse, con, held)
            first = find_series(warehouse, quarters[-1])[0]
            rows = 0
            for quarter, batches in stream_release(counts, CUBES, quarters, first):
                reader = pa.RecordBatchReader.from_batches(CELL_SCHEMA, batches)
                rows += warehouse.tables.write("perturbed_cubes", reader, quarter)
        return dg.MaterializeResult(metadata={"dagster/row_count": rows})

    return run_stage(
        context,
        work,
        quarters=quarters,
        reads=lambda: {
            "keyed_counts": series(),
            "postcode_directory": None,
            "nationality_groups": None,
            "areas": None,
            "perturbation_table": None,
        },
    )


def counts_in_use(
    warehouse: Warehouse, con: duckdb.DuckDBPyConnection, quarters: Sequence[Quarter]
) -> CheckedCounts:
    """The keyed counts of some quarters, checked against the lists and the p-table in use.

    They are read a dozen times, and so deciphered once, into the session.
    """
    warehouse.tables.create_view(con, "stored", "keyed_counts", quarters)
    con.execute("CREATE TEMP TABLE keyed AS FROM stored")
    warehouse.tables.create_view(con, "directory", "postcode_directory")
    return check_keyed_counts(
        con,
        "keyed",
        nationality_members=nationality_members(warehouse.tables.read_frame("nationality_groups")),
        area_members=area_members(
            warehouse.tables.read_frame("areas"),
            con.sql(list_local_authorities_sql("directory")).pl(),
        ),
        table=read_perturbation_table(warehouse),
        quarters=quarters,
    )
