"""Checks of what the perturbation did: its risk and its utility.

The whole table stays encrypted in the restricted zone; here is what a reviewer judges, in
thousandths, with the figures that each measure sums up: by band of counts, by published count, by
level.
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
EVERY_FIGURE: Figures = CHANGED | MEANS | SPREADS | BEHIND_ZERO | BEHIND_FIVE | ADDITIVITY

_DESIGN = "Open the restricted risk and utility table of the quarter; ask the methodologist."


def measure_risk(warehouse: Warehouse, quarter: Quarter) -> dict[str, int | float | None]:
    """The figures of one release; None where no cell bears on one."""
    table = warehouse.tables.read_frame("risk_and_utility", quarter)
    enough = table.filter(pl.col("cells") >= ENOUGH_CELLS)
    return {
        "cells_changed_milli": _milli(table, "changed", "all"),
        "noise_biased_bands": _count_biased_bands(enough),
        "noise_sd_milli": _milli(table, "noise_sd", *LARGE_COUNTS),
        "deviation_milli": _milli(table, "average_absolute_deviation", "all"),
        "hellinger_milli": _milli(table, "hellinger_distance", "all"),
        "false_zeros_milli": _milli(table, "false_zeros", "occupied cells"),
        "one_behind_five_milli": _milli(table, "probability_true", "1 | 5"),
        "zeros_unmasked_milli": _milli(table, "false_zeros_proved", "false zeros"),
        "parts_bias_milli": _largest(enough, "sum_of_parts_minus_total_mean"),
        "pinned_in_a_million": _measure_exact_disclosures(warehouse),
        **{name: _round(_mean(table, *found)) for name, found in EVERY_FIGURE.items()},
    }


def _mean(table: pl.DataFrame, measure: str, *of: str) -> float | None:
    """The mean of a measure over the cubes, weighted by their cells."""
    rows = table.filter((pl.col("measure") == measure) & pl.col("of").is_in(of))
    cells: int = sum(rows["cells"])
    weighted = sum(value * n for value, n in rows.select("value", "cells").iter_rows())
    return weighted / cells if cells else None


def _measure_exact_disclosures(warehouse: Warehouse) -> int:
    return round(1_000_000 * measure_exact_disclosure_rate(read_perturbation_table(warehouse)))


def _milli(table: pl.DataFrame, measure: str, *of: str) -> int | None:
    mean = _mean(table, measure, *of)
    return None if mean is None else round(1000 * mean)


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _largest(table: pl.DataFrame, measure: str) -> int | None:
    values = table.filter(pl.col("measure") == measure)["value"].abs().to_list()
    return round(1000 * max(values)) if values else None


def _count_biased_bands(table: pl.DataFrame) -> int:
    """Count bands whose mean noise is further from 0 than chance allows."""
    bands = table.pivot("measure", index=["cube", "of", "cells"], values="value")
    if not {"noise_mean", "noise_sd"} <= set(bands.columns):
        return 0
    allowed = STANDARD_ERRORS * pl.col("noise_sd") / pl.col("cells").sqrt()
    return bands.filter(pl.col("noise_mean").abs() > allowed).height


def _expect(name: str, what: str, figures: Iterable[str] = ()) -> Expectation:
    return expect_tolerated(name, what, _DESIGN, figures=tuple(figures))


_THOUSAND = "of every 1,000,"

EXPECTATIONS: tuple[Expectation, ...] = (
    _expect(
        "cells_changed_milli",
        f"The number of cells that the adjustment changes, {_THOUSAND}",
        CHANGED,
    ),
    replace(
        expect_none(
            "noise_biased_bands",
            "In no band of counts is the mean noise further from nought than chance allows.",
            _DESIGN,
            severity="warn",
        ),
        figures=tuple(MEANS),
    ),
    _expect(
        "noise_sd_milli",
        "The standard deviation of the noise on counts of 8 and more, in thousandths,",
        SPREADS,
    ),
    _expect(
        "deviation_milli",
        "The average distance of published cells from their counts, in thousandths,",
    ),
    _expect(
        "hellinger_milli",
        "The Hellinger distance of published from true cells, in thousandths,",
    ),
    _expect(
        "false_zeros_milli",
        f"The number of cells that hold someone and are published as nil, {_THOUSAND}",
        BEHIND_ZERO,
    ),
    _expect(
        "one_behind_five_milli",
        f"The number of published 5s behind which stands a single person, {_THOUSAND}",
        BEHIND_FIVE,
    ),
    _expect(
        "zeros_unmasked_milli",
        f"The number of false zeros unmasked by their sibling and their total, {_THOUSAND}",
    ),
    _expect(
        "parts_bias_milli",
        "The average difference of parts from their total, at the level where it is largest, in "
        "thousandths,",
        ADDITIVITY,
    ),
    _expect(
        "pinned_in_a_million",
        "The number of small counts published with their total, of a million, that somebody who "
        "knew the p-table's design could work out exactly,",
    ),
)
