"""Expectations about what the perturbation did to a release: its risk and its utility.

The whole table stays encrypted in the restricted zone; here is what a reviewer judges, in
thousandths, and beside each verdict the figures that it sums up: by band of counts, by published
count, by level. Does not belong here: computing them (`methods/risk_and_utility.py`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import polars as pl

from nino_assets.checks.rules import none_of, share
from nino_assets.checks.suite import Expectation
from nino_assets.methods.perturbation_table.pinning import pinned_share
from nino_assets.quarters import Quarter
from nino_assets.storage.warehouse import Warehouse

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


def risk_measures(warehouse: Warehouse, quarter: Quarter) -> dict[str, int | float | None]:
    """The figures of one release; None where no cell bears on one."""
    table = warehouse.frame("risk_and_utility", quarter)
    enough = table.filter(pl.col("cells") >= ENOUGH_CELLS)
    return {
        "cells_changed_milli": _milli(table, "changed", "all"),
        "noise_biased_bands": _biased_bands(enough),
        "noise_sd_milli": _milli(table, "noise_sd", *LARGE_COUNTS),
        "deviation_milli": _milli(table, "average_absolute_deviation", "all"),
        "hellinger_milli": _milli(table, "hellinger_distance", "all"),
        "false_zeros_milli": _milli(table, "false_zeros", "occupied cells"),
        "one_behind_five_milli": _milli(table, "probability_true", "1 | 5"),
        "zeros_unmasked_milli": _milli(table, "false_zeros_proved", "false zeros"),
        "parts_bias_milli": _largest(enough, "sum_of_parts_minus_total_mean"),
        "pinned_in_a_million": _pinned(warehouse),
        **{name: _rounded(_mean(table, *found)) for name, found in EVERY_FIGURE.items()},
    }


def _mean(table: pl.DataFrame, measure: str, *of: str) -> float | None:
    """The mean of a measure over the cubes, each weighing as many cells as it has."""
    rows = table.filter((pl.col("measure") == measure) & pl.col("of").is_in(of))
    cells: int = sum(rows["cells"])
    weighted = sum(value * n for value, n in rows.select("value", "cells").iter_rows())
    return weighted / cells if cells else None


def _pinned(warehouse: Warehouse) -> int:
    return round(1_000_000 * pinned_share(warehouse.checked_perturbation_table()))


def _milli(table: pl.DataFrame, measure: str, *of: str) -> int | None:
    mean = _mean(table, measure, *of)
    return None if mean is None else round(1000 * mean)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _largest(table: pl.DataFrame, measure: str) -> int | None:
    values = table.filter(pl.col("measure") == measure)["value"].abs().to_list()
    return round(1000 * max(values)) if values else None


def _biased_bands(table: pl.DataFrame) -> int:
    """Bands of a cube whose mean noise is further from nought than chance allows."""
    bands = table.pivot("measure", index=["cube", "of", "cells"], values="value")
    if not {"noise_mean", "noise_sd"} <= set(bands.columns):
        return 0
    allowed = STANDARD_ERRORS * pl.col("noise_sd") / pl.col("cells").sqrt()
    return bands.filter(pl.col("noise_mean").abs() > allowed).height


def _shown(expectation: Expectation, figures: Iterable[str]) -> Expectation:
    return replace(expectation, figures=tuple(figures))


EXPECTATIONS: tuple[Expectation, ...] = (
    _shown(
        share(
            "cells_changed_milli",
            "The adjustment changes between 1 and 950 of every 1,000 cells.",
            _DESIGN,
            at_least=1,
            at_most=950,
        ),
        CHANGED,
    ),
    _shown(
        none_of(
            "noise_biased_bands",
            "In no band of counts is the mean noise further from nought than chance allows.",
            _DESIGN,
            severity="warn",
        ),
        MEANS,
    ),
    _shown(
        share(
            "noise_sd_milli",
            "The standard deviation of the noise on counts of 8 and more is at most 4,000 "
            "thousandths.",
            _DESIGN,
            at_most=4000,
        ),
        SPREADS,
    ),
    share(
        "deviation_milli",
        "Published cells lie on average at most 3,000 thousandths from their counts.",
        _DESIGN,
        at_most=3000,
    ),
    share(
        "hellinger_milli",
        "The Hellinger distance of published from true cells is at most 600 thousandths.",
        _DESIGN,
        at_most=600,
    ),
    _shown(
        share(
            "false_zeros_milli",
            "At most 900 of every 1,000 cells that hold someone are published as nil.",
            _DESIGN,
            at_most=900,
        ),
        BEHIND_ZERO,
    ),
    _shown(
        share(
            "one_behind_five_milli",
            "Behind a published 5 stands a single person in at most 500 of every 1,000 cells.",
            _DESIGN,
            at_most=500,
        ),
        BEHIND_FIVE,
    ),
    share(
        "zeros_unmasked_milli",
        "At most 850 of every 1,000 false zeros are unmasked by their sibling and their total.",
        _DESIGN,
        at_most=850,
    ),
    _shown(
        share(
            "parts_bias_milli",
            "Parts differ from their total by at most 3,000 thousandths on average, at every "
            "level.",
            _DESIGN,
            at_most=3000,
        ),
        ADDITIVITY,
    ),
    share(
        "pinned_in_a_million",
        "Of a million small counts published with their total, somebody who knew the p-table's "
        "design could work out at most 2,000 exactly.",
        _DESIGN,
        at_most=2000,
    ),
)
