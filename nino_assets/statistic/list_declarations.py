"""The reference lists with their schemas. A new list is an entry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from nino_assets.statistic.calibration_lists import CALIBRATION_LISTS
from nino_assets.statistic.commentary_lists import COMMENTARY_LISTS
from nino_assets.statistic.list_schema import (
    AREA_CODE,
    CHECK,
    CODE,
    DAY,
    LATITUDE,
    LONGITUDE,
    NUMBER,
    QUARTER,
    WHOLE_NUMBER,
    ListSchema,
    Reference,
    Row,
    RowRule,
    WholeRule,
    allow_numbers,
    allow_values,
    declare_columns,
    match_pattern,
    require_bounds,
    require_order,
    require_whole_series,
)
from nino_assets.statistic.team_list import TEAM_LIST
from nino_assets.statistic.vocabulary import (
    EU,
    GEOGRAPHY_LEVELS,
    UK_CODE,
    UNKNOWN,
    UNKNOWN_SUB_GROUP,
    UNKNOWN_WORLD_AREA,
)

_KEEPER = r"(?:asset|check|document) [a-z0-9_.-]+"


def _have_one_world_area(rows: Sequence[Row]) -> bool:
    pairs = {(row["sub_group"], row["world_area"]) for row in rows}
    return len(pairs) == len({row["sub_group"] for row in rows})


def _list_the_unknown(rows: Sequence[Row]) -> bool:
    labels = {(row["nationality"], row["sub_group"], row["world_area"]) for row in rows}
    return (UNKNOWN, UNKNOWN_SUB_GROUP, UNKNOWN_WORLD_AREA) in labels


def _have_one_uk(rows: Sequence[Row]) -> bool:
    return [row["area_code"] for row in rows if row["geography_level"] == "uk"] == [UK_CODE]


LISTS: Mapping[str, ListSchema] = {
    **CALIBRATION_LISTS,
    **COMMENTARY_LISTS,
    "areas": ListSchema(
        declare_columns(
            "area_code area_name geography_level region_code country_code source",
            {
                "area_code": AREA_CODE,
                "geography_level": allow_values(*GEOGRAPHY_LEVELS),
                "region_code": AREA_CODE,
                "country_code": AREA_CODE,
            },
            optional="region_code country_code",
        ),
        unique=(("area_code", "geography_level"),),
        whole_rules=(WholeRule(f"{UK_CODE} is the one area of the level uk", _have_one_uk),),
    ),
    "changes": ListSchema(
        declare_columns(
            "change announced_on takes_effect_on when title description source",
            {"change": CODE, "announced_on": DAY, "takes_effect_on": DAY},
            optional="announced_on",
        ),
        unique=(("change",),),
        row_rules=(require_order("announced_on", "takes_effect_on"),),
    ),
    "code_of_practice": ListSchema(
        declare_columns(
            "principle pillar title how_kept kept_by source",
            {
                "principle": match_pattern(r"[TQV][1-9]", "a principle of the Code, written as T1"),
                "kept_by": match_pattern(
                    rf"{_KEEPER}(?:; {_KEEPER})*",
                    "assets, checks and documents, written as asset areas; check areas.regions",
                ),
            },
        ),
        unique=(("principle",),),
    ),
    "coherence_reasons": ListSchema(
        declare_columns(
            "reason series way first_quarter last_quarter title description source",
            {
                "reason": CODE,
                "series": CODE,
                "way": allow_values("higher", "lower", "either"),
                "first_quarter": QUARTER,
                "last_quarter": QUARTER,
            },
            optional="first_quarter last_quarter",
        ),
        unique=(("reason", "series", "first_quarter"),),
        row_rules=(require_order("first_quarter", "last_quarter"),),
    ),
    "coherence_tolerances": ListSchema(
        declare_columns(
            "series from_quarter ratio_at_least ratio_at_most trend_at_most evidence source",
            {
                "series": CODE,
                "from_quarter": QUARTER,
                "ratio_at_least": NUMBER,
                "ratio_at_most": NUMBER,
                "trend_at_most": NUMBER,
            },
            optional="ratio_at_least ratio_at_most trend_at_most",
        ),
        unique=(("series", "from_quarter"),),
        row_rules=(require_bounds("ratio_at_least", "ratio_at_most"),),
        whole_rules=(require_whole_series("series"),),
    ),
    "nationalities": ListSchema(
        declare_columns(
            "nationality_code nationality sub_group world_area iso_alpha2 source",
            {
                "nationality_code": CODE,
                "iso_alpha2": match_pattern(r"[A-Z]{2}", "two capital letters"),
            },
            optional="iso_alpha2",
        ),
        unique=(("nationality_code",), ("nationality",)),
        whole_rules=(
            WholeRule("each sub_group lies in one world_area", _have_one_world_area),
            WholeRule(
                f"one row is {UNKNOWN}, in {UNKNOWN_SUB_GROUP} and {UNKNOWN_WORLD_AREA}",
                _list_the_unknown,
            ),
            WholeRule(
                f"{EU} is a world_area", lambda rows: any(row["world_area"] == EU for row in rows)
            ),
        ),
    ),
    "nationality_aliases": ListSchema(
        declare_columns("delivered nationality reason source", {}),
        unique=(("delivered",),),
        references=(Reference("nationality", "nationalities", "nationality"),),
    ),
    "nationality_changes": ListSchema(
        declare_columns(
            "nationality_code from_quarter nationality sub_group world_area source",
            {"nationality_code": CODE, "from_quarter": QUARTER},
            optional="nationality sub_group world_area",
        ),
        unique=(("nationality_code", "from_quarter"),),
        row_rules=(
            RowRule(
                "sub_group",
                "sub_group and world_area are both given, or both blank",
                lambda row: bool(row["sub_group"]) is bool(row["world_area"]),
            ),
        ),
    ),
    "sub_groups": ListSchema(
        declare_columns(
            "sub_group from_quarter label short nationals about source",
            {"from_quarter": QUARTER},
            optional="about",
        ),
        unique=(("sub_group", "from_quarter"), ("label",)),
        whole_rules=(require_whole_series("sub_group"),),
    ),
    "nationality_positions": ListSchema(
        declare_columns(
            "nationality_code nationality longitude latitude source",
            {
                "nationality_code": CODE,
                "longitude": allow_numbers(-180, 360),
                "latitude": LATITUDE,
            },
        ),
        unique=(("nationality_code",),),
    ),
    "postcode_areas": ListSchema(
        declare_columns(
            "postcode_area postcodes outward_codes country latitude longitude source",
            {
                "postcode_area": match_pattern(r"[A-Z]{1,2}", "one or two capital letters"),
                "postcodes": WHOLE_NUMBER,
                "outward_codes": WHOLE_NUMBER,
                "country": AREA_CODE,
                "latitude": LATITUDE,
                "longitude": LONGITUDE,
            },
        ),
        unique=(("postcode_area",),),
    ),
    "practice_areas": ListSchema(
        declare_columns(
            "practice_area level assurance next_level source",
            {"level": match_pattern(r"A[0-3]", "a level from A0 to A3")},
            optional="next_level",
        ),
        unique=(("practice_area",),),
    ),
    "supplier_checks": ListSchema(
        declare_columns("supplier_check what source", {"supplier_check": CODE}),
        unique=(("supplier_check",),),
    ),
    "team": TEAM_LIST,
    "tolerances": ListSchema(
        declare_columns(
            "check from_quarter at_least at_most evidence source readers readers_reason",
            {
                "check": CHECK,
                "from_quarter": QUARTER,
                "at_least": NUMBER,
                "at_most": NUMBER,
                "readers": allow_values("public", "team"),
            },
            optional="at_least at_most readers readers_reason",
        ),
        unique=(("check", "from_quarter"),),
        row_rules=(
            RowRule(
                "at_least",
                "at_least or at_most is a number, or both are",
                lambda row: bool(row["at_least"] or row["at_most"]),
            ),
            require_bounds("at_least", "at_most"),
            RowRule(
                "readers_reason",
                "a public row says why readers may be told",
                lambda row: row["readers"] != "public" or bool(row["readers_reason"]),
            ),
        ),
        whole_rules=(require_whole_series("check"),),
    ),
}
"""By name: `tolerances` is the file `tolerances.csv`."""
