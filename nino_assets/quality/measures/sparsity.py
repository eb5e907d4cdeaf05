"""Measures how many cells of a cuboid hold one person or two.

True counts, so every figure here is for the team alone.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from nino_assets.statistic.cuboids import CUBOIDS
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.warehouse import Warehouse

TRUTH = "tabulation_truth"
FEWEST_A_QUARTER = 20_000
"""Registrations of an average quarter from which on sparsity is judged.

A third of the smallest quarter of the real series. Every cuboid of a smaller, made-up register is
sparse, whatever its fields are.
"""
_TYPES = {"quarter": "quarter", "year_ending": "year ending", "calendar_year": "year ending"}
_NAMED = [
    (
        cuboid.name,
        "quarter" if kind == "quarter" else "year_ending",
        f"{cuboid.name}, {_TYPES[kind]}",
    )
    for cuboid in CUBOIDS
    for kind in cuboid.periods
]
_FIGURES = {
    "share of ones": pl.col("ones") / pl.col("occupied"),
    "share of ones and twos": (pl.col("ones") + pl.col("twos")) / pl.col("occupied"),
    "share changed": pl.col("changed") / pl.col("occupied"),
    "share published as 0": pl.col("false_zeros") / pl.col("occupied"),
    "mean noise": pl.col("noise") / pl.col("occupied"),
}
FIGURES = tuple(f"{what}, {of}" for *_, of in _NAMED for what in _FIGURES)
"""What is shown with the result: sparsity and risk of each cuboid."""


def measure_sparsity(
    warehouse: Warehouse, series: Sequence[Quarter], total: float
) -> dict[str, int | float | None]:
    """The largest shares of ones, and of ones and twos.

    In % of cells that hold somebody, in the whole cuboid for all periods of a type. None where a
    series is too small to judge, `total` being the registrations of all its quarters. A cuboid that
    is served on a declared ground is not judged. The figures of `FIGURES` come with them.
    """
    truth = pl.concat([warehouse.tables.read_frame(TRUTH, quarter) for quarter in series])
    shares = (
        truth.group_by("cuboid", "time_period_type")
        .agg(pl.col(pl.Int64).sum())
        .filter(pl.col("occupied") > 0)
        .with_columns(**_FIGURES)
    )
    found = {(row["cuboid"], row["time_period_type"]): row for row in shares.rows(named=True)}
    figures: dict[str, int | float | None] = {
        f"{what}, {of}": round(found[name, kind][what], 4) if (name, kind) in found else None
        for name, kind, of in _NAMED
        for what in _FIGURES
    }
    excused = [cuboid.name for cuboid in CUBOIDS if cuboid.sparse_because]
    judged = shares.filter(~pl.col("cuboid").is_in(excused))
    enough = judged.height > 0 and total >= FEWEST_A_QUARTER * len(series)
    return figures | {
        "lone_cells_percent": _find_largest(judged, "share of ones") if enough else None,
        "pair_cells_percent": _find_largest(judged, "share of ones and twos") if enough else None,
    }


def _find_largest(shares: pl.DataFrame, column: str) -> float:
    shares_found: list[float] = shares[column].to_list()
    return round(100 * max(shares_found), 2)
