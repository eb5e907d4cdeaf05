"""The schemas of the lists that the commentary keeps to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from nino_assets.statistic.list_schema import (
    CHECK,
    CODE,
    DAY,
    NUMBER,
    QUARTER,
    WHOLE_NUMBER,
    ListSchema,
    Reference,
    Row,
    RowRule,
    WholeRule,
    allow_values,
    declare_columns,
    match_pattern,
    require_bounds,
    require_order,
    require_whole_series,
)
from nino_assets.statistic.quarters import SERIES_START

DISCONTINUITY = "discontinuity"
OPERATIONAL = "operational"
EVENT_KINDS = (DISCONTINUITY, "policy", OPERATIONAL)
ALL_MEMBERS, BY_NATIONALITY = "all", "by_nationality"
SCOPES = (ALL_MEMBERS, BY_NATIONALITY)
"""Every figure, or only those of a nationality or a group of nationalities."""
COUNT, COUNT_AND_SHARE = "count", "count_and_share"
MEASURES = (COUNT, COUNT_AND_SHARE)
"""How many registered, or their shares of a total as well."""
SHIFTED = "shifted"
EFFECTS = ("lower", "higher", SHIFTED)
"""Shifted: some registrations of one quarter of the event were recorded in another."""

MOVEMENT, RECORD, COMPARISON = "movement", "record", "comparison"
STORIES = (MOVEMENT, RECORD, COMPARISON)
"""What has a floor: a largest increase, a highest figure, one figure above another."""

_FROM_THE_START = WholeRule(
    f"a row has the from_quarter {SERIES_START}",
    lambda rows: any(row["from_quarter"] == SERIES_START.label for row in rows),
)


def _have_scope(row: Row) -> bool:
    given = [bool(row[name]) for name in ("members", "measure", "effect")]
    return given == [row["kind"] == DISCONTINUITY] * 3


def _round_every_count(rows: Sequence[Row]) -> bool:
    editions = {row["from_quarter"] for row in rows}
    return editions == {row["from_quarter"] for row in rows if int(row["at_least"]) == 0}


COMMENTARY_LISTS: Mapping[str, ListSchema] = {
    "events": ListSchema(
        declare_columns(
            "event first_quarter last_quarter date label description kind members measure effect "
            "source",
            {
                "event": CODE,
                "first_quarter": QUARTER,
                "last_quarter": QUARTER,
                "date": DAY,
                "kind": allow_values(*EVENT_KINDS),
                "members": allow_values(*SCOPES),
                "measure": allow_values(*MEASURES),
                "effect": allow_values(*EFFECTS),
            },
            optional="date members measure effect",
        ),
        unique=(("event",),),
        row_rules=(
            require_order("first_quarter", "last_quarter"),
            RowRule(
                "members",
                "a discontinuity says which members, measure and effect it has, and no other does",
                _have_scope,
            ),
            RowRule(
                "effect",
                f"an event of the effect {SHIFTED} covers two quarters",
                lambda row: row["effect"] != SHIFTED or row["first_quarter"] < row["last_quarter"],
            ),
            RowRule(
                "description",
                "a discontinuity's description names its first year",
                lambda row: (
                    row["kind"] != DISCONTINUITY or row["first_quarter"][:4] in row["description"]
                ),
            ),
        ),
    ),
    "known_breaks": ListSchema(
        declare_columns(
            "event check sub_group first_quarter last_quarter at_least at_most explains source",
            {
                "check": CHECK,
                "first_quarter": QUARTER,
                "last_quarter": QUARTER,
                "at_least": NUMBER,
                "at_most": NUMBER,
            },
            optional="sub_group at_least at_most",
        ),
        unique=(("event", "check", "sub_group", "first_quarter"),),
        references=(
            Reference("event", "events", "event"),
            Reference("sub_group", "nationalities", "sub_group"),
        ),
        row_rules=(
            require_order("first_quarter", "last_quarter"),
            RowRule(
                "at_most",
                "an excuse has a bound: at_least or at_most is a number, or both are",
                lambda row: bool(row["at_least"] or row["at_most"]),
            ),
            require_bounds("at_least", "at_most"),
        ),
    ),
    "percentage_bases": ListSchema(
        declare_columns(
            "from_quarter at_least source",
            {
                "from_quarter": QUARTER,
                "at_least": match_pattern(r"[1-9][0-9]{0,8}", "a whole number from 1 on"),
            },
        ),
        unique=(("from_quarter",),),
        whole_rules=(_FROM_THE_START,),
    ),
    "rounding": ListSchema(
        declare_columns(
            "from_quarter at_least rule digits source",
            {
                "from_quarter": QUARTER,
                "at_least": WHOLE_NUMBER,
                "rule": allow_values("significant", "nearest_thousand"),
                "digits": match_pattern(r"[1-9]", "a digit from 1 to 9"),
            },
            optional="digits",
        ),
        unique=(("from_quarter", "at_least"),),
        row_rules=(
            RowRule(
                "digits",
                "the rule significant has digits, and no other rule has",
                lambda row: (row["rule"] == "significant") == bool(row["digits"]),
            ),
        ),
        whole_rules=(
            WholeRule("each from_quarter has a row with at_least 0", _round_every_count),
            _FROM_THE_START,
        ),
    ),
    "story_floors": ListSchema(
        declare_columns(
            "story from_quarter people percent source",
            {
                "story": allow_values(*STORIES),
                "from_quarter": QUARTER,
                "people": WHOLE_NUMBER,
                "percent": NUMBER,
            },
        ),
        unique=(("story", "from_quarter"),),
        whole_rules=(require_whole_series("story"),),
    ),
}
"""By name: `events` is the file `events.csv`."""
