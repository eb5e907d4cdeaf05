"""The words of the statistic: every label that is published or counted, in its published order.

Belongs here: categories that do not come from a list in `data/reference/`.
Does not belong here: rules that assign a record to a category (`methods/`).
"""

from __future__ import annotations

ALL = "All"
UNKNOWN = "Unknown"

AGE_BANDS = (
    "Less than 18",
    "18-24",
    "25-29",
    "30-34",
    "35-39",
    "40-44",
    "45-49",
    "50-54",
    "55-59",
    "60 or over",
    UNKNOWN,
)
SEXES = ("Male", "Female", UNKNOWN)
ARRIVAL_LAGS = (
    "Within 1 month",
    "1 to 3 months",
    "3 to 6 months",
    "6 to 12 months",
    "1 to 2 years",
    "2 to 5 years",
    "Over 5 years",
    UNKNOWN,
)

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

LOW = "[low]"
"""The harmonised shorthand for nil or negligible: stands exactly where a published count is 0."""

SYNTHETIC_SOURCE = "Synthetic:"
"""How the source of a made-up figure of another producer begins."""
