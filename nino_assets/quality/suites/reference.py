"""Suites of the reference assets."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from nino_assets.methods.disclosure.cell_key import LAST_PCV
from nino_assets.methods.records.postcode_directory import (
    DIRECTORY_COLUMNS,
    LOOKUP_COLUMNS,
    REAL_LOCAL_AUTHORITY,
    is_pseudo_code_sql,
)
from nino_assets.quality.rules import exact_columns, filled, none_of, share, tolerated
from nino_assets.quality.suite import Suite
from nino_assets.statistic.quarters import Quarter
from nino_assets.statistic.reference_lists import areas as listed_areas
from nino_assets.statistic.reference_lists import nationalities
from nino_assets.store.warehouse import Warehouse

_NSPL = "Open the directory in landing/nspl/; download it again if it is damaged."
_LISTS = "Compare the list in data/reference/ with its source."


def _directory(con: duckdb.DuckDBPyConnection, warehouse: Warehouse, _: Sequence[Quarter]) -> None:
    warehouse.open_table(con, "directory", "postcode_directory")
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


postcode_directory = Suite(
    asset="postcode_directory",
    partitioned=False,
    prepare=_directory,
    expectations=(
        exact_columns(DIRECTORY_COLUMNS, _NSPL, added=["quarter"]),
        share(
            "postcodes",
            "The directory holds at least one postcode.",
            _NSPL,
            at_least=1,
            severity="block",
        ),
        filled("postcode", _NSPL),
        none_of("repeated_postcodes", "No postcode stands in the directory twice.", _NSPL),
        none_of(
            "no_local_authority", "Every postcode with an output area has a local authority.", _NSPL
        ),
        none_of(
            "outside_isles", "Every position lies in the British Isles.", _NSPL, severity="warn"
        ),
        tolerated(
            "located_percent",
            "The share of postcodes with an output area, in percent,",
            _NSPL,
        ),
        share("countries", "The directory covers all four countries.", _NSPL, at_least=4),
    ),
)


def _output_areas(
    con: duckdb.DuckDBPyConnection, warehouse: Warehouse, _: Sequence[Quarter]
) -> None:
    warehouse.open_table(con, "lookup", "output_area_lookup")
    warehouse.open_table(con, "directory", "postcode_directory")
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


output_area_lookup = Suite(
    asset="output_area_lookup",
    partitioned=False,
    prepare=_output_areas,
    expectations=(
        exact_columns(LOOKUP_COLUMNS, _NSPL, added=["quarter"]),
        none_of("repeated_areas", "Each output area has one row.", _NSPL),
        none_of("not_looked_up", "Every output area of the directory is in the look-up.", _NSPL),
        filled("local_authority", _NSPL),
        filled("region", _NSPL),
        filled("country", _NSPL),
        none_of(
            "split_areas",
            "Each output area lies in one LSOA, one MSOA and one local authority.",
            "Ask the publisher of the NSPL about the output areas concerned.",
            severity="warn",
        ),
        none_of(
            "split_authorities",
            "Each local authority lies in one region and one country.",
            "Ask the publisher of the NSPL about the local authorities concerned.",
            severity="warn",
        ),
    ),
)


def _nationalities(
    con: duckdb.DuckDBPyConnection, warehouse: Warehouse, _: Sequence[Quarter]
) -> None:
    warehouse.open_table(con, "listed", "nationality_groups")
    con.execute("CREATE VIEW rows AS SELECT *, '' AS quarter FROM listed")
    con.execute("""
        CREATE TABLE quarters AS SELECT '' AS quarter,
            count(*) - count(DISTINCT nationality) AS repeated_labels,
            count(*) - count(DISTINCT nationality_code) AS repeated_codes,
            (SELECT count(*) FROM (SELECT sub_group FROM listed GROUP BY sub_group
                HAVING count(DISTINCT world_area) > 1)) AS split_sub_groups,
            count(DISTINCT sub_group) AS sub_groups, count(DISTINCT world_area) AS world_areas
        FROM listed""")


nationality_groups = Suite(
    asset="nationality_groups",
    partitioned=False,
    prepare=_nationalities,
    expectations=(
        exact_columns(nationalities().columns, _LISTS, added=["quarter"]),
        none_of("repeated_labels", "No nationality is listed twice.", _LISTS),
        none_of("repeated_codes", "No two nationalities share a code.", _LISTS),
        none_of("split_sub_groups", "Each sub-group lies in one world area.", _LISTS),
        share(
            "sub_groups",
            "There are 15 sub-groups.",
            _LISTS,
            at_least=15,
            at_most=15,
            severity="block",
        ),
        share(
            "world_areas",
            "There are 5 world areas.",
            _LISTS,
            at_least=5,
            at_most=5,
            severity="block",
        ),
        *(
            filled(column, _LISTS)
            for column in ("nationality_code", "nationality", "sub_group", "world_area")
        ),
    ),
)


def _areas(con: duckdb.DuckDBPyConnection, warehouse: Warehouse, _: Sequence[Quarter]) -> None:
    warehouse.open_table(con, "listed", "areas")
    warehouse.open_table(con, "directory", "postcode_directory")
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


areas = Suite(
    asset="areas",
    partitioned=False,
    prepare=_areas,
    expectations=(
        exact_columns(listed_areas().columns, _LISTS, added=["quarter"]),
        none_of("repeated_areas", "No area is listed twice at one level.", _LISTS),
        share(
            "countries", "There are 4 countries.", _LISTS, at_least=4, at_most=4, severity="block"
        ),
        share(
            "regions", "There are 12 regions.", _LISTS, at_least=12, at_most=12, severity="block"
        ),
        filled("area_code", _LISTS),
        filled("area_name", _LISTS),
        none_of(
            "unnamed_authorities",
            "Every local authority of the directory in use has a name.",
            "Add the new local authorities to data/reference/areas.csv.",
            severity="warn",
        ),
    ),
)


def _ptable(con: duckdb.DuckDBPyConnection, warehouse: Warehouse, _: Sequence[Quarter]) -> None:
    warehouse.open_table(con, "ptable", "perturbation_table")
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

perturbation_table = Suite(
    asset="perturbation_table",
    partitioned=False,
    prepare=_ptable,
    expectations=(
        exact_columns(("pcv", "ckey", "pvalue"), _REDRAW, added=["quarter"]),
        none_of(
            "holes", f"Every count from 1 to {LAST_PCV} has an entry for every cell key.", _REDRAW
        ),
        none_of("repeated_entries", "No entry stands twice.", _REDRAW),
        none_of("negative_counts", "No entry publishes a negative count.", _REDRAW),
        none_of("biased_rows", "The noise of each row sums to exactly zero.", _REDRAW),
        filled("pvalue", _REDRAW),
    ),
)

SUITES = (postcode_directory, output_area_lookup, nationality_groups, areas, perturbation_table)
