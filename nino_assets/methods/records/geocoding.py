"""Finds the output area of a registration, or why there is none.

Source: `nino_assets/docs/method.md`, Geocoding. A postcode is looked up first; its form is checked
only if it is not found.
"""

from __future__ import annotations

from nino_assets.methods.records.postcodes import (
    BFPO_FORM,
    CROWN_DEPENDENCY_FORM,
    POSTCODE_FORM,
    normalise_postcode_sql,
    swap_letters_and_digits_sql,
)

UK_COUNTRIES = (
    "gbr",
    "gb",
    "uk",
    "u.k.",
    "united kingdom",
    "great britain",
    "england",
    "wales",
    "scotland",
    "northern ireland",
)
"""Usual spellings of the United Kingdom as a country of residence, in lower case."""


def geocode_sql(records: str, directory: str) -> str:
    """SQL for records with their output area and geocode status.

    `records` has postcode and country_of_residence; `directory` has postcode (normalised),
    terminated, crown_dependency and output_area (NULL when the geography is blank), one row a
    postcode. Adds output_area (NULL unless matched) and geocode_status, one of
    `vocabulary.GEOCODE_STATUSES`; no row is added or lost.
    """
    return f"""
        WITH written AS (
            SELECT *, {normalise_postcode_sql("postcode")} AS postcode_key FROM {records}
        ), looked_up AS (
            SELECT written.*,
                found.postcode IS NOT NULL AS as_written,
                found.terminated, found.crown_dependency, found.output_area,
                CASE WHEN found.postcode IS NULL
                    THEN {swap_letters_and_digits_sql("postcode_key")} END AS swapped_key
            FROM written LEFT JOIN {directory} AS found ON found.postcode = written.postcode_key
        ), looked_up_again AS (
            SELECT looked_up.* EXCLUDE (terminated, crown_dependency, output_area),
                as_written OR again.postcode IS NOT NULL AS in_directory,
                coalesce(looked_up.terminated, again.terminated) AS terminated,
                coalesce(looked_up.crown_dependency, again.crown_dependency) AS crown_dependency,
                coalesce(looked_up.output_area, again.output_area) AS directory_output_area
            FROM looked_up LEFT JOIN {directory} AS again ON again.postcode = looked_up.swapped_key
        ), described AS (
            SELECT * EXCLUDE (
                    postcode_key, swapped_key, in_directory, as_written, terminated,
                    crown_dependency
                ),
                {_find_status_sql()} AS geocode_status
            FROM looked_up_again
        )
        SELECT * EXCLUDE (directory_output_area),
            CASE WHEN starts_with(geocode_status, 'matched') THEN directory_output_area END
                AS output_area
        FROM described"""


def _find_status_sql() -> str:
    """SQL for the first status that fits.

    The form of a postcode that is not found is checked after the swap. BFPO numbers are not
    postcodes and are checked as written.
    """
    return f"""
        CASE
            WHEN crown_dependency THEN 'outside_uk'
            WHEN NOT in_directory AND regexp_full_match(swapped_key, '{CROWN_DEPENDENCY_FORM}')
                THEN 'outside_uk'
            WHEN directory_output_area IS NOT NULL AND NOT as_written THEN 'matched_repaired'
            WHEN directory_output_area IS NOT NULL AND terminated THEN 'matched_terminated'
            WHEN directory_output_area IS NOT NULL THEN 'matched'
            WHEN in_directory THEN 'no_output_area'
            WHEN country_of_residence NOT IN {UK_COUNTRIES} THEN 'outside_uk'
            WHEN regexp_full_match(postcode_key, '{BFPO_FORM}') THEN 'bfpo'
            WHEN postcode_key = '' THEN 'missing'
            WHEN regexp_full_match(swapped_key, '{POSTCODE_FORM}') THEN 'not_found'
            ELSE 'invalid'
        END"""
