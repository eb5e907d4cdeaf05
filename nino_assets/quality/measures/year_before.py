"""Measures what changed since the same quarter a year before."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from nino_assets.quality.known_breaks import list_known_breaks
from nino_assets.statistic.nationality_list import add_former_labels
from nino_assets.statistic.published_domain import QUARTER_NATIONALITY
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.warehouse import Warehouse

SHIFTS = {
    "sub_group_shift_percent": "sub_group",
    "area_shift_percent": "coalesce(region, output_area)",
    "age_shift_percent": "age_band",
    "sex_shift_percent": "sex",
    "lag_shift_percent": "arrival_lag",
}
"""For each measure of a shift, SQL for what registrations are told apart by."""


def create_shifts(
    con: duckdb.DuckDBPyConnection, warehouse: Warehouse, quarters: Sequence[Quarter]
) -> None:
    """Create `shifts`: the % of registrations in other categories.

    Than a year before, that is.

    Half the sum of absolute differences between shares, where both quarters have registrations.
    """
    held = warehouse.tables.list_quarters("keyed_counts")
    pairs = [(q, q - 4) for q in quarters if q - 4 in held]
    columns = ", ".join(f"{name} DOUBLE" for name in SHIFTS)
    con.execute(f"CREATE TABLE shifts (quarter TEXT, {columns})")
    con.execute("INSERT INTO shifts (quarter) SELECT quarter FROM asked")
    if not pairs:
        return
    groups = warehouse.tables.read_frame("nationality_groups")
    con.register("nationalities", add_former_labels(groups).to_arrow())
    warehouse.tables.create_view(con, "located", "output_area_lookup")
    needed = sorted({q for pair in pairs for q in pair})
    warehouse.tables.create_view(con, "compared_counts", "keyed_counts", needed)
    compared = ", ".join(f"('{q.label}', '{before.label}')" for q, before in pairs)
    con.execute(f"CREATE VIEW pairs AS FROM (VALUES {compared}) AS t(quarter, year_before)")
    con.execute("""
        CREATE TEMP VIEW told_apart AS
        SELECT * FROM compared_counts JOIN nationalities USING (nationality)
            LEFT JOIN (SELECT output_area, region FROM located) USING (output_area)""")
    for name, category in SHIFTS.items():
        con.execute(f"""
            UPDATE shifts SET {name} = shift FROM (
                WITH counts AS (
                    SELECT time_period, {category} AS category, sum(registrations) AS n
                    FROM told_apart GROUP BY ALL
                ), shares AS (
                    SELECT time_period, category, n / sum(n) OVER (PARTITION BY time_period) AS part
                    FROM counts
                ), both_years AS (
                    SELECT quarter, category, part FROM pairs JOIN shares ON time_period = quarter
                    UNION ALL
                    SELECT quarter, category, -part
                    FROM pairs JOIN shares ON time_period = year_before
                )
                SELECT quarter AS compared, round(50 * sum(abs(change)), 3) AS shift FROM (
                    SELECT quarter, category, sum(part) AS change FROM both_years GROUP BY ALL
                ) WHERE quarter IN (SELECT time_period FROM counts) AND quarter IN (
                    SELECT quarter FROM pairs WHERE year_before IN (SELECT time_period FROM counts))
                GROUP BY quarter
            ) WHERE shifts.quarter = compared""")


MOVED_PERCENT, MOVED_REGISTRATIONS = 50, 100
"""A sub-group moved when it changed by more than both: half of it, and far beyond the noise."""


def create_changes(
    con: duckdb.DuckDBPyConnection, warehouse: Warehouse, quarters: Sequence[Quarter]
) -> None:
    """Create `changes`: what moved since a year before."""
    held = warehouse.tables.list_quarters("perturbed_cubes")
    pairs = [(q, q - 4) for q in quarters if q - 4 in held]
    con.execute("""
        CREATE TABLE changes (quarter TEXT, total_change_percent DOUBLE, sub_groups_moved BIGINT,
            sub_groups_moved_named TEXT)""")
    if not pairs:
        return
    warehouse.tables.create_view(
        con, "earlier_cells", "perturbed_cubes", sorted(b for _, b in pairs)
    )
    compared = ", ".join(f"('{q.label}', '{before.label}')" for q, before in pairs)
    explained = [
        f"('{q.label}', '{known.sub_group}', {_write_bound(known.at_least, '-inf')}, "
        f"{_write_bound(known.at_most, 'inf')})"
        for known in list_known_breaks("sub_groups_moved")
        for q in quarters
        if known.sub_group and known.first <= q <= known.last
    ]
    con.execute(f"""
        INSERT INTO changes
        WITH explained AS (
            FROM (VALUES {", ".join(["(NULL, NULL, NULL, NULL)", *explained])})
                AS t(quarter, nationality, at_least, at_most)
        ), compared AS (
            SELECT quarter, cells.nationality_level, cells.nationality,
                earlier.registrations AS was, cells.registrations - was AS difference,
                100.0 * difference / nullif(was, 0) AS change
            FROM (VALUES {compared}) AS t(quarter, year_before)
            JOIN cells ON cells.time_period = quarter
            JOIN earlier_cells AS earlier ON earlier.time_period = year_before
                AND earlier.cube = cells.cube
                AND earlier.nationality_level = cells.nationality_level
                AND earlier.nationality_code = cells.nationality_code
            WHERE cells.cube = '{QUARTER_NATIONALITY.name}'
                AND cells.nationality_level IN ('total', 'sub_group')
        ), judged AS (
            SELECT *, nationality_level = 'sub_group' AND abs(difference) > {MOVED_REGISTRATIONS}
                AND (was = 0 OR abs(change) > {MOVED_PERCENT})
                AND NOT EXISTS (
                    FROM explained WHERE (explained.quarter, explained.nationality)
                        = (compared.quarter, compared.nationality)
                    AND coalesce(change, 0) BETWEEN at_least AND at_most) AS moved
            FROM compared
        )
        SELECT quarter,
            any_value(change) FILTER (nationality_level = 'total' AND was > 0),
            count(*) FILTER (moved),
            string_agg(nationality || coalesce(format(' {{:+.0f}}%', change), ' from nil'), ', '
                ORDER BY nationality) FILTER (moved)
        FROM judged GROUP BY quarter""")


def _write_bound(bound: float | None, none: str) -> str:
    return f"'{none if bound is None else bound}'::DOUBLE"
