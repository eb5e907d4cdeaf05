"""The suite of nationality_groups: each nationality once, in one sub-group."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from nino_assets.quality.rules import expect_between, expect_columns, expect_filled, expect_none
from nino_assets.quality.suite import Suite
from nino_assets.statistic.quarters import Quarter
from nino_assets.statistic.reference_lists import NATIONALITY_COLUMNS
from nino_assets.store.warehouse import Warehouse

_LISTS = "Compare the reference list nationalities.csv with its source."


def _prepare(con: duckdb.DuckDBPyConnection, warehouse: Warehouse, _: Sequence[Quarter]) -> None:
    warehouse.tables.create_view(con, "listed", "nationality_groups")
    con.execute("CREATE VIEW rows AS SELECT *, '' AS quarter FROM listed")
    con.execute("""
        CREATE TABLE quarters AS SELECT '' AS quarter,
            count(*) - count(DISTINCT nationality) AS repeated_labels,
            count(*) - count(DISTINCT nationality_code) AS repeated_codes,
            (SELECT count(*) FROM (SELECT sub_group FROM listed GROUP BY sub_group
                HAVING count(DISTINCT world_area) > 1)) AS split_sub_groups,
            count(DISTINCT sub_group) AS sub_groups, count(DISTINCT world_area) AS world_areas
        FROM listed""")


SUITE = Suite(
    asset="nationality_groups",
    partitioned=False,
    prepare=_prepare,
    expectations=(
        expect_columns(NATIONALITY_COLUMNS, _LISTS, added=["quarter"]),
        expect_none("repeated_labels", "No nationality is listed twice.", _LISTS),
        expect_none("repeated_codes", "No two nationalities share a code.", _LISTS),
        expect_none("split_sub_groups", "Each sub-group lies in one world area.", _LISTS),
        expect_between(
            "sub_groups",
            "There are 15 sub-groups.",
            _LISTS,
            at_least=15,
            at_most=15,
            severity="block",
        ),
        expect_between(
            "world_areas",
            "There are 5 world areas.",
            _LISTS,
            at_least=5,
            at_most=5,
            severity="block",
        ),
        *(expect_filled(column, _LISTS) for column in NATIONALITY_COLUMNS),
    ),
)
