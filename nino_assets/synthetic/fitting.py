"""Makes published margins agree: least squares, proportional fitting, controlled rounding.

Published counts carry independent noise of equal variance whatever their size, so a discrepancy
between cells and their total is shared equally among them (least squares). Cells of which nothing
but a range is published are first guessed in proportion to the margins.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]
Reals = NDArray[np.float64]


def fit_proportionally(seed: Reals, row_totals: Reals, column_totals: Reals) -> Reals:
    """Iterative proportional fitting of a non-negative two-way table to both its margins.

    Margins that differ in their sum are met on the columns. A row or column of zeros stays zero.
    """
    table = seed.astype(np.float64, copy=True)
    for _ in range(50):
        table *= _compute_ratio(row_totals, table.sum(axis=1))[:, None]
        table *= _compute_ratio(column_totals, table.sum(axis=0))[None, :]
    return table


def fit_two_way(
    cells: Reals, row_totals: Reals, column_totals: Reals, *, low: Reals, high: Reals
) -> Reals:
    """The nearest table to `cells` with exactly these column totals.

    `cells` is rows × columns.

    Least squares over all cells and over the row totals, which are published with the same noise as
    a cell; NaN means that no total is published for the row. Every cell stays in its [low, high].
    """
    rows = np.zeros(cells.shape[0])
    columns = np.zeros(cells.shape[1])
    has_total = ~np.isnan(row_totals)
    wanted = np.where(has_total, row_totals, 0.0)
    table = np.clip(cells, low, high)
    for _ in range(400):
        table = np.clip(cells + rows[:, None] + columns[None, :], low, high)
        gap = np.where(has_total, wanted - table.sum(axis=1) - rows, 0.0)
        rows += gap / (1 + _count_movable(table, low, high, axis=1))
        table = np.clip(cells + rows[:, None] + columns[None, :], low, high)
        missing = column_totals - table.sum(axis=0)
        columns += missing / np.maximum(1, _count_movable(table, low, high, axis=0))
        if np.abs(missing).max() < 1e-6 and np.abs(gap).max() < 1e-6:
            break
    return table


def fit_sums(cells: Reals, sums: list[tuple[Reals, float, float]]) -> Reals:
    """The vector nearest to `cells` given further noisy sums of it.

    Each of `sums` is (coefficients, published value, variance in units of one cell's variance).
    """
    design = np.vstack([np.eye(len(cells)), *(c[None, :] / v**0.5 for c, _, v in sums)])
    values = np.concatenate([cells, [value / v**0.5 for _, value, v in sums]])
    return np.asarray(np.linalg.lstsq(design, values, rcond=None)[0], dtype=np.float64)


def round_two_way(table: Reals) -> Counts:
    """Round every cell to a neighbouring integer, keeping column sums.

    This is controlled rounding: row sums stay near.

    The columns of `table` must sum to whole numbers. What one column rounds away in a row is
    carried to the row's next column, so a row's sum changes by about one at most.
    """
    base = np.floor(table + 1e-9)
    fraction = np.clip(table - base, 0.0, 1.0)
    fraction[fraction < 1e-7] = 0.0
    carried = np.zeros(table.shape[0])
    for column in range(table.shape[1]):
        ups = round(float(table[:, column].sum()) - float(base[:, column].sum()))
        wish = carried + fraction[:, column]
        eligible = np.where(fraction[:, column] > 0, wish, -np.inf)
        chosen = np.argsort(-eligible, kind="stable")[:ups]
        base[chosen, column] += 1
        carried = wish
        carried[chosen] -= 1
    return base.astype(np.int64)


def round_to_total(values: Reals) -> Counts:
    """Largest remainders: whole numbers that sum to the rounded sum of `values`."""
    base = np.floor(values + 1e-9)
    ups = round(float(values.sum() - base.sum()))
    base[np.argsort(base - values, kind="stable")[:ups]] += 1
    return base.astype(np.int64)


def round_at_random(values: Reals, rng: np.random.Generator) -> Counts:
    """Round each cell and every running sum to a neighbouring integer.

    This is controlled rounding without bias.
    """
    ends = np.floor(np.cumsum(values) + rng.random() + 1e-9)
    return np.diff(ends, prepend=0.0).astype(np.int64)


def _compute_ratio(wanted: Reals, have: Reals) -> Reals:
    return np.divide(wanted, have, out=np.ones_like(have), where=have > 0)


def _count_movable(table: Reals, low: Reals, high: Reals, *, axis: int) -> Reals:
    return np.asarray(((table > low) & (table < high)).sum(axis=axis), dtype=np.float64)
