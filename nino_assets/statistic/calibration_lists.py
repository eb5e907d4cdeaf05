"""The schemas of the lists that synthetic deliveries are made from."""

from __future__ import annotations

from collections.abc import Mapping

from nino_assets.statistic.list_schema import (
    AREA_CODE,
    LATITUDE,
    LONGITUDE,
    QUARTER,
    WHOLE_NUMBER,
    ListSchema,
    Reference,
    allow_numbers,
    allow_values,
    declare_columns,
    match_pattern,
)
from nino_assets.statistic.vocabulary import GEOGRAPHY_LEVELS, NATIONALITY_LEVELS

_CALIBRATION_QUARTERS = ListSchema(
    declare_columns("quarter total source", {"quarter": QUARTER, "total": WHOLE_NUMBER}),
    unique=(("quarter",),),
    one_each=("nationalities", "sub_group"),
)

CALIBRATION_LISTS: Mapping[str, ListSchema] = {
    "calibration_after_march_2018": _CALIBRATION_QUARTERS,
    "calibration_areas": ListSchema(
        declare_columns(
            "level area_code area_name region_code directory_code total source",
            {
                "level": allow_values(*GEOGRAPHY_LEVELS),
                "area_code": AREA_CODE,
                "region_code": AREA_CODE,
                "directory_code": AREA_CODE,
                "total": WHOLE_NUMBER,
            },
            optional="directory_code",
        ),
        unique=(("level", "area_code"),),
        one_each=("nationalities", "sub_group"),
    ),
    "calibration_leading_nationalities": ListSchema(
        declare_columns(
            "year nationality registrations source",
            {"year": match_pattern(r"20[0-9]{2}", "a year"), "registrations": WHOLE_NUMBER},
        ),
        unique=(("year", "nationality"),),
        references=(Reference("nationality", "nationalities", "nationality"),),
    ),
    "calibration_nationalities": ListSchema(
        declare_columns(
            "level label year_ending_march_2017 year_ending_march_2018 source",
            {
                "level": allow_values(*NATIONALITY_LEVELS),
                "year_ending_march_2017": WHOLE_NUMBER,
                "year_ending_march_2018": WHOLE_NUMBER,
            },
            optional="year_ending_march_2017 year_ending_march_2018",
        ),
        unique=(("level", "label"),),
    ),
    "calibration_quarters": _CALIBRATION_QUARTERS,
    "calibration_shares": ListSchema(
        declare_columns(
            "dimension applies_to category share source",
            {
                "dimension": allow_values("age_band", "sex", "arrival_lag"),
                "share": allow_numbers(0, 100),
            },
        ),
        unique=(("dimension", "applies_to", "category"),),
    ),
    "local_authorities_2021": ListSchema(
        declare_columns(
            "local_authority region country latitude longitude source",
            {
                "local_authority": AREA_CODE,
                "region": AREA_CODE,
                "country": AREA_CODE,
                "latitude": LATITUDE,
                "longitude": LONGITUDE,
            },
        ),
        unique=(("local_authority",),),
    ),
}
