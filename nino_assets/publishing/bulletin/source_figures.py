"""Figures of other sources that a bulletin shows beside registrations, and how they are marked.

Belongs here: what a figure of the Home Office or of ONS is to the bulletin. Does not belong here:
what is said of it (`commentary/other_sources.py`), reading what was delivered (`storage/`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from nino_assets.statistic.quarters import Quarter

MARK = "source:"
"""What the mark of a figure begins with that is no published cell of these statistics."""


@dataclass(frozen=True)
class SourceFigure:
    """One figure of another source, for the year ending with `quarter`.

    Written `source:series/period`, for example `source:visas_granted/2020-Q2`.
    """

    series: str
    quarter: Quarter
    value: int

    def __str__(self) -> str:
        return f"{MARK}{self.series}/{self.quarter.label}"


@dataclass(frozen=True)
class OtherSource:
    """A series of another source, over year endings, as it stood when the edition was published.

    `label` names it in a chart, `counted` says what it counts, `producer` who publishes it;
    `nationality` is the code of the registrations that it stands beside; `cited` are the sources
    that its rows name. `values` are greater than 0.
    """

    series: str
    label: str
    counted: str
    producer: str
    nationality: str
    values: Mapping[Quarter, int]
    cited: tuple[str, ...]

    def at(self, quarter: Quarter) -> SourceFigure | None:
        """The figure of a year ending, when there is one."""
        value = self.values.get(quarter)
        return None if value is None else SourceFigure(self.series, quarter, value)
