"""Checks of what the perturbation did: its risk and its utility.

The whole table stays encrypted in the restricted zone; here is what a reviewer judges,
with the figures that each measure sums up: by band of counts, by published count, by level.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import polars as pl

from nino_assets.deliveries.perturbation_table_file import read_perturbation_table
from nino_assets.methods.disclosure.perturbation_table.exact_disclosure import (
    measure_exact_disclosure_rate,
)
from nino_assets.quality.rules import expect_none, expect_tolerated
from nino_assets.quality.suite import Expectation
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.warehouse import Warehouse

ENOUGH_CELLS = 100
"""Fewer cells tell little about a mean."""
STANDARD_ERRORS = 6
"""By chance once in half a thousand million bands; cells of the same people share their noise."""
LARGE_COUNTS = ("8-19", "20-99", "100-750", "751 or more")
BANDS = ("1-4", "5-7", *LARGE_COUNTS)
LEVELS = (
    "nationality: total",
    "nationality: aggregate",
    "nationality: world_area",
    "nationality: sub_group",
    "local_authority: uk",
    "local_authority: country",
    "local_authority: region",
    "age_band",
    "sex",
    "arrival_lag",
)
"""Levels of totals with published parts."""

Figures = dict[str, tuple[str, str]]
"""Name of a figure → the measure and what it is of, in the restricted table."""

CHANGED: Figures = {f"share changed, counts {band}": ("changed", band) for band in BANDS}
MEANS: Figures = {f"mean noise, counts {band}": ("noise_mean", band) for band in BANDS}
SPREADS: Figures = {f"sd of noise, counts {band}": ("noise_sd", band) for band in BANDS}
BEHIND_ZERO: Figures = {
    f"probability of a true {n}, published 0": ("probability_true", f"{n} | 0") for n in range(6)
}
BEHIND_FIVE: Figures = {
    f"probability of a true {n}, published 5": ("probability_true", f"{n} | 5") for n in range(1, 6)
}
ADDITIVITY: Figures = {
    f"{what}, {level}": (measure, level)
    for what, measure in (
        ("mean of parts minus total", "sum_of_parts_minus_total_mean"),
        ("sd of parts minus total", "sum_of_parts_minus_total_sd"),
        ("share of totals that parts do not add to", "parts_do_not_add"),
    )
    for level in LEVELS
}
AREA_LEVELS = ("uk", "country", "region", "local_authority", "overseas")
AVERAGED: Figures = {
    f"{what}, areas of level {level}": (measure, level)
    for what, measure in (
        ("error left after averaging", "averaged_error"),
        ("share found exactly by averaging", "averaged_exact"),
    )
    for level in AREA_LEVELS
}
EVERY_FIGURE: Figures = (
    AVERAGED | CHANGED | MEANS | SPREADS | BEHIND_ZERO | BEHIND_FIVE | ADDITIVITY
)

_DESIGN = "Open the restricted risk and utility table of the quarter; ask the methodologist."


def measure_risk(warehouse: Warehouse, quarter: Quarter) -> dict[str, int | float | None]:
    """The figures of one release; None where no cell bears on one."""
    table = warehouse.tables.read_frame("risk_and_utility", quarter)
    enough = table.filter(pl.col("cells") >= ENOUGH_CELLS)
    return {
        "cells_changed_percent": _measure_percent(table, "changed", "all"),
        "noise_biased_bands": _count_biased_bands(enough),
        "noise_sd": _measure_mean(table, "noise_sd", *LARGE_COUNTS),
        "mean_deviation": _measure_mean(table, "average_absolute_deviation", "all"),
        "hellinger_distance": _measure_mean(table, "hellinger_distance", "all"),
        "false_zeros_percent": _measure_percent(table, "false_zeros", "occupied cells"),
        "one_behind_five_percent": _measure_percent(table, "probability_true", "1 | 5"),
        "zeros_unmasked_percent": _measure_percent(table, "false_zeros_proved", "false zeros"),
        "parts_bias": _measure_largest(enough, "sum_of_parts_minus_total_mean"),
        "averaged_error": _measure_smallest(enough, "averaged_error"),
        "exact_disclosure_percent": _measure_exact_disclosure(warehouse),
        **{name: _measure_mean(table, *found) for name, found in EVERY_FIGURE.items()},
    }


def _measure_mean(table: pl.DataFrame, measure: str, *of: str) -> float | None:
    """The mean of a measure over the cubes, weighted by their cells."""
    rows = table.filter((pl.col("measure") == measure) & pl.col("of").is_in(of))
    cells: int = sum(rows["cells"])
    weighted = sum(value * n for value, n in rows.select("value", "cells").iter_rows())
    return round(weighted / cells, 4) if cells else None


def _measure_percent(table: pl.DataFrame, measure: str, *of: str) -> float | None:
    """The same of a share, in %."""
    share = _measure_mean(table, measure, *of)
    return None if share is None else round(100 * share, 2)


def _measure_largest(table: pl.DataFrame, measure: str) -> float | None:
    """The largest absolute value of a measure over cubes and levels."""
    values = table.filter(pl.col("measure") == measure)["value"].abs().to_list()
    return round(max(values), 4) if values else None


def _measure_smallest(table: pl.DataFrame, measure: str) -> float | None:
    """The smallest value of a measure over cubes and levels."""
    values = table.filter(pl.col("measure") == measure)["value"].to_list()
    return round(min(values), 4) if values else None


def _measure_exact_disclosure(warehouse: Warehouse) -> float:
    """The exact disclosure rate of the p-table, in %."""
    return round(100 * measure_exact_disclosure_rate(read_perturbation_table(warehouse)), 4)


def _count_biased_bands(table: pl.DataFrame) -> int:
    """Count bands whose mean noise is further from 0 than chance allows."""
    bands = table.pivot("measure", index=["cube", "of", "cells"], values="value")
    if not {"noise_mean", "noise_sd"} <= set(bands.columns):
        return 0
    allowed = STANDARD_ERRORS * pl.col("noise_sd") / pl.col("cells").sqrt()
    return bands.filter(pl.col("noise_mean").abs() > allowed).height


def _expect(name: str, subject: str, figures: Iterable[str] = (), *, unit: str = "") -> Expectation:
    return expect_tolerated(name, subject, _DESIGN, unit=unit, figures=tuple(figures))


EXPECTATIONS: tuple[Expectation, ...] = (
    _expect(
        "cells_changed_percent",
        "The share of cells that the adjustment changes",
        CHANGED,
        unit="%",
    ),
    replace(
        expect_none(
            "noise_biased_bands",
            "In no band of counts is the mean noise further from 0 than chance allows.",
            _DESIGN,
            severity="warn",
        ),
        figures=tuple(MEANS),
    ),
    _expect("noise_sd", "The standard deviation of the noise on counts of 8 and more", SPREADS),
    _expect("mean_deviation", "The average distance of published cells from their counts"),
    _expect("hellinger_distance", "The Hellinger distance of published from true cells"),
    _expect(
        "false_zeros_percent",
        "The share of cells published as nil, of those that hold someone,",
        BEHIND_ZERO,
        unit="%",
    ),
    _expect(
        "one_behind_five_percent",
        "The share of published 5s with a single person behind them",
        BEHIND_FIVE,
        unit="%",
    ),
    _expect(
        "zeros_unmasked_percent",
        "The share of false zeros that their sibling and their total unmask",
        unit="%",
    ),
    _expect(
        "parts_bias",
        "The average difference of parts from their total, at the level where it is largest,",
        ADDITIVITY,
    ),
    _expect(
        "averaged_error",
        "The error, in people, that is left to somebody who solves all published quarters, years, "
        "areas and groups together, where it is smallest,",
        AVERAGED,
    ),
    _expect(
        "exact_disclosure_percent",
        "The share of small counts, published with their total, that somebody who knew the "
        "p-table's design could work out exactly,",
        unit="%",
    ),
)
