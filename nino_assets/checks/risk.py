"""Expectations about what the perturbation did to a release: its risk and its utility.

The whole table stays encrypted in the restricted zone; here are the few figures that a reviewer
judges, in thousandths, since measures are whole numbers. Does not belong here: computing them
(`methods/risk_and_utility.py`).
"""

from __future__ import annotations

import polars as pl

from nino_assets.checks.rules import none_of, share
from nino_assets.checks.suite import Expectation
from nino_assets.quarters import Quarter
from nino_assets.storage.warehouse import Warehouse

ENOUGH_CELLS = 100
"""Fewer cells tell little about a mean."""
STANDARD_ERRORS = 6
"""By chance once in half a thousand million bands; cells of the same people share their noise."""
LARGE_COUNTS = ("8-19", "20-99", "100-750", "751 or more")

_DESIGN = "Open the restricted risk and utility table of the quarter; ask the methodologist."


def risk_measures(warehouse: Warehouse, quarter: Quarter) -> dict[str, int | None]:
    """The figures of one release; None where no cell bears on one."""
    table = warehouse.frame("risk_and_utility", quarter)
    enough = table.filter(pl.col("cells") >= ENOUGH_CELLS)
    return {
        "cells_changed_milli": _mean(table, "changed", "all"),
        "noise_biased_bands": _biased_bands(enough),
        "noise_sd_milli": _mean(table, "noise_sd", *LARGE_COUNTS),
        "deviation_milli": _mean(table, "average_absolute_deviation", "all"),
        "hellinger_milli": _mean(table, "hellinger_distance", "all"),
        "false_zeros_milli": _mean(table, "false_zeros", "occupied cells"),
        "one_behind_five_milli": _mean(table, "probability_true", "1 | 5"),
        "zeros_unmasked_milli": _mean(table, "false_zeros_proved", "false zeros"),
        "parts_bias_milli": _largest(enough, "sum_of_parts_minus_total_mean"),
    }


def _mean(table: pl.DataFrame, measure: str, *of: str) -> int | None:
    """The mean of a measure over the cubes, each weighing as many cells as it has."""
    rows = table.filter((pl.col("measure") == measure) & pl.col("of").is_in(of))
    cells: int = sum(rows["cells"])
    weighted = sum(value * n for value, n in rows.select("value", "cells").iter_rows())
    return round(1000 * weighted / cells) if cells else None


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


EXPECTATIONS: tuple[Expectation, ...] = (
    share(
        "cells_changed_milli",
        "The adjustment changes between 1 and 950 of every 1,000 cells.",
        _DESIGN,
        at_least=1,
        at_most=950,
    ),
    none_of(
        "noise_biased_bands",
        "In no band of counts is the mean noise further from nought than chance allows.",
        _DESIGN,
        severity="warn",
    ),
    share(
        "noise_sd_milli",
        "The standard deviation of the noise on counts of 8 and more is at most 4,000 thousandths.",
        _DESIGN,
        at_most=4000,
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
    share(
        "false_zeros_milli",
        "At most 900 of every 1,000 cells that hold someone are published as nil.",
        _DESIGN,
        at_most=900,
    ),
    share(
        "one_behind_five_milli",
        "Behind a published 5 stands a single person in at most 500 of every 1,000 cells.",
        _DESIGN,
        at_most=500,
    ),
    share(
        "zeros_unmasked_milli",
        "At most 850 of every 1,000 false zeros are unmasked by their sibling and their total.",
        _DESIGN,
        at_most=850,
    ),
    share(
        "parts_bias_milli",
        "Parts differ from their total by at most 3,000 thousandths on average, at every level.",
        _DESIGN,
        at_most=3000,
    ),
)
