"""Rows that cleaning must reject, by kind of defect.

A defect is planted on a copy of a valid row and has one reason to be rejected for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
import polars as pl

from nino_assets.statistic.quarters import SERIES_START, Quarter
from nino_assets.statistic.scan_columns import SCAN_COLUMNS
from nino_assets.synthetic.scan_text import UNREADABLE_DATES

EXTRA_FIELD, NO_FIELD = "\x01", "\x02"
"""In the text of a malformed row: a comma that is not quoted, and a field that is not there."""
_NOTHING: Mapping[str, pl.Expr] = MappingProxyType({})
_NINO8, _FRESH, _DAY = pl.col("nino8"), pl.col("fresh"), pl.col("day")
_DIGITS = _FRESH.str.slice(2)


@dataclass(frozen=True)
class Defect:
    """One kind of rejected row: a valid row with columns replaced.

    `share` is the number of such rows as a share of the valid ones.

    `keeps_number` leaves the valid row's own number on it: an accepted and a rejected row then
    share it, which must not make either a duplicate unless that is the defect.
    """

    name: str
    reason: str
    share: float
    changes: Mapping[str, pl.Expr] = field(default_factory=lambda: _NOTHING)
    keeps_number: bool = False


def set_to(value: str) -> pl.Expr:
    """A constant text."""
    return pl.lit(value, pl.String)


def _drop_fields_after(kept: int) -> dict[str, pl.Expr]:
    return {column: set_to(NO_FIELD) for column in SCAN_COLUMNS[kept:]}


def _format_date(day: pl.Expr) -> pl.Expr:
    return day.cast(pl.Int32).cast(pl.Date).dt.to_string("%Y-%m-%d")


_MALFORMED = (
    Defect("last_field_missing", "malformed_row", 0.0001, _drop_fields_after(11)),
    Defect("cut_off", "malformed_row", 0.0001, _drop_fields_after(4)),
    Defect("first_field_only", "malformed_row", 0.0001, _drop_fields_after(1)),
    Defect(
        "unquoted_comma",
        "malformed_row",
        0.0001,
        {"surname": pl.col("surname").str.head(3) + EXTRA_FIELD + " Jr"},
    ),
    Defect(
        "two_fields_more",
        "malformed_row",
        0.0001,
        {"country_of_residence": set_to("GBR" + EXTRA_FIELD + "x" + EXTRA_FIELD)},
    ),
)
_BAD_NINOS: dict[str, pl.Expr] = {
    **{f"first_letter_{x}": x + _FRESH.str.slice(1) + "A" for x in "DFIUV"},
    **{f"second_letter_{x}": "A" + set_to(x) + _DIGITS + "B" for x in "DFIOQUV"},
    **{f"prefix_{x}": x + _DIGITS + "C" for x in ("BG", "GB", "KN", "NK", "NT", "TN", "ZZ")},
    "q_q": "QQ" + _DIGITS + "C",
    "five_digits": _FRESH.str.head(7),
    "seven_digits": _FRESH + "7A",
    "letter_for_digit": _FRESH.str.head(5) + "O" + _FRESH.str.slice(6),
    "bad_suffix": _FRESH + "E",
    "two_suffixes": _FRESH + "AB",
    "dashes": _FRESH.str.head(2) + "-" + _DIGITS + "-A",
    "blank": set_to(""),
    "other_digits": _FRESH.str.head(2) + "１２３４５６A",
    "reference_number": set_to("PENDING"),
}
_INVALID = tuple(
    Defect(f"nino_{name}", "invalid_nino", 0.00012, {"nino": nino})
    for name, nino in _BAD_NINOS.items()
)
_SCOPE = (
    Defect("juvenile", "juvenile_registration", 0.003, {"registration_type": set_to("JUVENILE")}),
    Defect(
        "juvenile_case",
        "juvenile_registration",
        0.0003,
        {"registration_type": set_to(" juvenile")},
    ),
    Defect(
        "juvenile_of_a_valid_number",
        "juvenile_registration",
        0.0002,
        {"registration_type": set_to("Juvenile"), "date_of_registration": _format_date(_DAY - 1)},
        keeps_number=True,
    ),
    Defect("cancelled", "account_not_live", 0.002, {"account_status": set_to("CANCELLED")}),
    Defect("amalgamated", "account_not_live", 0.0015, {"account_status": set_to("AMALGAMATED")}),
    Defect("redirected", "account_not_live", 0.001, {"account_status": set_to("REDIRECTED")}),
    Defect(
        "cancelled_case",
        "account_not_live",
        0.0002,
        {"account_status": set_to(" cancelled ")},
    ),
    Defect(
        "cancelled_of_a_valid_number",
        "account_not_live",
        0.0002,
        {"account_status": set_to("CANCELLED")},
        keeps_number=True,
    ),
    *(
        Defect(f"uk_{number}", "uk_national", 0.0005, {"nationality": set_to(spelling)})
        for number, spelling in enumerate(
            ("GBR", "United Kingdom", "UK", "GB", "British", " gbr ", "UNITED KINGDOM")
        )
    ),
)
_DATES = tuple(
    Defect(
        f"registered_{number}",
        "registration_date_missing",
        0.0001,
        {"date_of_registration": set_to(spelling)},
    )
    for number, spelling in enumerate(UNREADABLE_DATES)
)
_COMBINED = (
    Defect(
        "malformed_and_juvenile",
        "malformed_row",
        0.00005,
        {
            "registration_type": set_to("JUVENILE"),
            "country_of_residence": set_to(NO_FIELD),
        },
    ),
    Defect(
        "invalid_and_juvenile",
        "invalid_nino",
        0.00005,
        {"nino": set_to("QQ123456C"), "registration_type": set_to("JUVENILE")},
    ),
    Defect(
        "juvenile_and_cancelled",
        "juvenile_registration",
        0.00005,
        {
            "registration_type": set_to("JUVENILE"),
            "account_status": set_to("CANCELLED"),
        },
    ),
    Defect(
        "cancelled_and_uk",
        "account_not_live",
        0.00005,
        {"account_status": set_to("CANCELLED"), "nationality": set_to("GBR")},
    ),
    Defect(
        "uk_and_undated",
        "uk_national",
        0.00005,
        {"nationality": set_to("GBR"), "date_of_registration": set_to("")},
    ),
)


def list_defects(quarter: Quarter, *, register: bool) -> tuple[Defect, ...]:
    """Every kind of defect that a delivery of a quarter can hold."""
    start, end = _count_days(SERIES_START), _count_days(quarter + 1) - 1
    scattered = _DAY * 7_919
    outside = [
        Defect(
            "before_series",
            "outside_series",
            0.0005,
            {"date_of_registration": _format_date(start - 1 - scattered % 9_000)},
        ),
        Defect(
            "day_before_series",
            "outside_series",
            0.0001,
            {"date_of_registration": _format_date(pl.lit(start - 1))},
        ),
        Defect(
            "year_one",
            "outside_series",
            0.0001,
            {"date_of_registration": set_to("0001-01-01")},
        ),
        Defect(
            "after_quarter",
            "outside_series",
            0.0004,
            {"date_of_registration": _format_date(end + 1 + scattered % 13)},
        ),
    ]
    if not register and quarter > SERIES_START:
        first = _count_days(quarter)
        outside += [
            Defect(
                "day_before_quarter",
                "outside_quarter",
                0.0005,
                {"date_of_registration": _format_date(pl.lit(first - 1))},
            ),
            Defect(
                "before_quarter",
                "outside_quarter",
                0.0015,
                {"date_of_registration": _format_date(first - 1 - scattered % (first - start))},
            ),
        ]
    later = pl.min_horizontal(_DAY + 1 + scattered % 400, pl.lit(end))
    duplicates = [
        Defect("exact_copy", "duplicate_nino", 0.002, keeps_number=True),
        Defect("copy_without_suffix", "duplicate_nino", 0.001, {"nino": _NINO8}, keeps_number=True),
        Defect(
            "copy_spaced",
            "duplicate_nino",
            0.001,
            {"nino": _NINO8.str.head(2) + " " + _NINO8.str.slice(2) + " D"},
            keeps_number=True,
        ),
        Defect(
            "copy_lower_case",
            "duplicate_nino",
            0.001,
            {"nino": _NINO8.str.to_lowercase() + "b", "surname": set_to("Kowalska")},
            keeps_number=True,
        ),
        Defect(
            "registered_again",
            "duplicate_nino",
            0.002,
            {
                "date_of_registration": _format_date(later),
                "surname": set_to("Aaron"),
                "sex": set_to("F"),
                "postcode": set_to(""),
            },
            keeps_number=True,
        ),
    ]
    return (*_MALFORMED, *_INVALID, *_SCOPE, *_DATES, *_COMBINED, *outside, *duplicates)


def plant_defects(
    valid: pl.DataFrame,
    wanted: Sequence[tuple[Defect, int]],
    *,
    last_day: int,
    fresh: pl.Series,
    rng: np.random.Generator,
) -> tuple[pl.DataFrame, dict[str, int]]:
    """Make rejected rows from valid rows and unused numbers.

    Returns them with how many of each kind were made: a kind that no valid row fits is left out.
    `valid` is a frame of `scan_text.written`; `fresh` holds an unused number for each row wanted.
    A row that repeats a number with a later date is made from one registered before `last_day`.
    """
    made: list[pl.DataFrame] = []
    done: dict[str, int] = {}
    used = 0
    early = np.flatnonzero(valid["day"].to_numpy() < last_day)
    for kind, count in wanted:
        donors = early if kind.name == "registered_again" else np.arange(valid.height)
        if not count or not len(donors):
            continue
        rows = valid[donors[rng.integers(0, len(donors), count)]]
        rows = rows.with_columns(fresh[used : used + count].alias("fresh"))
        if not kind.keeps_number:
            rows = rows.with_columns(nino=_FRESH + "A")
            used += count
        made.append(rows.with_columns(**kind.changes).select(SCAN_COLUMNS))
        done[kind.name] = count
    return pl.concat([valid.select(SCAN_COLUMNS).clear(), *made]), done


def _count_days(quarter: Quarter) -> int:
    return (quarter.first_day - Quarter(1970, 1).first_day).days
