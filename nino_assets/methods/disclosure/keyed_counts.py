"""Keyed counts: registrations at the finest published level, with their key sums.

Both are additive, so any cell of any table is a roll-up of these.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from nino_assets.methods.disclosure.cell_key import count_cells_sql
from nino_assets.methods.disclosure.dimensions import KEYED_DIMENSIONS
from nino_assets.statistic.vocabulary import (
    AGE_BANDS_IN_YEARS,
    ARRIVAL_LAGS_IN_DAYS,
    OVERSEAS_CODE,
    UNKNOWN,
    Band,
)

KEYED_COLUMNS = (*KEYED_DIMENSIONS, "registrations", "key_sum")


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


def count_registrations_sql(records: str, output_areas: str) -> str:
    """SQL for the keyed counts of pseudonymised `records`, in `KEYED_COLUMNS`.

    A record without a key leaves its row no key sum, which the roll-up refuses. `output_areas` has
    output_area and local_authority, one row an output area. local_authority is
    blank for a record with no area; only the United Kingdom counts it. It is NULL, which the
    roll-up refuses, for an output area that the look-up lacks.
    """
    classified = f"""(
        SELECT quarter AS time_period,
            CASE WHEN geocode_status = 'outside_uk' THEN '{OVERSEAS_CODE}'
                WHEN output_area IS NULL THEN '' ELSE located.local_authority END
                AS local_authority,
            nationality,
            {classify_age_sql("age")} AS age_band,
            sex,
            {classify_arrival_lag_sql("arrival_lag_days")} AS arrival_lag,
            record_key
        FROM {records} LEFT JOIN {output_areas} AS located USING (output_area))"""
    return f"{count_cells_sql(classified, KEYED_DIMENSIONS)} ORDER BY ALL"
