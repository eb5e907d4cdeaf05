"""Reads delivered series of other sources: operational information and comparators."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from nino_assets.deliveries.declared_csv import is_iso_date, list_declared_csv, read_declared_csv
from nino_assets.errors import DeliveryError
from nino_assets.foreign_text import is_plain_text
from nino_assets.methods.comparison.divergence import CoherenceTolerance, DivergenceReason
from nino_assets.methods.comparison.other_series import STATISTICS_SCHEMA, DeclaredSeries
from nino_assets.statistic.layout_files import LayoutFile, LayoutSchema, Setting, read_layout
from nino_assets.statistic.quarters import Quarter
from nino_assets.statistic.reference_lists import read_list
from nino_assets.statistic.vocabulary import ALL, NON_EU
from nino_assets.store.folders import Folders

OPERATIONAL_INFORMATION, COMPARATORS = "operational-information", "comparators"
_LAYOUTS = "assurance"
_PERIOD_TYPE = Setting("text", values=("quarter", "year_ending"))
_SCHEMA = LayoutSchema(
    tuple(STATISTICS_SCHEMA),
    repeated={
        "series": {
            "name": Setting("text"),
            "title": Setting("text"),
            "label": Setting("text"),
            "breakdowns": Setting("texts"),
            "delivered_as": _PERIOD_TYPE,
            "compared_over": _PERIOD_TYPE,
            "nationality": Setting("text", values=(ALL, NON_EU)),
            "lag_quarters": Setting("whole number"),
            "last_period": Setting("quarter", optional=True),
            "counted": Setting("text", optional=True),
            "producer": Setting("text", optional=True),
        }
    },
)
_PERIOD = re.compile(r"[0-9]{4}-Q[1-4]")
_INTEGER = re.compile(r"-?[0-9]{1,15}")


@dataclass(frozen=True)
class ComparatorLayout:
    """A declared layout of series, named like its folder in `landing/`.

    `file` maps delivered column names to ours.
    """

    name: str
    file: LayoutFile
    series: tuple[DeclaredSeries, ...]


def read_comparator_layout(name: str) -> ComparatorLayout:
    """The layout `OPERATIONAL_INFORMATION` or `COMPARATORS`.

    Raises ReferenceListError when its file is not as declared.
    """
    file = read_layout(f"{_LAYOUTS}/{name}", _SCHEMA)
    return ComparatorLayout(
        name, file, tuple(_build_series(each) for each in file.tables["series"])
    )


def list_comparator_files(folders: Folders, layout: ComparatorLayout) -> list[Path]:
    """The delivered files, sorted by name; empty when nothing has landed.

    Raises DeliveryError for a file that is not CSV.
    """
    folder = folders.landing / layout.name
    return list_declared_csv(folder, folders.describe(folder))


def read_comparator_files(folders: Folders, layout: ComparatorLayout) -> pl.DataFrame:
    """Every row of every file, in `STATISTICS_SCHEMA`, sorted.

    Raises DeliveryError for a file that is not in the layout or cannot be read.
    """
    rows = [
        row
        for path in list_comparator_files(folders, layout)
        for row in _read_rows(path, folders.describe(path), layout)
    ]
    frame = pl.DataFrame(rows, schema=STATISTICS_SCHEMA, orient="row")
    return frame.sort(*STATISTICS_SCHEMA)


def read_coherence_tolerances() -> list[CoherenceTolerance]:
    """The dated tolerances of `coherence_tolerances.csv`."""
    return [
        CoherenceTolerance(
            series=row["series"],
            from_quarter=Quarter.parse(row["from_quarter"]),
            ratio_at_least=_parse_bound(row["ratio_at_least"]),
            ratio_at_most=_parse_bound(row["ratio_at_most"]),
            trend_at_most=_parse_bound(row["trend_at_most"]),
            evidence=row["evidence"],
            source=row["source"],
        )
        for row in read_list("coherence_tolerances").iter_rows(named=True)
    ]


def read_divergence_reasons() -> list[DivergenceReason]:
    """The documented reasons of `coherence_reasons.csv`."""
    return [
        DivergenceReason(
            series=row["series"],
            direction=row["way"],
            first_quarter=_parse_quarter(row["first_quarter"]),
            last_quarter=_parse_quarter(row["last_quarter"]),
            title=row["title"],
            description=row["description"],
            source=row["source"],
        )
        for row in read_list("coherence_reasons").iter_rows(named=True)
    ]


def _build_series(declared: dict[str, Any]) -> DeclaredSeries:
    return DeclaredSeries(
        **declared
        | {
            "breakdowns": tuple(declared["breakdowns"]),
            "last_period": _parse_quarter(declared.get("last_period", "")),
        }
    )


def _read_rows(path: Path, name: str, layout: ComparatorLayout) -> Iterator[tuple[object, ...]]:
    rows = read_declared_csv(path, name, layout.file, list(STATISTICS_SCHEMA))
    for number, row in rows:
        wrong = "the number of fields" if row is None else _find_wrong_column(row, layout.series)
        if row is None or wrong:
            raise DeliveryError(
                f"{name}, row {number}: {wrong} cannot be read",
                rule="a row has a declared series and breakdown, a period as 2020-Q4, a "
                "whole number without separators, a plain source, and a date as 2021-02-25; "
                f"the layout is {layout.file.path}",
                next_step="correct the row, or declare the series in the layout",
            )
        series, breakdown, period, value, source, published = row
        yield series, breakdown, period, int(value), source, date.fromisoformat(published)


def _find_wrong_column(row: Sequence[str], declared: Sequence[DeclaredSeries]) -> str:
    """The first column that breaks the layout; blank when none does."""
    name, breakdown, period, value, source, published = row
    series = next((each for each in declared if each.name == name), None)
    if series is None:
        return "series"
    found = {
        "breakdown": breakdown in series.breakdowns,
        "period": bool(_PERIOD.fullmatch(period)),
        "value": bool(_INTEGER.fullmatch(value)),
        "source": is_plain_text(source),
        "published_on": is_iso_date(published),
    }
    return next((column for column, right in found.items() if not right), "")


def _parse_quarter(text: str) -> Quarter | None:
    return Quarter.parse(text) if text else None


def _parse_bound(text: str) -> float | None:
    return float(text) if text else None
