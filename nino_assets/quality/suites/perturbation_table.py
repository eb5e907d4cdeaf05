"""The suite of perturbation_table: complete, unbiased and never below zero."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from nino_assets.methods.disclosure.cell_key import LAST_PCV
from nino_assets.quality.rules import expect_columns, expect_filled, expect_none
from nino_assets.quality.suite import Suite
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.warehouse import Warehouse


def _prepare(con: duckdb.DuckDBPyConnection, warehouse: Warehouse, _: Sequence[Quarter]) -> None:
    warehouse.tables.create_view(con, "ptable", "perturbation_table")
    con.execute("CREATE VIEW rows AS SELECT *, '' AS quarter FROM ptable")
    con.execute(f"""
        CREATE TABLE quarters AS SELECT '' AS quarter,
            -- Only entries in their range fill a hole; an empty table is all holes.
            {LAST_PCV} * (coalesce(max(ckey), 0) + 1) - count(DISTINCT (pcv, ckey))
                FILTER (pcv BETWEEN 1 AND {LAST_PCV} AND ckey >= 0) AS holes,
            count(*) - count(DISTINCT (pcv, ckey)) AS repeated_entries,
            count(*) FILTER (pcv + pvalue < 0) AS negative_counts,
            (SELECT count(*) FROM (SELECT pcv FROM ptable GROUP BY pcv HAVING sum(pvalue) <> 0))
                AS biased_rows
        FROM ptable""")


_REDRAW = "Put the team's p-table back, or make a new one: nino-assets perturbation-table."

SUITE = Suite(
    asset="perturbation_table",
    partitioned=False,
    prepare=_prepare,
    expectations=(
        expect_columns(("pcv", "ckey", "pvalue"), _REDRAW, added=["quarter"]),
        expect_none(
            "holes", f"Every count from 1 to {LAST_PCV} has an entry for every cell key.", _REDRAW
        ),
        expect_none("repeated_entries", "No entry stands twice.", _REDRAW),
        expect_none("negative_counts", "No entry publishes a negative count.", _REDRAW),
        expect_none("biased_rows", "The noise of each row sums to exactly zero.", _REDRAW),
        expect_filled("pvalue", _REDRAW),
    ),
)
