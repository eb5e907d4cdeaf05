"""The suite of output_area_lookup: each output area once, in one place."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from nino_assets.methods.records.postcode_directory import LOOKUP_COLUMNS
from nino_assets.quality.rules import expect_columns, expect_filled, expect_none
from nino_assets.quality.suite import Suite
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.warehouse import Warehouse

_NSPL = "Open the directory in landing/nspl/; download it again if it is damaged."


def _prepare(con: duckdb.DuckDBPyConnection, warehouse: Warehouse, _: Sequence[Quarter]) -> None:
    warehouse.tables.create_view(con, "lookup", "output_area_lookup")
    warehouse.tables.create_view(con, "directory", "postcode_directory")
    con.execute("CREATE VIEW rows AS SELECT *, '' AS quarter FROM lookup")
    con.execute("""
        CREATE TABLE quarters AS SELECT '' AS quarter,
            (SELECT count(*) - count(DISTINCT output_area) FROM lookup) AS repeated_areas,
            (SELECT count(*) FROM directory ANTI JOIN lookup USING (output_area)
                WHERE output_area IS NOT NULL) AS not_looked_up,
            (SELECT count(*) FROM (
                SELECT output_area FROM directory WHERE output_area IS NOT NULL
                GROUP BY output_area
                HAVING greatest(count(DISTINCT lsoa), count(DISTINCT msoa),
                                count(DISTINCT local_authority)) > 1)) AS split_areas,
            (SELECT count(*) FROM (
                SELECT local_authority FROM lookup GROUP BY local_authority
                HAVING greatest(count(DISTINCT region), count(DISTINCT country)) > 1))
                AS split_authorities""")


SUITE = Suite(
    asset="output_area_lookup",
    partitioned=False,
    prepare=_prepare,
    expectations=(
        expect_columns(LOOKUP_COLUMNS, _NSPL, added=["quarter"]),
        expect_none("repeated_areas", "Each output area has one row.", _NSPL),
        expect_none(
            "not_looked_up", "Every output area of the directory is in the look-up.", _NSPL
        ),
        expect_filled("local_authority", _NSPL),
        expect_filled("region", _NSPL),
        expect_filled("country", _NSPL),
        expect_none(
            "split_areas",
            "Each output area lies in one LSOA, one MSOA and one local authority.",
            "Ask the publisher of the NSPL about the output areas concerned.",
            severity="warn",
        ),
        expect_none(
            "split_authorities",
            "Each local authority lies in one region and one country.",
            "Ask the publisher of the NSPL about the local authorities concerned.",
            severity="warn",
        ),
    ),
)
