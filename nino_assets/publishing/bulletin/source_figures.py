"""Figures of other sources that a bulletin shows, and their marks."""

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
    """Another source's series of year endings, as at publication.

    `label` names it in a chart, `counted` says what it counts, `producer` who publishes it;
    `nationality` is the code of the registrations that it is compared with; `cited` are the sources
    that its rows name. `values` are greater than 0.
    """

    series: str
    label: str
    counted: str
    producer: str
    nationality: str
    values: Mapping[Quarter, int]
    cited: tuple[str, ...]
