"""Measures how often a p-table discloses a count exactly, by differencing.

Two parts and their total are published, each with independent noise. An intruder who knows the
design knows which true counts are possible; where only one value of a part adds up, that part is
disclosed. Long thin tails prevent it, a short bound that is often reached does not.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nino_assets.methods.disclosure.cell_key import LAST_PCV
from nino_assets.methods.disclosure.perturbation_table.validation import PerturbationTable

PART_BELOW = 30
"""Parts of 0 to 29 people: small enough to matter, large enough to hold the rows that differ."""

Chances = NDArray[np.float64]
Flags = NDArray[np.bool_]


def measure_exact_disclosure_rate(table: PerturbationTable) -> float:
    """The share of additive triples with a disclosed part, 0 to 1.

    Over all pairs of parts of 0 to 29 people and all cell keys, exactly and not by sampling. A part
    of nobody leaves the other with the total's people, so that both are published alike.
    """
    reach = max(table.reach.values())
    shown = min(2 * PART_BELOW + 5 * reach, LAST_PCV)
    chances = _compute_chances(table, shown)
    possible = chances > 0
    parts = chances[:PART_BELOW]
    reached = np.flatnonzero(parts.any(axis=0)).tolist()
    share = 0.0
    for first in reached:
        for second in reached:
            disclosed = _find_disclosed(possible, first, second)
            if disclosed.any():
                share += float(_compute_joint_chance(chances, first, second) @ disclosed)
    return share / PART_BELOW**2


def _compute_chances(table: PerturbationTable, shown: int) -> Chances:
    """Probability of each published count (column), given each true one (row)."""
    chances = np.zeros((shown, shown))
    chances[0, 0] = 1
    for count in range(1, shown):
        published, keys = np.unique(count + table.noise[count - 1], return_counts=True)
        seen = published < shown
        chances[count, published[seen]] = keys[seen] / table.keys
    return chances


def _find_disclosed(possible: Flags, first: int, second: int) -> Flags:
    """For each published total: whether two published parts disclose a count.

    A part is disclosed when only one true count is left for it.
    """
    ones, others = np.flatnonzero(possible[:, first]), np.flatnonzero(possible[:, second])
    sums = ones[:, None] + others[None, :]
    adds = possible[np.minimum(sums, len(possible) - 1)] & (sums < len(possible))[:, :, None]
    left = [adds.any(axis=side).sum(axis=0) for side in (0, 1)]
    disclosed: Flags = (left[0] == 1) | (left[1] == 1)
    return disclosed


def _compute_joint_chance(chances: Chances, first: int, second: int) -> Chances:
    """For each published total: its chance together with two published parts.

    The chance is over all true pairs.
    """
    of_first, of_second = chances[:PART_BELOW, first], chances[:PART_BELOW, second]
    pairs = np.outer(of_first[1:], of_second[1:])
    totals = np.add.outer(np.arange(1, PART_BELOW), np.arange(1, PART_BELOW))
    by_total = np.bincount(totals.ravel(), weights=pairs.ravel(), minlength=len(chances))
    chance: Chances = by_total @ chances
    # Nobody in one part: the total is the other part, and is published as that is.
    if first == 0:
        chance[second] += of_second.sum()
    if second == 0:
        chance[first] += of_first[1:].sum()
    return chance
