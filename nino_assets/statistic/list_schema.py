"""Types for the schema of a reference list, with common rules."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from nino_assets.statistic.quarters import SERIES_START

Row = Mapping[str, str]


@dataclass(frozen=True)
class Kind:
    """What the texts of a column are.

    `words` end the sentence "each field is ...".
    """

    words: str
    holds: Callable[[str], bool]


def match_pattern(pattern: str, words: str) -> Kind:
    """Texts that match a regular expression as a whole, in ASCII."""
    return Kind(words, lambda text: re.fullmatch(pattern, text, re.ASCII) is not None)


def allow_values(*values: str) -> Kind:
    """Texts of a fixed list."""
    return Kind(f"one of {', '.join(values)}", lambda text: text in values)


def allow_numbers(low: float, high: float) -> Kind:
    """Decimal numbers from `low` to `high`."""
    return Kind(
        f"a number from {low:g} to {high:g}, written as 12.5",
        lambda text: NUMBER.holds(text) and low <= float(text) <= high,
    )


def _is_iso_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


TEXT = Kind("a text", bool)
CODE = match_pattern(r"[A-Za-z0-9]+(?:[_-][A-Za-z0-9]+)*", "a code of letters, digits, - and _")
AREA_CODE = match_pattern(r"[EWSNK][0-9]{8}|95[A-Z]|OVERSEAS", "the code of an area, or OVERSEAS")
QUARTER = match_pattern(r"(?:19|20)[0-9]{2}-Q[1-4]", "a quarter, written as 2020-Q4")
DAY = Kind("a day, written as 2021-02-25", _is_iso_day)
WHOLE_NUMBER = match_pattern(r"[0-9]{1,15}", "a whole number without separators")
NUMBER = match_pattern(r"-?[0-9]{1,15}(?:\.[0-9]{1,15})?", "a number, written as 12.5")
CHECK = match_pattern(r"[a-z][a-z0-9_]{0,23}", "the name of a check")
LATITUDE, LONGITUDE = allow_numbers(-90, 90), allow_numbers(-180, 180)


@dataclass(frozen=True)
class ListColumn:
    """A column. Where `optional`, a blank field says that there is none."""

    name: str
    kind: Kind = TEXT
    optional: bool = False


@dataclass(frozen=True)
class Reference:
    """A column whose texts stand in a column of another list."""

    column: str
    other_list: str
    other_column: str


@dataclass(frozen=True)
class RowRule:
    """A rule that each row keeps.

    `words` say the rule, `column` where to look.
    """

    column: str
    words: str
    holds: Callable[[Row], bool]


@dataclass(frozen=True)
class WholeRule:
    """A rule about all rows together."""

    words: str
    holds: Callable[[Sequence[Row]], bool]


@dataclass(frozen=True)
class ListSchema:
    """The declaration of a list.

    `unique` are groups of columns in which no two rows are alike. `one_each` adds a column of
    optional whole numbers for each text in a column of another list. A list has rows unless it
    `may_be_empty`.
    """

    columns: tuple[ListColumn, ...]
    unique: tuple[tuple[str, ...], ...]
    references: tuple[Reference, ...] = ()
    row_rules: tuple[RowRule, ...] = ()
    whole_rules: tuple[WholeRule, ...] = ()
    one_each: tuple[str, str] | None = None
    may_be_empty: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    @property
    def other_lists(self) -> tuple[str, ...]:
        """The lists that this one is held against."""
        each = (self.one_each[0],) if self.one_each else ()
        return tuple(dict.fromkeys((*each, *(r.other_list for r in self.references))))


def declare_columns(
    names: str, kinds: Mapping[str, Kind], optional: str = ""
) -> tuple[ListColumn, ...]:
    """Columns by name; those without a kind hold texts."""
    blanks = optional.split()
    return tuple(ListColumn(n, kinds.get(n, TEXT), n in blanks) for n in names.split())


def require_order(first: str, last: str) -> RowRule:
    """A rule about two quarters, either of which may be blank."""
    return RowRule(
        last,
        f"{last} is not before {first}",
        lambda row: not (row[first] and row[last]) or row[first] <= row[last],
    )


def require_bounds(least: str, most: str) -> RowRule:
    """A rule about two numbers, either of which may be blank."""
    return RowRule(
        most,
        f"{most} is not below {least}",
        lambda row: not (row[least] and row[most]) or float(row[least]) <= float(row[most]),
    )


def require_whole_series(column: str) -> WholeRule:
    """A rule for dated rows: something is in force in each quarter."""

    def holds(rows: Sequence[Row]) -> bool:
        dated = {row[column] for row in rows if row["from_quarter"] == SERIES_START.label}
        return dated == {row[column] for row in rows}

    return WholeRule(f"each {column} has a row from {SERIES_START} on", holds)
