"""The suite of geocoded_records: no identifier left, every registration placed or described.

Results carry counts and shares, never rows.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from nino_assets.deliveries.perturbation_table_file import read_perturbation_table
from nino_assets.methods.records.postcodes import normalise_postcode_sql
from nino_assets.methods.records.pseudonyms import PSEUDONYMISED_COLUMNS
from nino_assets.quality.measures.record_views import create_record_views
from nino_assets.quality.next_steps import ASK_SUPPLIER, REPORT_BUG
from nino_assets.quality.rules import (
    FEWEST_CASES,
    build_percent_sql,
    expect_columns,
    expect_each_row,
    expect_filled,
    expect_listed,
    expect_none,
    expect_tolerated,
)
from nino_assets.quality.suite import PracticeArea, Suite
from nino_assets.statistic.quarters import Quarter
from nino_assets.statistic.reference_lists import read_list
from nino_assets.statistic.vocabulary import GEOCODE_STATUSES
from nino_assets.store.delivery import Delivery
from nino_assets.store.warehouse import Warehouse


def _prepare(
    con: duckdb.DuckDBPyConnection, warehouse: Warehouse, quarters: Sequence[Quarter]
) -> None:
    create_record_views(con, warehouse, quarters, "cleaned_records", "geocoded_records")
    warehouse.tables.create_view(con, "lookup", "output_area_lookup")
    last_key = read_perturbation_table(warehouse).keys - 1
    con.execute("CREATE VIEW rows AS SELECT * FROM geocoded_records")
    _create_elsewhere(con, warehouse, quarters)
    _create_lacking(con, warehouse)
    con.execute(f"""
        CREATE TABLE quarters AS
        WITH cleaned AS (SELECT quarter, count(*) AS n FROM cleaned_records GROUP BY quarter),
        geocoded AS (
            SELECT quarter, count(*) AS n,
                count(*) FILTER (starts_with(geocode_status, 'matched')) AS matched,
                n - matched AS without_area,
                count(*) FILTER (geocode_status = 'missing') AS missing,
                count(*) FILTER (geocode_status = 'not_found') AS not_found,
                count(*) FILTER (geocode_status = 'invalid') AS invalid,
                missing + not_found + invalid AS unmatched,
                count(*) FILTER (geocode_status = 'outside_uk') AS overseas,
                count(*) FILTER (geocode_status = 'matched_terminated') AS terminated,
                count(*) FILTER (geocode_status = 'matched_repaired') AS repaired,
                count(*) FILTER (geocode_status = 'no_output_area') AS no_output_area,
                count(*) FILTER (geocode_status = 'bfpo') AS bfpo,
                count(*) FILTER (
                    starts_with(geocode_status, 'matched') <> (output_area IS NOT NULL)
                ) AS status_contradicted,
                count(*) FILTER (
                    record_key IS NULL OR record_key NOT BETWEEN 0 AND {last_key}
                ) AS keys_out_of_range
            FROM geocoded_records GROUP BY quarter
        ), unknown_areas AS (
            SELECT quarter, count(*) AS n FROM geocoded_records ANTI JOIN lookup USING (output_area)
            WHERE output_area IS NOT NULL GROUP BY quarter
        )
        SELECT asked.quarter,
            abs(coalesce(cleaned.n, 0) - coalesce(geocoded.n, 0)) AS rows_unaccounted,
            coalesce(status_contradicted, 0) AS status_contradicted,
            coalesce(keys_out_of_range, 0) AS keys_out_of_range,
            coalesce(unknown_areas.n, 0) AS unknown_areas,
            CASE WHEN matched = 0 AND unmatched >= {FEWEST_CASES} THEN 1 ELSE 0 END
                AS none_located,
            100 - {build_percent_sql("without_area", "geocoded.n")} AS matched_percent,
            {build_percent_sql("without_area", "geocoded.n")} AS place_lost_percent,
            {build_percent_sql("missing", "geocoded.n")} AS missing_percent,
            {build_percent_sql("not_found", "geocoded.n")} AS not_found_percent,
            {build_percent_sql("invalid", "geocoded.n")} AS invalid_percent,
            {build_percent_sql("overseas", "geocoded.n")} AS overseas_percent,
            {build_percent_sql("terminated", "geocoded.n")} AS terminated_percent,
            {build_percent_sql("repaired", "geocoded.n")} AS repaired_percent,
            {build_percent_sql("no_output_area", "geocoded.n")} AS no_output_area_percent,
            {build_percent_sql("bfpo", "geocoded.n")} AS bfpo_percent,
            lacking.lacking_region_percent, lacking.lacking_region_percent_named,
            coalesce(elsewhere.n, 0) AS counted_elsewhere
        FROM asked LEFT JOIN cleaned USING (quarter) LEFT JOIN geocoded USING (quarter)
            LEFT JOIN unknown_areas USING (quarter) LEFT JOIN elsewhere USING (quarter)
            LEFT JOIN lacking USING (quarter)""")


def _create_lacking(con: duckdb.DuckDBPyConnection, warehouse: Warehouse) -> None:
    """Create `lacking`: the region that lacks the most postcodes.

    A postcode that is not found still begins with its postcode area, which lies in the region where
    most of its located postcodes lie; in its country, when the directory has none of them.
    """
    warehouse.tables.create_view(con, "directory", "postcode_directory")
    warehouse.tables.create_view(con, "named_areas", "areas")
    con.register("postcode_areas", read_list("postcode_areas").to_arrow())
    con.execute(f"""
        CREATE TABLE lacking AS
        WITH places AS (
            SELECT letters, first(code ORDER BY code IS NULL, postcodes DESC, code) AS code
            FROM (
                SELECT {_build_letters_sql("start")} AS letters,
                    CASE WHEN region[1:1] = 'E' THEN region ELSE country END AS code,
                    sum(n) AS postcodes
                FROM (
                    SELECT postcode[1:2] AS start, region, country, count(*) AS n FROM directory
                    WHERE output_area IS NOT NULL GROUP BY ALL
                ) GROUP BY ALL
            ) GROUP BY letters
        ), named AS (
            SELECT postcode_area AS letters, any_value(area_name) AS region
            FROM postcode_areas LEFT JOIN places ON letters = postcode_area
                JOIN named_areas ON area_code = coalesce(code, postcode_areas.country)
            GROUP BY postcode_area
        ), delivered AS MATERIALIZED (
            SELECT quarter, {normalise_postcode_sql("postcode")} AS compact, count(*) AS n
            FROM cleaned_records GROUP BY ALL
        ), present AS (
            -- The directory is long: it is streamed past the delivered postcodes.
            SELECT DISTINCT postcode FROM directory SEMI JOIN delivered ON postcode = compact
        ), compared AS (
            SELECT quarter, {_build_letters_sql("compact")} AS letters, sum(n) AS n,
                coalesce(sum(n) FILTER (postcode IS NULL), 0) AS absent
            FROM delivered LEFT JOIN present ON postcode = compact
            GROUP BY quarter, letters
        ), regions AS (
            SELECT quarter, region, sum(absent) AS absent, sum(n) AS n
            FROM compared JOIN named USING (letters) GROUP BY quarter, region
        )
        SELECT quarter, max(share) AS lacking_region_percent,
            arg_max(region, share) AS lacking_region_percent_named
        FROM (SELECT quarter, region, {build_percent_sql("absent", "n")} AS share FROM regions)
        WHERE share IS NOT NULL GROUP BY quarter""")


def _build_letters_sql(postcode: str) -> str:
    """SQL for the postcode area: the first letter, or the first two."""
    second = f"{postcode}[2:2] BETWEEN '0' AND '9'"
    return f"CASE WHEN {second} THEN {postcode}[1:1] ELSE {postcode}[1:2] END"


def _create_elsewhere(
    con: duckdb.DuckDBPyConnection, warehouse: Warehouse, quarters: Sequence[Quarter]
) -> None:
    """Create `elsewhere`: persons whom another delivery counts too.

    Only deliveries that could share a person with one asked for are read, past the hashes of those
    asked for: a register alone in the warehouse costs nothing, and with a quarter it is streamed.
    """
    con.execute("CREATE TABLE elsewhere (quarter TEXT, n BIGINT)")
    asked = warehouse.serving.group_quarters(quarters)
    held = warehouse.serving.group_quarters(warehouse.tables.list_quarters("keyed_counts"))
    others = {
        delivery: found
        for delivery, served in held.items()
        if set(asked) - {delivery} and (found := _select_geocoded(warehouse, delivery, served))
    }
    if not others:
        return
    con.execute("CREATE TEMP TABLE persons (delivery INTEGER, person UBIGINT)")
    con.execute("CREATE TEMP TABLE shared (delivery INTEGER, person UBIGINT)")
    for n in range(len(asked)):
        con.execute(
            f"INSERT INTO persons SELECT DISTINCT {n}, hash(pseudonym) FROM geocoded_records_{n}"
        )
    for delivery, served in others.items():
        con.register("other", warehouse.records.read("geocoded_records", delivery, served))
        con.execute(f"""
            INSERT INTO shared SELECT persons.delivery, person
            FROM (SELECT hash(pseudonym) AS person FROM other) JOIN persons USING (person)
            WHERE delivery <> {list(asked).index(delivery) if delivery in asked else -1}""")
        con.unregister("other")
    for n in range(len(asked)):
        con.execute(f"""
            INSERT INTO elsewhere
            SELECT quarter, count(*) FROM geocoded_records_{n}
            WHERE hash(pseudonym) IN (SELECT person FROM shared WHERE delivery = {n})
            GROUP BY quarter""")


def _select_geocoded(
    warehouse: Warehouse, delivery: Delivery, quarters: Sequence[Quarter]
) -> list[Quarter]:
    """Select quarters that are geocoded: a delivery may be new."""
    return [
        q
        for q in quarters
        if warehouse.records.find_path("geocoded_records", delivery, q).is_file()
    ]


_DIRECTORY = "Check that landing/nspl/ holds the directory of this quarter; compare the statuses."

SUITE = Suite(
    asset="geocoded_records",
    prepare=_prepare,
    expectations=(
        expect_columns(PSEUDONYMISED_COLUMNS, REPORT_BUG),
        expect_none("rows_unaccounted", "Every cleaned registration is geocoded once.", REPORT_BUG),
        expect_each_row(
            "pseudonym_form",
            "Every pseudonym is 64 hex digits.",
            "ExpectColumnValuesToMatchRegex",
            REPORT_BUG,
            column="pseudonym",
            regex="^[0-9a-f]{64}$",
        ),
        expect_filled("pseudonym", REPORT_BUG),
        expect_none(
            "keys_out_of_range", "Every record key lies in the range of the p-table.", REPORT_BUG
        ),
        expect_listed("status_listed", "geocode_status", GEOCODE_STATUSES, REPORT_BUG),
        expect_filled("geocode_status", REPORT_BUG),
        expect_none(
            "status_contradicted",
            "A registration has an output area exactly when it is matched.",
            REPORT_BUG,
        ),
        expect_none("unknown_areas", "Every output area is in the look-up.", REPORT_BUG),
        expect_none("none_located", "At least one postcode of the quarter is found.", _DIRECTORY),
        expect_tolerated(
            "place_lost_percent",
            "The share of registrations without an output area that stops the quarter",
            _DIRECTORY,
            severity="block",
            unit="%",
        ),
        expect_tolerated(
            "matched_percent",
            "The share of registrations with an output area",
            _DIRECTORY,
            unit="%",
        ),
        *(
            expect_tolerated(
                f"{status}_percent",
                f"The share of registrations {words}",
                next_step,
                area=PracticeArea.SUPPLIER if next_step == ASK_SUPPLIER else PracticeArea.PRODUCER,
                unit="%",
            )
            for status, words, next_step in (
                ("terminated", "whose postcode has ended", _DIRECTORY),
                ("repaired", "whose postcode was found only after a repair", ASK_SUPPLIER),
                ("no_output_area", "whose postcode has no output area", _DIRECTORY),
                ("overseas", "from outside the UK", _DIRECTORY),
                ("bfpo", "from forces' addresses", ASK_SUPPLIER),
                ("missing", "without a postcode", ASK_SUPPLIER),
                ("not_found", "whose postcode the directory lacks", _DIRECTORY),
                ("invalid", "without a valid postcode", ASK_SUPPLIER),
            )
        ),
        expect_tolerated(
            "lacking_region_percent",
            "The share of postcodes that the directory lacks, in the region where it is largest,",
            _DIRECTORY,
            unit="%",
        ),
        expect_none(
            "counted_elsewhere",
            "No person of the quarter is counted in a quarter of another delivery too.",
            "Ask the supplier why a person is in two scans; both registrations are counted.",
            severity="warn",
            area=PracticeArea.SUPPLIER,
        ),
    ),
)
