"""Keyed counts: registrations by output area, with their key sums.

Both are additive, so any cell of any table is a roll-up of these. An output area lasts as long as a
census; authorities and middle-layer areas follow from the look-up in use when cells are published.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from nino_assets.methods.disclosure.cell_key import count_cells_sql
from nino_assets.methods.disclosure.dimensions import KEYED_DIMENSIONS
from nino_assets.statistic.middle_layer import join_middle_layer_sql
from nino_assets.statistic.vocabulary import (
    AGE_BANDS_IN_YEARS,
    ARRIVAL_LAGS_IN_DAYS,
    OVERSEAS_CODE,
    UNKNOWN,
    Band,
)

COUNTED_DIMENSIONS = tuple(
    "output_area" if dimension == "local_authority" else dimension for dimension in KEYED_DIMENSIONS
)
"""Dimensions of the keyed counts that are kept."""
KEYED_COLUMNS = (*COUNTED_DIMENSIONS, "registrations", "key_sum")


def classify_age_sql(age: str) -> str:
    """SQL for the age band of completed years; Unknown when NULL."""
    return _classify_sql(age, AGE_BANDS_IN_YEARS)


def classify_arrival_lag_sql(days: str) -> str:
    """SQL for the band of days from arrival; Unknown when NULL."""
    return _classify_sql(days, ARRIVAL_LAGS_IN_DAYS)


def _classify_sql(number: str, bands: Sequence[Band]) -> str:
    cases = " ".join(
        f"WHEN {number} < {following.first} THEN '{band.label}'"
        for band, following in pairwise(bands)
    )
    return f"CASE WHEN {number} IS NULL THEN '{UNKNOWN}' {cases} ELSE '{bands[-1].label}' END"


def count_registrations_sql(records: str) -> str:
    """SQL for the keyed counts of pseudonymised `records`, in `KEYED_COLUMNS`.

    A record without a key leaves its row no key sum, which the roll-up refuses. output_area is
    `OVERSEAS` for a record from outside the United Kingdom, and blank for one without an area.
    """
    classified = f"""(
        SELECT quarter AS time_period,
            CASE WHEN geocode_status = 'outside_uk' THEN '{OVERSEAS_CODE}'
                ELSE coalesce(output_area, '') END AS output_area,
            nationality,
            {classify_age_sql("age")} AS age_band,
            sex,
            {classify_arrival_lag_sql("arrival_lag_days")} AS arrival_lag,
            record_key
        FROM {records})"""
    return f"{count_cells_sql(classified, COUNTED_DIMENSIONS)} ORDER BY ALL"


def rename_nationalities_sql(counted: str, called: str) -> str:
    """SQL for keyed counts with the labels of nationalities in use.

    `called` pairs each label that a nationality had (former) with its label now (nationality); a
    label that it lacks stays.
    """
    return f"""
        SELECT counted.* REPLACE
            (coalesce(called.nationality, counted.nationality) AS nationality)
        FROM {counted} AS counted LEFT JOIN {called} AS called
            ON called.former = counted.nationality"""


def locate_counts_sql(
    counted: str, output_areas: str, keys: int, *, middle_layer: bool = False
) -> str:
    """SQL that places keyed counts in the areas of a look-up.

    `counted` has `KEYED_COLUMNS`, `output_areas` output_area, local_authority and msoa, one row an
    output area. Columns: `KEYED_DIMENSIONS`, middle_layer if asked for, registrations, key_sum. Of
    an output area that the look-up lacks the areas are NULL; of a row whose count or key sum is
    missing, or out of range for `keys` record keys, so is that sum. The roll-up refuses each.
    """
    others = ", ".join(KEYED_DIMENSIONS[2:])
    nowhere = f"output_area IN ('', '{OVERSEAS_CODE}')"
    joined = join_middle_layer_sql("located.local_authority", "located.msoa")
    smaller = f"CASE WHEN {nowhere} THEN output_area ELSE {joined} END AS middle_layer,"
    return f"""
        SELECT time_period,
            CASE WHEN {nowhere} THEN output_area ELSE located.local_authority END
                AS local_authority,
            {others},
            {smaller if middle_layer else ""}
            CASE WHEN min(CASE WHEN registrations >= 1 THEN 1 ELSE 0 END) = 1
                THEN sum(registrations)::BIGINT END AS registrations,
            CASE WHEN min(CASE WHEN key_sum BETWEEN 0 AND registrations * {keys - 1} THEN 1
                ELSE 0 END) = 1 THEN sum(key_sum)::BIGINT END AS key_sum
        FROM {counted} LEFT JOIN {output_areas} AS located USING (output_area)
        GROUP BY ALL"""
