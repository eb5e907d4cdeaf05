"""The rules that the documents state, as the code has them.

Bands are found by trying the code on every value, release dates by asking the calendar, the rest by
reading the declarations that the pipeline reads. No number of a rule is written here or in a
template.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import duckdb

from nino_assets.governance.calendar import compute_release_date, compute_release_moment
from nino_assets.governance.pre_release_access import WINDOW
from nino_assets.governance.release_schedule import NOTICE_DAYS
from nino_assets.methods.disclosure.keyed_counts import classify_age_sql, classify_arrival_lag_sql
from nino_assets.methods.records.cleaning_rules import OLDEST, YOUNGEST
from nino_assets.publishing.bulletin.rounding import find_rules_in_force
from nino_assets.statistic import vocabulary as v
from nino_assets.statistic.nationality_list import list_nationalities
from nino_assets.statistic.percentages import find_smallest_base
from nino_assets.statistic.published_domain import CUBES
from nino_assets.statistic.quarters import SERIES_START, Quarter
from nino_assets.statistic.reference_lists import (
    keep_while_unchanged,
    read_areas,
)
from nino_assets.statistic.written_dates import format_month, format_time

_LONGEST_LAG = 10_000
"""Days: beyond the last bound of the arrival lags."""
_CALENDAR_FROM = Quarter(2019, 4)
_YEARS_OF_CALENDAR = 12


@keep_while_unchanged(
    *("areas", "nationalities", "nationality_changes", "sub_groups", "percentage_bases", "rounding")
)
def build_rules(quarter: Quarter) -> Mapping[str, str]:
    """Return the text of each rule in force for an edition."""
    return {
        "series-start": format_month(SERIES_START.first_day),
        "age/youngest": str(YOUNGEST),
        "age/oldest": str(OLDEST),
        **dict(_describe_age_bands()),
        **dict(_describe_lag_bands()),
        **_number_members("rejection", v.REJECTION_REASONS),
        **_number_members("geocoding", v.GEOCODE_STATUSES),
        **{f"cube/{cube.name}": cube.title for cube in CUBES},
        **_count_domain(quarter),
        **_describe_calendar(),
        "rounding": _describe_rounding(quarter),
        "percentage-base": f"{find_smallest_base(quarter):,}",
    }


def _describe_age_bands() -> Iterator[tuple[str, str]]:
    bounds = _find_bounds(classify_age_sql("number"), OLDEST)
    for band in v.AGE_BANDS[:-1]:
        first, last = bounds[band]
        if last == OLDEST:
            yield f"age/{band}", f"{first} or over"
        else:
            yield f"age/{band}", f"{first} to {last}" if first else f"{last} or under"


def _describe_lag_bands() -> Iterator[tuple[str, str]]:
    bounds = _find_bounds(classify_arrival_lag_sql("number"), _LONGEST_LAG)
    for band in v.ARRIVAL_LAGS[:-1]:
        first, last = bounds[band]
        days = f"{first:,} or more" if last == _LONGEST_LAG else f"{first:,} to {last:,}"
        yield f"lag/{band}", days


def _find_bounds(band: str, highest: int) -> dict[str, tuple[int, int]]:
    """Return the first and last number that SQL puts in each band.

    The whole numbers from 0 to `highest` are tried, as `number`.
    """
    with duckdb.connect() as con:
        found = con.execute(f"""
            SELECT {band} AS band, min(number), max(number)
            FROM range({highest + 1}) AS numbers (number) GROUP BY band""").fetchall()
    return {band: (int(first), int(last)) for band, first, last in found}


def _number_members(kind: str, members: Iterable[str]) -> dict[str, str]:
    """Number members in the order in which the pipeline tries them."""
    return {f"{kind}/{member}": str(place) for place, member in enumerate(members, start=1)}


def _count_domain(as_at: Quarter) -> dict[str, str]:
    listed = read_areas().group_by("geography_level").len()
    count = {str(level): int(n) for level, n in listed.iter_rows()}
    groups = list_nationalities(as_at)
    return {
        "cubes": str(len(CUBES)),
        "countries": str(count["country"]),
        "regions": str(count["region"]),
        "nationalities": str(groups["nationality"].n_unique()),
        "sub-groups": str(groups["sub_group"].n_unique()),
        "world-areas": str(groups["world_area"].n_unique()),
    }


def _describe_calendar() -> dict[str, str]:
    """Describe what the release calendar does over some years."""
    quarters = [_CALENDAR_FROM + n for n in range(4 * _YEARS_OF_CALENDAR)]
    days = [compute_release_date(quarter) for quarter in quarters]
    waits = [(day - q.last_day).days for day, q in zip(days, quarters, strict=True)]
    months = [f"{day:%B}" for day in days[:4]]
    return {
        "release/time": format_time(compute_release_moment(_CALENDAR_FROM)),
        "release/weekday": _get_only(f"{day:%A}" for day in days),
        "release/months": f"{', '.join(months[:-1])} and {months[-1]}",
        "release/soonest": str(min(waits)),
        "release/latest": str(max(waits)),
        "release/notice": str(NOTICE_DAYS),
        "release/access": f"{WINDOW.total_seconds() / 3600:g}",
    }


def _describe_rounding(quarter: Quarter) -> str:
    """Say how the bulletin's prose rounds counts of each size."""
    rules = find_rules_in_force(quarter)
    words = [
        "the nearest thousand" if rule == "nearest_thousand" else f"{digits} significant figures"
        for _, rule, digits in rules
    ]
    sizes = [f" from {least:,}" for least, *_ in rules[:-1]] + [" below that"]
    if len(rules) == 1:
        return words[0]
    return " and ".join(f"{said}{size}" for said, size in zip(words, sizes, strict=True))


def _get_only(values: Iterable[str]) -> str:
    """Return the one value that all are."""
    (value,) = set(values)
    return value
