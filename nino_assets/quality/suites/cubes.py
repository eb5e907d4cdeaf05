"""Suites of the cube assets: nothing lost before perturbation, nothing unsafe after it."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from nino_assets.methods.disclosure.keyed_counts import KEYED_COLUMNS
from nino_assets.methods.records.postcode_directory import list_local_authorities_sql
from nino_assets.quality.rules import (
    each_row,
    exact_columns,
    filled,
    listed,
    none_of,
    share,
    tolerated,
)
from nino_assets.quality.suite import PracticeArea, Suite
from nino_assets.quality.suites.deliveries import CODE, register_records
from nino_assets.quality.year_before import (
    MOVED_PERCENT,
    MOVED_REGISTRATIONS,
    create_changes,
    create_shifts,
)
from nino_assets.statistic.published_domain import (
    CELL_COLUMNS,
    CUBES,
    Cube,
    area_members,
    nationality_members,
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


def _keyed(
    con: duckdb.DuckDBPyConnection, warehouse: Warehouse, quarters: Sequence[Quarter]
) -> None:
    register_records(con, warehouse, quarters, "geocoded_records")
    warehouse.open_table(con, "keyed_counts", "keyed_counts", quarters)
    con.execute("CREATE VIEW rows AS SELECT *, time_period AS quarter FROM keyed_counts")
    create_shifts(con, warehouse, quarters)
    con.execute("""
        CREATE TABLE quarters AS
        WITH records AS (
            SELECT quarter, count(*) AS n, sum(record_key) AS keys FROM geocoded_records
            GROUP BY quarter
        ), counted AS (
            SELECT time_period AS quarter, sum(registrations) AS n, sum(key_sum) AS keys
            FROM keyed_counts GROUP BY time_period
        )
        SELECT shifts.*,
            abs(coalesce(records.n, 0) - coalesce(counted.n, 0)) AS rows_unaccounted,
            abs(coalesce(records.keys, 0) - coalesce(counted.keys, 0)) AS keys_unaccounted
        FROM shifts LEFT JOIN records USING (quarter) LEFT JOIN counted USING (quarter)""")


keyed_counts = Suite(
    asset="keyed_counts",
    prepare=_keyed,
    expectations=(
        none_of("rows_unaccounted", "The counts hold every geocoded registration once.", CODE),
        none_of("keys_unaccounted", "The key sums hold every record key once.", CODE),
        exact_columns(KEYED_COLUMNS, CODE, added=["quarter"]),
        *(filled(column, CODE) for column in KEYED_COLUMNS[1:]),
        listed("age_band_listed", "age_band", AGE_BANDS, CODE),
        listed("sex_listed", "sex", SEXES, CODE),
        listed("arrival_lag_listed", "arrival_lag", ARRIVAL_LAGS, CODE),
        each_row(
            "counts_positive",
            "Every count is at least 1.",
            "ExpectColumnValuesToBeBetween",
            CODE,
            column="registrations",
            min_value=1,
        ),
        *(
            tolerated(
                name,
                f"The share of registrations {words} than a year before, in percent,",
                f"Compare {named} with the same quarter a year before and with known events.",
                area=PracticeArea.CONTEXT,
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


def _perturbed(
    con: duckdb.DuckDBPyConnection, warehouse: Warehouse, quarters: Sequence[Quarter]
) -> None:
    warehouse.open_table(con, "cells", "perturbed_cubes", quarters)
    warehouse.open_table(con, "directory", "postcode_directory")
    first = warehouse.first_quarter(quarters[-1])
    series = max(first, quarters[0] - 3).until(quarters[-1])
    warehouse.open_table(con, "keyed_counts", "keyed_counts", series)
    ptable = warehouse.checked_perturbation_table()
    reach = max(ptable.reach.values())
    forbidden = ", ".join(str(count) for count in (*ptable.forbidden, -1))
    listed_cells = _declared_cells(con, warehouse)
    rows = []
    for quarter in quarters:
        cells = sum(n for cube, n in listed_cells if quarter - (cube.quarters - 1) >= first)
        stored = warehouse.table("perturbed_cubes", [quarter]).count_rows()
        four = [q.label for q in (quarter - 3).until(quarter)]
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


def _declared_cells(con: duckdb.DuckDBPyConnection, warehouse: Warehouse) -> list[tuple[Cube, int]]:
    """Each cube with the number of cells that it lists for a period, by declaration alone."""
    nationality = nationality_members(warehouse.frame("nationality_groups"))
    area = area_members(
        warehouse.frame("areas"), con.sql(list_local_authorities_sql("directory")).pl()
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


_EXPLAIN = "Compare table 1 with a year before; record what explains it, or ask the supplier."
_RERUN = "Materialise perturbed_cubes again; if it stays, report a fault of the line."

perturbed_cubes = Suite(
    asset="perturbed_cubes",
    prepare=_perturbed,
    expectations=(
        exact_columns(CELL_COLUMNS, CODE, added=["quarter"]),
        none_of(
            "undeclared_cells", "Every cell of the declared domain is listed, and no other.", _RERUN
        ),
        none_of("repeated_cells", "No cell is listed twice.", _RERUN),
        none_of("forbidden_counts", "No count that the p-table forbids is published.", CODE),
        none_of("low_misplaced", f"{LOW} stands exactly where a count is 0.", CODE),
        none_of("cells_differ", "The same cell has the same value in every cube.", CODE),
        none_of("totals_off", "No total is further from its count than the p-table reaches.", CODE),
        *(filled(column, CODE) for column in ("registrations", "geography_name", "nationality")),
        each_row(
            "counts_not_negative",
            "No count is negative.",
            "ExpectColumnValuesToBeBetween",
            CODE,
            column="registrations",
            min_value=0,
        ),
        listed("cube_listed", "cube", [cube.name for cube in CUBES], CODE),
        listed("nationality_levels", "nationality_level", NATIONALITY_LEVELS, CODE),
        listed("geography_levels", "geography_level", GEOGRAPHY_LEVELS, CODE),
        listed("age_listed", "age", [ALL, *AGE_BANDS], CODE),
        listed("sex_listed", "sex", [ALL, *SEXES], CODE),
        listed("arrival_lag_listed", "arrival_lag", [ALL, *ARRIVAL_LAGS], CODE),
        tolerated(
            "total_change_percent",
            "The change in the published total from the same quarter a year before, in percent,",
            _EXPLAIN,
            area=PracticeArea.CONTEXT,
        ),
        tolerated(
            "sub_groups_moved",
            f"The number of sub-groups that moved by more than {MOVED_PERCENT}% and "
            f"{MOVED_REGISTRATIONS} registrations since the same quarter a year before, known "
            "breaks aside,",
            _EXPLAIN,
            area=PracticeArea.CONTEXT,
        ),
        share(
            "counts_published",
            "At least one count of the quarter is not low.",
            "Check the volumes of the delivery.",
            at_least=1,
        ),
    ),
)
SUITES = (keyed_counts, perturbed_cubes)
