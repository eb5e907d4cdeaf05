"""Percentages of a table, from its own figures."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nino_assets.service.table import Table
from nino_assets.statistic.percentages import find_smallest_base
from nino_assets.statistic.quarters import Quarter


def compute_percentages(table: Table) -> NDArray[np.float64]:
    """Compute what percentage each figure is of its base, to one decimal.

    The base is the total, which stands last, of each field in `table.percent_of`; a period is never
    added up. Halves are rounded up. NaN where the base is smaller than the edition gives a
    percentage of, and where the figure is nil or negligible.
    """
    figures = table.figures
    base = figures
    for axis, field in enumerate(table.query.fields):
        if field.name.field in table.percent_of:
            base = base.take([-1], axis=axis)
    base = np.broadcast_to(base, figures.shape)
    is_given = (base >= find_base_rule(table)) & (figures > 0)
    divisor = np.where(is_given, base, 1)
    tenths = (2000 * figures + divisor) // (2 * divisor)
    return np.where(is_given, tenths / 10, np.nan)


def find_base_rule(table: Table) -> int:
    """The smallest base of which the table's edition gives a percentage."""
    return find_smallest_base(Quarter.parse(table.edition.name.rpartition(".")[0]))
