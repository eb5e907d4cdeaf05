"""The published figures that a synthetic delivery reproduces, as arrays.

Every array has one fixed order. Making the figures agree is the task of `targets.py`. The lists are
read once a process: a command makes one delivery.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import polars as pl

from nino_assets.statistic import vocabulary as v
from nino_assets.statistic.quarters import SERIES_START, Quarter
from nino_assets.statistic.reference_folder import build_list_error, locate_list
from nino_assets.statistic.reference_lists import read_list, read_nationalities
from nino_assets.synthetic.fitting import Reals

PUBLISHED_TO = Quarter(2018, 1)
"""The last quarter of DWP's workbook of 24 May 2018."""
CALIBRATED_TO = Quarter(2026, 4)
"""The last quarter with a calibration total."""


@cache
def list_sub_groups() -> tuple[str, ...]:
    """The fifteen sub-groups in the order of every array here."""
    columns = read_list("calibration_quarters").columns
    return tuple(columns[2:-1])


@cache
def list_nationality_labels() -> tuple[str, ...]:
    """Every nationality, in published order."""
    return tuple(read_nationalities()["nationality"].to_list())


@cache
def index_sub_groups() -> np.ndarray:
    """The index of each nationality's sub-group."""
    order = {name: index for index, name in enumerate(list_sub_groups())}
    return np.array([order[name] for name in read_nationalities()["sub_group"]])


@cache
def read_local_authorities() -> pl.DataFrame:
    """Local authorities of April 2021: local_authority, region, country, latitude, longitude."""
    return (
        read_list("local_authorities_2021")
        .drop("source")
        .with_columns(pl.col("latitude", "longitude").cast(pl.Float64))
    )


@cache
def list_area_codes() -> tuple[str, ...]:
    """Where a registration can be counted.

    Each local authority, then `OVERSEAS`, then blank.
    """
    return (*read_local_authorities()["local_authority"].to_list(), v.OVERSEAS_CODE, "")


@dataclass(frozen=True)
class QuarterFigures:
    """Total (quarters) and cells (quarters × sub-groups), from January 2002 on."""

    quarters: tuple[Quarter, ...]
    total: Reals
    cells: Reals


@cache
def read_quarter_figures() -> QuarterFigures:
    """Table 1 to March 2018, and the calibration figures after it."""
    frame = pl.concat(
        [read_list("calibration_quarters"), read_list("calibration_after_march_2018")]
    )
    quarters = tuple(Quarter.parse(label) for label in frame["quarter"])
    if list(quarters) != SERIES_START.list_until(CALIBRATED_TO):
        raise ValueError("the calibration quarters have a gap")
    return QuarterFigures(
        quarters, _read_numbers(frame, ["total"])[:, 0], _read_numbers(frame, list_sub_groups())
    )


@dataclass(frozen=True)
class AreaFigures:
    """Table 2: areas × sub-groups, year ending March 2018.

    A cell is NaN where `..` is published.
    """

    level: tuple[str, ...]
    code: tuple[str, ...]
    region: tuple[str, ...]
    directory_code: tuple[str, ...]
    total: Reals
    cells: Reals


@cache
def read_area_figures() -> AreaFigures:
    """Table 2, each local authority with its code of 2021.

    `directory_code` is the successor, in the directory of 2021, of a local authority of 2018.
    """
    frame = read_list("calibration_areas")
    return AreaFigures(
        tuple(frame["level"]),
        tuple(frame["area_code"]),
        tuple(frame["region_code"]),
        tuple(frame["directory_code"]),
        _read_numbers(frame, ["total"])[:, 0],
        _read_numbers(frame, list_sub_groups()),
    )


@dataclass(frozen=True)
class NationalityFigures:
    """Table 3 for one year; NaN where `..` is published."""

    total: float
    eu: float
    non_eu: float
    sub_groups: Reals
    nationalities: Reals


@cache
def read_nationality_figures(year: int) -> NationalityFigures:
    """Table 3, year ending March of `year`: 2017 or 2018."""
    frame = read_list("calibration_nationalities")
    values = dict(
        zip(
            zip(frame["level"], frame["label"], strict=True),
            _read_numbers(frame, [f"year_ending_march_{year}"])[:, 0].tolist(),
            strict=True,
        )
    )
    lacking = [name for name in list_nationality_labels() if ("nationality", name) not in values]
    if lacking:
        raise build_list_error(
            locate_list("calibration_nationalities.csv"),
            f"{len(lacking)} nationalities of nationalities.csv have no row",
            "a synthetic delivery needs a row for each nationality",
        )
    return NationalityFigures(
        values["total", v.ALL],
        values["world_area", v.EU],
        values["aggregate", v.NON_EU],
        np.array([values["sub_group", name] for name in list_sub_groups()]),
        np.array([values["nationality", name] for name in list_nationality_labels()]),
    )


@cache
def read_leading_nationalities() -> dict[int, dict[int, float]]:
    """Registrations of leading nationalities by calendar year and nationality index."""
    index = {label: number for number, label in enumerate(list_nationality_labels())}
    found: dict[int, dict[int, float]] = {}
    for year, label, count, _ in read_list("calibration_leading_nationalities").iter_rows():
        found.setdefault(int(year), {})[index[label]] = float(count)
    return found


def read_shares(dimension: str, applies_to: str, categories: tuple[str, ...]) -> Reals:
    """The shares of a dimension's categories, summing to one.

    They are read from `calibration_shares`.
    """
    rows = read_list("calibration_shares").filter(
        (pl.col("dimension") == dimension) & (pl.col("applies_to") == applies_to)
    )
    found = dict(zip(rows["category"], rows["share"].cast(pl.Float64), strict=True))
    weights = np.array([found.get(category, 0.0) for category in categories])
    return np.asarray(weights / weights.sum(), dtype=np.float64)


def _read_numbers(frame: pl.DataFrame, columns: list[str] | tuple[str, ...]) -> Reals:
    return frame.select(
        pl.col(name).replace("", None).cast(pl.Float64) for name in columns
    ).to_numpy()
