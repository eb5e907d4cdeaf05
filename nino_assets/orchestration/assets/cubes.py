"""Cube assets: additive keyed counts, and the published cells perturbed from them."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import duckdb
import pyarrow as pa

from nino_assets.deliveries.perturbation_table_file import read_perturbation_table
from nino_assets.deliveries.postcode_files import read_directory_vintage
from nino_assets.methods.disclosure.cell_key import refuse_unkeyed
from nino_assets.methods.disclosure.keyed_count_rules import (
    refuse_lacking_columns,
    refuse_other_census,
    refuse_other_columns,
)
from nino_assets.methods.disclosure.keyed_counts import (
    COUNTED_DIMENSIONS,
    count_registrations_sql,
    locate_counts_sql,
    rename_nationalities_sql,
)
from nino_assets.methods.disclosure.listed_cells import CELL_SCHEMA
from nino_assets.methods.disclosure.perturbed_cells import (
    CheckedCounts,
    check_keyed_counts,
    stream_release,
)
from nino_assets.methods.records.postcode_directory import list_local_authorities_sql
from nino_assets.orchestration.assets.records import geocoded_records, raw_scan
from nino_assets.orchestration.assets.reference import (
    areas,
    nationality_groups,
    output_area_lookup,
    perturbation_table,
    postcode_directory,
)
from nino_assets.orchestration.assets.stage import Metadata, StageRun, declare_asset
from nino_assets.orchestration.assets.upstream import Once, SameQuarter, WholeSeries, YearTo
from nino_assets.releases.published_lists import compute_lists_mark
from nino_assets.releases.series import find_series
from nino_assets.statistic.middle_layer import list_middle_layer_members, list_middle_layer_sql
from nino_assets.statistic.nationality_list import list_former_labels
from nino_assets.statistic.published_domain import (
    CUBES,
    list_area_members,
    list_nationality_members,
)
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.declarations import Access, Kept
from nino_assets.store.delivery import Delivery
from nino_assets.store.warehouse import Warehouse


@declare_asset(
    group="cubes",
    access=Access.RESTRICTED,
    kept=Kept.BY_QUARTER,
    kinds={"duckdb", "parquet"},
    reads=[SameQuarter(geocoded_records), Once(perturbation_table)],
    one_pass=True,
)
def keyed_counts(run: StageRun) -> Metadata:
    """Counts by output area with the sum of record keys.

    Any cell is a roll-up of these.
    """
    warehouse = run.warehouse
    rows, number_of_keys = 0, read_perturbation_table(warehouse).keys
    for delivery, its_quarters in warehouse.serving.group_quarters(run.quarters).items():
        with warehouse.open_session() as con:
            con.register(
                "geocoded", warehouse.records.read("geocoded_records", delivery, its_quarters)
            )
            refuse_unkeyed(con, "geocoded", number_of_keys)
            con.unregister("geocoded")
            count = partial(_count_quarter, warehouse, con, delivery)
            with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
                rows += sum(pool.map(count, its_quarters))
    warehouse.records.delete_superseded()
    return {"dagster/row_count": rows}


def _count_quarter(
    warehouse: Warehouse, con: duckdb.DuckDBPyConnection, delivery: Delivery, quarter: Quarter
) -> int:
    """Write the keyed counts of one quarter. Returns their rows."""
    # Quarters are counted at the same time, each on another connection.
    with con.cursor() as own:
        own.register("geocoded", warehouse.records.read("geocoded_records", delivery, [quarter]))
        counts = own.sql(count_registrations_sql("geocoded"))
        return warehouse.tables.write("keyed_counts", counts.to_arrow_reader(200_000), quarter)


COUNTED = (
    YearTo(keyed_counts),
    Once(postcode_directory),
    Once(output_area_lookup),
    Once(nationality_groups),
    Once(areas),
    Once(perturbation_table),
)
"""What `read_checked_counts` reads."""


@declare_asset(
    group="cubes",
    access=Access.TEAM_UNTIL_RELEASE,
    kept=Kept.BY_QUARTER,
    kinds={"duckdb", "parquet"},
    reads=COUNTED,
    one_pass=True,
)
def perturbed_cubes(run: StageRun) -> Metadata:
    """Every published cell of the quarter and the year ending with it.

    Each is perturbed itself.
    """
    first = find_series(run.warehouse, run.quarters[-1])[0]
    rows = 0
    with run.warehouse.open_session() as con:
        counts = read_checked_counts(run, con)
        mark = compute_lists_mark(con, "located", [counts.area, counts.nationality])
        origin = f"{mark} {read_directory_vintage(run.warehouse)}"
        for quarter, batches in stream_release(counts, CUBES, run.quarters, first):
            reader = pa.RecordBatchReader.from_batches(CELL_SCHEMA, batches)
            rows += run.warehouse.tables.write("perturbed_cubes", reader, quarter, origin=origin)
    return {"dagster/row_count": rows}


EDITION = (WholeSeries(perturbed_cubes), WholeSeries(raw_scan))
"""What an edition is made of: the cells of its series, and which deliveries they came from."""


def read_checked_counts(
    run: StageRun,
    con: duckdb.DuckDBPyConnection,
    quarters: Sequence[Quarter] | None = None,
    *,
    middle_layer: bool = False,
) -> CheckedCounts:
    """Keyed counts, checked against lists and p-table.

    Of all quarters that the run reads unless some are given; with middle-layer areas if asked for.

    They are read several times, and so deciphered once, into the session.
    """
    tables = run.warehouse.tables
    quarters = quarters or run.reads["keyed_counts"] or ()
    table = read_perturbation_table(run.warehouse)
    # The view has the columns of its first file, whatever the others have.
    for file in tables.read("keyed_counts", quarters).get_fragments():
        refuse_lacking_columns(file.physical_schema.names, COUNTED_DIMENSIONS)
    tables.create_view(con, "stored", "keyed_counts", quarters)
    refuse_other_columns(con, "stored", COUNTED_DIMENSIONS)
    tables.create_view(con, "located", "output_area_lookup")
    series = find_series(run.warehouse, run.quarters[-1])
    refuse_other_census(con, "stored", "located", series)
    groups = tables.read_frame("nationality_groups")
    con.register("called", list_former_labels(groups).to_arrow())
    con.sql(rename_nationalities_sql("stored", "called")).create_view("named", replace=True)
    located = locate_counts_sql("named", "located", table.keys, middle_layer=middle_layer)
    con.execute(f"CREATE OR REPLACE TEMP TABLE keyed AS {located}")
    tables.create_view(con, "directory", "postcode_directory")
    local_authorities = con.sql(list_local_authorities_sql("directory")).pl()
    area = list_area_members(tables.read_frame("areas"), local_authorities)
    placed = con.sql(list_middle_layer_sql("located")).pl() if middle_layer else None
    counts = check_keyed_counts(
        con,
        "keyed",
        nationality_members=list_nationality_members(groups),
        area_members=area,
        table=table,
        quarters=quarters,
        middle_layer_members=None if placed is None else list_middle_layer_members(area, placed),
    )
    con.execute("DROP TABLE keyed")
    return counts
