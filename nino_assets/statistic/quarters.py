"""The quarter: in what unit registrations are delivered, counted and published."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

from nino_assets.foreign_text import shorten_text

_LABEL = re.compile(r"([0-9]{4})-?Q([1-4])")


@dataclass(frozen=True, order=True)
class Quarter:
    """A calendar quarter, `Quarter(2020, 4)` being October to December 2020."""

    year: int
    number: int

    def __post_init__(self) -> None:
        if not 1 <= self.number <= 4 or not 1 <= self.year <= 9999:
            raise ValueError(f"no such quarter: year {self.year}, number {self.number}")

    @classmethod
    def parse(cls, text: str) -> Quarter:
        """Read `2020-Q4`, or the partition key `2020-10-01`. Raises ValueError otherwise."""
        match = _LABEL.fullmatch(text.strip().upper())
        if match:
            return cls(int(match[1]), int(match[2]))
        try:
            first = date.fromisoformat(text.strip())
        except ValueError:
            first = None
        if first is None or first.day != 1 or first.month % 3 != 1:
            raise ValueError(f"'{shorten_text(text)}' is not a quarter: write it as 2020-Q4")
        return cls.from_day(first)

    @classmethod
    def from_day(cls, day: date) -> Quarter:
        """Find the quarter of a day."""
        return cls(day.year, (day.month + 2) // 3)

    @property
    def label(self) -> str:
        """As people and folders write it: `2020-Q4`."""
        return f"{self.year}-Q{self.number}"

    def __str__(self) -> str:
        return self.label

    @property
    def key(self) -> str:
        """The Dagster partition key, the first day: `2020-10-01`."""
        return self.first_day.isoformat()

    @property
    def first_day(self) -> date:
        return date(self.year, self.number * 3 - 2, 1)

    @property
    def last_day(self) -> date:
        return (self + 1).first_day - timedelta(days=1)

    @property
    def last_month(self) -> str:
        """`December`."""
        return calendar.month_name[self.number * 3]

    @property
    def title(self) -> str:
        """`October to December 2020`."""
        return f"{calendar.month_name[self.first_day.month]} to {self.last_month} {self.year}"

    @property
    def year_ending(self) -> str:
        """`year ending December 2020`: the four quarters that end with this one."""
        return f"year ending {self.last_month} {self.year}"

    def __add__(self, quarters: int) -> Quarter:
        ordinal = self._ordinal + quarters
        return Quarter(ordinal // 4, ordinal % 4 + 1)

    def __sub__(self, quarters: int) -> Quarter:
        return self + -quarters

    def list_until(self, last: Quarter) -> list[Quarter]:
        """List every quarter to `last`, both included; none when it is earlier."""
        return [self + n for n in range(last._ordinal - self._ordinal + 1)]

    @property
    def _ordinal(self) -> int:
        return self.year * 4 + self.number - 1


SERIES_START = Quarter(2002, 1)
