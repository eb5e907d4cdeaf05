"""The suite of output_area_lookup: each output area once, in one place."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from nino_assets.methods.records.postcode_directory import LOOKUP_COLUMNS, is_pseudo_code_sql
from nino_assets.quality.rules import expect_columns, expect_filled, expect_none
from nino_assets.quality.suite import Suite
from nino_assets.statistic.quarters import Quarter
from nino_assets.statistic.reference_lists import read_areas
from nino_assets.store.warehouse import Warehouse

_NSPL = "Open the directory in landing/nspl/; download it again if it is damaged."


def _prepare(con: duckdb.DuckDBPyConnection, warehouse: Warehouse, _: Sequence[Quarter]) -> None:
    warehouse.tables.create_view(con, "lookup", "output_area_lookup")
    warehouse.tables.create_view(con, "directory", "postcode_directory")
    con.execute("CREATE VIEW rows AS SELECT *, '' AS quarter FROM lookup")
    con.register("listed", read_areas().to_arrow())
    con.execute(f"""
        CREATE TABLE quarters AS SELECT '' AS quarter,
            (SELECT count(*) - count(DISTINCT output_area) FROM lookup) AS repeated_areas,
            (SELECT count(*) FROM directory ANTI JOIN lookup USING (output_area)
                WHERE output_area IS NOT NULL) AS not_looked_up,
            {_count_unlisted_sql("region")} AS regions_unlisted,
            {_count_unlisted_sql("country")} AS countries_unlisted,
            (SELECT count(*) FROM lookup
                WHERE country <> 'N92000002' AND NOT (coalesce(msoa, '') <> ''
                    AND NOT {is_pseudo_code_sql("msoa")}))
                AS middle_layer_lost,
            (SELECT count(*) FROM (
                SELECT output_area FROM directory WHERE output_area IS NOT NULL
                GROUP BY output_area
                HAVING greatest(count(DISTINCT lsoa), count(DISTINCT msoa),
                                count(DISTINCT local_authority)) > 1)) AS split_areas,
            (SELECT count(*) FROM (
                SELECT local_authority FROM lookup GROUP BY local_authority
                HAVING greatest(count(DISTINCT region), count(DISTINCT country)) > 1))
                AS split_authorities""")


def _count_unlisted_sql(level: str) -> str:
    """SQL for output areas whose code of a level is unlisted."""
    return f"""(SELECT count(*) FROM lookup WHERE {level} NOT IN (
        SELECT area_code FROM listed WHERE geography_level = '{level}'))"""


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
        # Whoever lives there would be in no region or country, and in the United Kingdom.
        *(
            expect_none(f"{many}_unlisted", f"Each output area lies in a listed {one}.", _NSPL)
            for many, one in (("regions", "region"), ("countries", "country"))
        ),
        expect_none(
            "middle_layer_lost",
            "Each output area of Great Britain lies in a middle-layer area.",
            _NSPL,
        ),
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
