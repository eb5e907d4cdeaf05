"""The labels that are published or counted, in published order.

Nationalities and areas come from the reference lists.
"""

from __future__ import annotations

from dataclasses import dataclass

ALL = "All"
UNKNOWN = "Unknown"


@dataclass(frozen=True)
class Band:
    """One band of whole numbers, from `first` up to the next band."""

    label: str
    first: int


AGE_BANDS_IN_YEARS = (
    Band("Less than 18", 0),
    Band("18-24", 18),
    Band("25-29", 25),
    Band("30-34", 30),
    Band("35-39", 35),
    Band("40-44", 40),
    Band("45-49", 45),
    Band("50-54", 50),
    Band("55-59", 55),
    Band("60 or over", 60),
)
"""Completed years of age on the day of registration."""
AGE_BANDS = (*(band.label for band in AGE_BANDS_IN_YEARS), UNKNOWN)
SEXES = ("Male", "Female", UNKNOWN)

ARRIVAL_LAGS_IN_DAYS = (
    Band("Within 1 month", 0),
    Band("1 to 3 months", 31),
    Band("3 to 6 months", 92),
    Band("6 to 12 months", 183),
    Band("1 to 2 years", 366),
    Band("2 to 5 years", 731),
    Band("Over 5 years", 1827),
)
"""Days from arrival in the United Kingdom to registration."""
ARRIVAL_LAGS = (*(band.label for band in ARRIVAL_LAGS_IN_DAYS), UNKNOWN)

NATIONALITY_LEVELS = ("total", "aggregate", "world_area", "sub_group", "nationality")
NON_EU = "Non-European Union"
EU = "European Union"
UNKNOWN_WORLD_AREA = "Other / unknown"
UNKNOWN_SUB_GROUP = "Unknown / other"

GEOGRAPHY_LEVELS = ("uk", "country", "region", "local_authority", "overseas")
UK_CODE, UK_NAME = "K02000001", "United Kingdom"
OVERSEAS_CODE, OVERSEAS_NAME = "OVERSEAS", "Overseas Registration"

REJECTION_REASONS = (
    "malformed_row",
    "invalid_nino",
    "juvenile_registration",
    "account_not_live",
    "uk_national",
    "registration_date_missing",
    "outside_series",
    "outside_quarter",
    "duplicate_nino",
)
REPAIRS = ("nationality_unknown", "age_unknown", "lag_unknown", "sex_unknown")
GEOCODE_STATUSES = (
    "matched",
    "matched_terminated",
    "matched_repaired",
    "no_output_area",
    "outside_uk",
    "bfpo",
    "missing",
    "not_found",
    "invalid",
)

NULL_TEXTS = ("null", "(null)", "<null>", "none", "nil", "n/a", "#n/a", "nan", "<na>", "-", "--")
"""What other programs write for nothing, in lower case. "NA" is left out: it is Namibia too."""

LOW = "[low]"
"""The harmonised shorthand for nil or negligible: stands exactly where a published count is 0."""
