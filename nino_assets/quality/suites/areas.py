"""The suite of areas: each area once, and every local authority named."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from nino_assets.methods.records.postcode_directory import REAL_LOCAL_AUTHORITY, is_pseudo_code_sql
from nino_assets.quality.rules import expect_between, expect_columns, expect_filled, expect_none
from nino_assets.quality.suite import Suite
from nino_assets.statistic.quarters import Quarter
from nino_assets.statistic.reference_lists import AREA_COLUMNS
from nino_assets.store.warehouse import Warehouse

_LISTS = "Compare the reference list areas.csv with its source."


def _prepare(con: duckdb.DuckDBPyConnection, warehouse: Warehouse, _: Sequence[Quarter]) -> None:
    warehouse.tables.create_view(con, "listed", "areas")
    warehouse.tables.create_view(con, "directory", "postcode_directory")
    con.execute("CREATE VIEW rows AS SELECT *, '' AS quarter FROM listed")
    # A table, so that patterns are held against some hundred codes and not against all postcodes.
    con.execute("CREATE TEMP TABLE authorities AS SELECT DISTINCT local_authority FROM directory")
    con.execute(f"""
        CREATE TABLE quarters AS SELECT '' AS quarter,
            (SELECT count(*) - count(DISTINCT (area_code, geography_level)) FROM listed)
                AS repeated_areas,
            (SELECT count(*) FROM listed WHERE geography_level = 'country') AS countries,
            (SELECT count(*) FROM listed WHERE geography_level = 'region') AS regions,
            (SELECT count(*) FROM authorities ANTI JOIN
                (SELECT area_code AS local_authority FROM listed) USING (local_authority)
                WHERE regexp_full_match(local_authority, '{REAL_LOCAL_AUTHORITY}')
                AND NOT {is_pseudo_code_sql("local_authority")}) AS unnamed_authorities""")


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
            "Add the new local authorities to the reference list areas.csv.",
            severity="warn",
        ),
    ),
)
