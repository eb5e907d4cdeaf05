"""The suite of perturbed_cubes: published cells are complete, safe and comparable."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from nino_assets.deliveries.perturbation_table_file import read_perturbation_table
from nino_assets.methods.records.postcode_directory import list_local_authorities_sql
from nino_assets.publishing.workbook.workbook_tables import TABLE_NAMES
from nino_assets.quality.measures.year_before import (
    MOVED_PERCENT,
    MOVED_REGISTRATIONS,
    create_changes,
)
from nino_assets.quality.next_steps import REPORT_BUG, materialise_again
from nino_assets.quality.rules import (
    expect_between,
    expect_columns,
    expect_each_row,
    expect_filled,
    expect_listed,
    expect_none,
    expect_tolerated,
)
from nino_assets.quality.suite import PracticeArea, Suite
from nino_assets.releases.series import find_series
from nino_assets.statistic.published_domain import (
    CELL_COLUMNS,
    CUBES,
    Cube,
    list_area_members,
    list_nationality_members,
)
from nino_assets.statistic.quarters import Quarter
from nino_assets.statistic.vocabulary import (
    AGE_BANDS,
    ALL,
    ARRIVAL_LAGS,
    GEOGRAPHY_LEVELS,
    LOW,
    NATIONALITY_LEVELS,
    SEXES,
    UK_CODE,
)
from nino_assets.store.warehouse import Warehouse


def _prepare(
    con: duckdb.DuckDBPyConnection, warehouse: Warehouse, quarters: Sequence[Quarter]
) -> None:
    warehouse.tables.create_view(con, "cells", "perturbed_cubes", quarters)
    warehouse.tables.create_view(con, "directory", "postcode_directory")
    first = find_series(warehouse, quarters[-1])[0]
    series = max(first, quarters[0] - 3).list_until(quarters[-1])
    warehouse.tables.create_view(con, "keyed_counts", "keyed_counts", series)
    ptable = read_perturbation_table(warehouse)
    reach = max(ptable.reach.values())
    forbidden = ", ".join(str(count) for count in (*ptable.forbidden, -1))
    listed_cells = _count_declared_cells(con, warehouse)
    rows = []
    for quarter in quarters:
        cells = sum(n for cube, n in listed_cells if quarter - (cube.quarters - 1) >= first)
        stored = warehouse.tables.read("perturbed_cubes", [quarter]).count_rows()
        four = [q.label for q in (quarter - 3).list_until(quarter)]
        rows.append(f"('{quarter.label}', {cells}, {stored}, {four})")
    con.execute(f"""
        CREATE VIEW asked AS
        SELECT * FROM (VALUES {", ".join(rows)}) AS t(quarter, declared, stored, four_quarters)""")
    create_changes(con, warehouse, quarters)
    con.execute("CREATE VIEW rows AS SELECT *, time_period AS quarter FROM cells")
    con.execute(f"""
        CREATE TABLE quarters AS
        WITH listed AS (
            SELECT time_period AS quarter, count(*) AS n,
                -- A hash compares eight labels in one step; two cells of a quarter share one by
                -- chance less often than once in a billion quarters.
                n - count(DISTINCT hash(cube, geography_code, geography_level, nationality_code,
                    nationality_level, age, sex, arrival_lag)) AS repeated_cells,
                count(*) FILTER (registrations IN ({forbidden})) AS forbidden_counts,
                count(*) FILTER (observation_status IS DISTINCT FROM
                    CASE WHEN registrations = 0 THEN '{LOW}' ELSE '' END) AS low_misplaced,
                count(*) FILTER (registrations > 0) AS counts_published
            FROM cells GROUP BY time_period
        ), totals AS (
            SELECT time_period AS quarter,
                min(registrations) FILTER (time_period_type = 'quarter') AS least_quarter,
                max(registrations) FILTER (time_period_type = 'quarter') AS most_quarter,
                min(registrations) FILTER (time_period_type = 'year_ending') AS least_year,
                max(registrations) FILTER (time_period_type = 'year_ending') AS most_year
            FROM cells
            WHERE geography_code = '{UK_CODE}' AND nationality_level = 'total'
                AND age = '{ALL}' AND sex = '{ALL}' AND arrival_lag = '{ALL}'
            GROUP BY time_period
        ), alike AS (
            -- The same cell stands in several cubes, Wales as a country and as a region: one value.
            SELECT quarter, count(*) FILTER (lowest <> highest) AS cells_differ FROM (
                SELECT time_period AS quarter,
                    min(registrations) AS lowest, max(registrations) AS highest
                FROM cells
                GROUP BY time_period, hash(time_period_type, geography_code, nationality_code,
                    nationality_level, age, sex, arrival_lag)
            ) GROUP BY quarter
        ), held AS (
            SELECT quarter,
                coalesce(sum(registrations) FILTER (time_period = quarter), 0) AS quarter_count,
                coalesce(sum(registrations), 0) AS year_count
            FROM asked LEFT JOIN keyed_counts ON list_contains(four_quarters, time_period)
            GROUP BY quarter
        )
        SELECT asked.quarter,
            -- A cell stored under another quarter is in the file and not among the listed.
            greatest(abs(declared - coalesce(n, 0)), abs(declared - stored)) AS undeclared_cells,
            coalesce(repeated_cells, 0) AS repeated_cells,
            coalesce(forbidden_counts, 0) AS forbidden_counts,
            coalesce(low_misplaced, 0) AS low_misplaced,
            coalesce(counts_published, 0) AS counts_published,
            coalesce(cells_differ, 0) AS cells_differ,
            CASE WHEN quarter_count - least_quarter > {reach}
                OR most_quarter - quarter_count > {reach}
                OR year_count - least_year > {reach}
                OR most_year - year_count > {reach} THEN 1 ELSE 0 END AS totals_off,
            total_change_percent, sub_groups_moved, sub_groups_moved_named
        FROM asked LEFT JOIN listed USING (quarter) LEFT JOIN totals USING (quarter)
            LEFT JOIN alike USING (quarter) LEFT JOIN held USING (quarter)
            LEFT JOIN changes USING (quarter)""")


def _count_declared_cells(
    con: duckdb.DuckDBPyConnection, warehouse: Warehouse
) -> list[tuple[Cube, int]]:
    """Each cube with the number of cells that its declaration lists."""
    nationality = list_nationality_members(warehouse.tables.read_frame("nationality_groups"))
    area = list_area_members(
        warehouse.tables.read_frame("areas"), con.sql(list_local_authorities_sql("directory")).pl()
    )
    grouped = nationality.filter(nationality["nationality_level"] != "nationality")
    cells = []
    for cube in CUBES:
        members = nationality if cube.nationality_depth == "nationality" else grouped
        n = members["member_order"].n_unique()
        n *= area["area_order"].n_unique() if cube.by_area else 1
        n *= (len(AGE_BANDS) + 1) * (len(SEXES) + 1) if cube.by_age_sex else 1
        n *= len(ARRIVAL_LAGS) + 1 if cube.by_lag else 1
        cells.append((cube, n))
    return cells


_EXPLAIN = (
    f"Compare {TABLE_NAMES['Quarter_by_group'].lower()} with a year before; record what explains "
    "it, or ask the supplier."
)
_AGAIN = materialise_again("perturbed_cubes")

SUITE = Suite(
    asset="perturbed_cubes",
    prepare=_prepare,
    expectations=(
        expect_columns(CELL_COLUMNS, REPORT_BUG, added=["quarter"]),
        expect_none(
            "undeclared_cells", "Every cell of the declared domain is listed, and no other.", _AGAIN
        ),
        expect_none("repeated_cells", "No cell is listed twice.", _AGAIN),
        expect_none(
            "forbidden_counts", "No count that the p-table forbids is published.", REPORT_BUG
        ),
        expect_none("low_misplaced", f"{LOW} stands exactly where a count is 0.", REPORT_BUG),
        expect_none("cells_differ", "The same cell has the same value in every cube.", REPORT_BUG),
        expect_none(
            "totals_off", "No total is further from its count than the p-table reaches.", REPORT_BUG
        ),
        *(
            expect_filled(column, REPORT_BUG)
            for column in ("registrations", "geography_name", "nationality")
        ),
        expect_each_row(
            "counts_not_negative",
            "No count is negative.",
            "ExpectColumnValuesToBeBetween",
            REPORT_BUG,
            column="registrations",
            min_value=0,
        ),
        expect_listed("cube_listed", "cube", [cube.name for cube in CUBES], REPORT_BUG),
        expect_listed("nationality_levels", "nationality_level", NATIONALITY_LEVELS, REPORT_BUG),
        expect_listed("geography_levels", "geography_level", GEOGRAPHY_LEVELS, REPORT_BUG),
        expect_listed("age_listed", "age", [ALL, *AGE_BANDS], REPORT_BUG),
        expect_listed("sex_listed", "sex", [ALL, *SEXES], REPORT_BUG),
        expect_listed("arrival_lag_listed", "arrival_lag", [ALL, *ARRIVAL_LAGS], REPORT_BUG),
        expect_tolerated(
            "total_change_percent",
            "The change in the published total from the same quarter a year before",
            _EXPLAIN,
            area=PracticeArea.CONTEXT,
            unit="%",
        ),
        expect_tolerated(
            "sub_groups_moved",
            f"The number of sub-groups that moved by more than {MOVED_PERCENT}% and "
            f"{MOVED_REGISTRATIONS} registrations since the same quarter a year before, known "
            "breaks aside,",
            _EXPLAIN,
            area=PracticeArea.CONTEXT,
        ),
        expect_between(
            "counts_published",
            "At least one count of the quarter is not low.",
            "Check the volumes of the delivery.",
            at_least=1,
        ),
    ),
)
