"""The suite of postcode_directory: postcodes are unique and located."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from nino_assets.methods.records.postcode_directory import (
    DIRECTORY_COLUMNS,
    REAL_LOCAL_AUTHORITY,
    is_pseudo_code_sql,
)
from nino_assets.quality.rules import (
    expect_between,
    expect_columns,
    expect_filled,
    expect_none,
    expect_tolerated,
)
from nino_assets.quality.suite import Suite
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.warehouse import Warehouse

_NSPL = "Open the directory in landing/nspl/; download it again if it is damaged."


def _prepare(con: duckdb.DuckDBPyConnection, warehouse: Warehouse, _: Sequence[Quarter]) -> None:
    warehouse.tables.create_view(con, "directory", "postcode_directory")
    con.execute("CREATE VIEW rows AS SELECT *, '' AS quarter FROM directory")
    # Counted by their codes first: what is asked of a code is then asked once.
    con.execute(f"""
        CREATE TABLE quarters AS
        WITH coded AS (
            SELECT local_authority, country, count(*) AS postcodes, count(output_area) AS located
            FROM directory GROUP BY ALL
        )
        SELECT '' AS quarter,
            coalesce(sum(postcodes), 0)::BIGINT AS postcodes,
            (SELECT count(*) - count(DISTINCT postcode) FROM directory) AS repeated_postcodes,
            coalesce(sum(located) FILTER (NOT (
                coalesce(regexp_full_match(local_authority, '{REAL_LOCAL_AUTHORITY}'), false)
                AND NOT {is_pseudo_code_sql("local_authority")}
            )), 0)::BIGINT AS no_local_authority,
            100.0 * coalesce(sum(located), 0) / greatest(sum(postcodes), 1) AS located_percent,
            count(DISTINCT country) FILTER (located > 0) AS countries,
            (SELECT count(*) FROM directory
                WHERE latitude NOT BETWEEN 49 AND 61.5 OR longitude NOT BETWEEN -9 AND 2.5)
                AS outside_isles
        FROM coded""")


SUITE = Suite(
    asset="postcode_directory",
    partitioned=False,
    prepare=_prepare,
    expectations=(
        expect_columns(DIRECTORY_COLUMNS, _NSPL, added=["quarter"]),
        expect_between(
            "postcodes",
            "The directory holds at least one postcode.",
            _NSPL,
            at_least=1,
            severity="block",
        ),
        expect_filled("postcode", _NSPL),
        expect_none("repeated_postcodes", "No postcode stands in the directory twice.", _NSPL),
        expect_none(
            "no_local_authority", "Every postcode with an output area has a local authority.", _NSPL
        ),
        expect_none(
            "outside_isles", "Every position lies in the British Isles.", _NSPL, severity="warn"
        ),
        expect_tolerated(
            "located_percent",
            "The share of postcodes with an output area",
            _NSPL,
            unit="%",
        ),
        expect_between("countries", "The directory covers all four countries.", _NSPL, at_least=4),
    ),
)
