"""What an intruder has: published cells under a design, and fresh noise to compare with."""

from __future__ import annotations

from functools import cache

import numpy as np

from nino_assets.methods.disclosure.perturbation_table.design import (
    Design,
    make_perturbation_table,
)
from nino_assets.methods.disclosure.perturbation_table.validation import (
    PerturbationTable,
    check_perturbation_table,
)

D5V2 = Design(5, 2)
N = 256


@cache
def draw_table(design: Design) -> PerturbationTable:
    return check_perturbation_table(make_perturbation_table(b"attack!!" * 4, design))


@cache
def list_noise(design: Design) -> np.ndarray:
    """pvalue by pcv - 1 and ckey."""
    return draw_table(design).frame["pvalue"].to_numpy().reshape(750, -1)


def publish_counts(counts, key_sums, design: Design = D5V2) -> np.ndarray:
    """Cell-key perturbation of many cells at once; held against the SQL in `test_attacks.py`."""
    counts = np.asarray(counts)
    pcv = np.where(counts <= 750, counts, (counts - 1) % 250 + 501)
    noise = list_noise(design)[pcv - 1, np.asarray(key_sums) % N]
    return np.where(counts == 0, 0, counts + noise)


def draw_fresh_noise(counts, rng, times: int, design: Design = D5V2) -> np.ndarray:
    """Naive noise: the same design, but drawn anew at each asking. One row an asking."""
    return publish_counts(
        np.broadcast_to(counts, (times, len(counts))),
        rng.integers(0, N, (times, len(counts))),
        design,
    )


def draw_cells(n: int = 2000, seed: int = 7) -> tuple[np.ndarray, np.ndarray]:
    """True counts and key sums of n cells of 20 people and more."""
    rng = np.random.default_rng(seed)
    counts = rng.integers(20, 400, n)
    return counts, np.array([rng.integers(0, N, count).sum() for count in counts])


def measure_exact(estimates, truth) -> float:
    return float((np.rint(estimates) == truth).mean())


def find_truths_behind(design: Design) -> dict[int, set[int]]:
    """Published count → the true counts that could stand behind it, if the design were known."""
    behind: dict[int, set[int]] = {0: {0}}
    for pcv, row in enumerate(list_noise(design)[:80], start=1):
        for shown in set((row + pcv).tolist()):
            behind.setdefault(shown, set()).add(pcv)
    return behind


@cache
def count_pinned(design: Design, triples: int = 8000) -> int:
    """Additive triples in which the published counts leave a single possible truth for a part."""
    rng = np.random.default_rng(4)
    behind = find_truths_behind(design)
    first, second = rng.integers(0, 30, (2, triples))
    sums = [np.array([rng.integers(0, N, n).sum() for n in part]) for part in (first, second)]
    shown = [
        publish_counts(first, sums[0], design),
        publish_counts(second, sums[1], design),
        publish_counts(first + second, sums[0] + sums[1], design),
    ]
    found = 0
    for f, m, t in zip(*(part.tolist() for part in shown), strict=True):
        possible = [(a, b) for a in behind[f] for b in behind[m] if a + b in behind[t]]
        found += 1 in (len({a for a, _ in possible}), len({b for _, b in possible}))
    return found
