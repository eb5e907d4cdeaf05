"""The suite of keyed_counts: nothing is lost before perturbation."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from nino_assets.methods.disclosure.keyed_counts import KEYED_COLUMNS
from nino_assets.quality.measures.record_views import create_record_views
from nino_assets.quality.measures.year_before import create_shifts
from nino_assets.quality.next_steps import REPORT_BUG
from nino_assets.quality.rules import (
    expect_columns,
    expect_each_row,
    expect_filled,
    expect_listed,
    expect_none,
    expect_tolerated,
)
from nino_assets.quality.suite import PracticeArea, Suite
from nino_assets.statistic.quarters import Quarter
from nino_assets.statistic.vocabulary import AGE_BANDS, ARRIVAL_LAGS, OVERSEAS_CODE, SEXES
from nino_assets.store.warehouse import Warehouse


def _prepare(
    con: duckdb.DuckDBPyConnection, warehouse: Warehouse, quarters: Sequence[Quarter]
) -> None:
    create_record_views(con, warehouse, quarters, "geocoded_records")
    warehouse.tables.create_view(con, "keyed_counts", "keyed_counts", quarters)
    con.execute("CREATE VIEW rows AS SELECT *, time_period AS quarter FROM keyed_counts")
    create_shifts(con, warehouse, quarters)
    warehouse.tables.create_view(con, "looked_up", "output_area_lookup")
    con.execute(f"""
        CREATE TABLE quarters AS
        WITH records AS (
            SELECT quarter, count(*) AS n, sum(record_key) AS keys FROM geocoded_records
            GROUP BY quarter
        ), counted AS (
            SELECT time_period AS quarter, sum(registrations) AS n, sum(key_sum) AS keys
            FROM keyed_counts GROUP BY time_period
        ), lost AS (
            SELECT time_period AS quarter, count(*) AS areas_not_found
            FROM (
                SELECT DISTINCT time_period, output_area FROM keyed_counts
                WHERE output_area NOT IN ('', '{OVERSEAS_CODE}')
            ) ANTI JOIN looked_up USING (output_area)
            GROUP BY time_period
        )
        SELECT shifts.*,
            abs(coalesce(records.n, 0) - coalesce(counted.n, 0)) AS rows_unaccounted,
            abs(coalesce(records.keys, 0) - coalesce(counted.keys, 0)) AS keys_unaccounted,
            coalesce(areas_not_found, 0) AS areas_not_found
        FROM shifts LEFT JOIN records USING (quarter) LEFT JOIN counted USING (quarter)
            LEFT JOIN lost USING (quarter)""")


SUITE = Suite(
    asset="keyed_counts",
    prepare=_prepare,
    expectations=(
        expect_none(
            "rows_unaccounted", "The counts hold every geocoded registration once.", REPORT_BUG
        ),
        expect_none("keys_unaccounted", "The key sums hold every record key once.", REPORT_BUG),
        expect_columns(KEYED_COLUMNS, REPORT_BUG, added=["quarter"]),
        *(expect_filled(column, REPORT_BUG) for column in KEYED_COLUMNS[1:]),
        expect_none(
            "areas_not_found",
            "Every output area is in the look-up in use.",
            "Build the records of the quarter again with the directory in use.",
        ),
        expect_listed("age_band_listed", "age_band", AGE_BANDS, REPORT_BUG),
        expect_listed("sex_listed", "sex", SEXES, REPORT_BUG),
        expect_listed("arrival_lag_listed", "arrival_lag", ARRIVAL_LAGS, REPORT_BUG),
        expect_each_row(
            "counts_positive",
            "Every count is at least 1.",
            "ExpectColumnValuesToBeBetween",
            REPORT_BUG,
            column="registrations",
            min_value=1,
        ),
        *(
            expect_tolerated(
                name,
                f"The share of registrations {words} than a year before",
                f"Compare {named} with the same quarter a year before and with known events.",
                area=PracticeArea.CONTEXT,
                unit="%",
            )
            for name, words, named in (
                ("sub_group_shift_percent", "in other sub-groups", "sub-groups"),
                ("area_shift_percent", "in other regions", "regions"),
                ("age_shift_percent", "in other age bands", "age bands"),
                ("sex_shift_percent", "of the other sex", "men and women"),
                ("lag_shift_percent", "at other times after arrival", "times from arrival"),
            )
        ),
    ),
)
