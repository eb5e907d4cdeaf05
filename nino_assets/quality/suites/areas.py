"""The suite of areas: each area once, and every local authority named."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import polars as pl

from nino_assets.methods.records.postcode_directory import list_local_authorities_sql
from nino_assets.quality.rules import expect_between, expect_columns, expect_filled, expect_none
from nino_assets.quality.suite import Suite
from nino_assets.statistic.published_domain import describe_missing_area
from nino_assets.statistic.quarters import Quarter
from nino_assets.statistic.reference_lists import AREA_COLUMNS
from nino_assets.store.warehouse import Warehouse

_LISTS = "Compare the reference list areas.csv with its source."


def _prepare(con: duckdb.DuckDBPyConnection, warehouse: Warehouse, _: Sequence[Quarter]) -> None:
    warehouse.tables.create_view(con, "listed", "areas")
    warehouse.tables.create_view(con, "directory", "postcode_directory")
    con.execute("CREATE VIEW rows AS SELECT *, '' AS quarter FROM listed")
    named = con.sql("SELECT area_code FROM listed WHERE geography_level = 'local_authority'").pl()
    unnamed = (
        con.sql(list_local_authorities_sql("directory"))
        .pl()
        .filter(~pl.col("local_authority").is_in(named["area_code"].to_list()))
    )
    rows = [
        describe_missing_area(*row)
        for row in unnamed.select("local_authority", "region", "country").iter_rows()
    ]
    con.register("unnamed", pl.DataFrame({"rows": ["; ".join(rows) or None]}).to_arrow())
    con.execute(f"""
        CREATE TABLE quarters AS SELECT '' AS quarter,
            (SELECT count(*) - count(DISTINCT (area_code, geography_level)) FROM listed)
                AS repeated_areas,
            (SELECT count(*) FROM listed WHERE geography_level = 'country') AS countries,
            (SELECT count(*) FROM listed WHERE geography_level = 'region') AS regions,
            {len(rows)} AS unnamed_authorities,
            (SELECT rows FROM unnamed) AS unnamed_authorities_named""")


SUITE = Suite(
    asset="areas",
    partitioned=False,
    prepare=_prepare,
    expectations=(
        expect_columns(AREA_COLUMNS, _LISTS, added=["quarter"]),
        expect_none("repeated_areas", "No area is listed twice at one level.", _LISTS),
        expect_between(
            "countries", "There are 4 countries.", _LISTS, at_least=4, at_most=4, severity="block"
        ),
        expect_between(
            "regions", "There are 12 regions.", _LISTS, at_least=12, at_most=12, severity="block"
        ),
        expect_filled("area_code", _LISTS),
        expect_filled("area_name", _LISTS),
        expect_none(
            "unnamed_authorities",
            "Every local authority of the directory in use has a name.",
            "Add the rows named to the reference list areas.csv, with name and source.",
        ),
    ),
)
