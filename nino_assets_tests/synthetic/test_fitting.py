"""Fitting and rounding keep what they promise to keep."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from nino_assets.synthetic.fitting import (
    fit_proportionally,
    fit_sums,
    fit_two_way,
    round_at_random,
    round_to_total,
    round_two_way,
)

_SEEDS = st.integers(0, 10_000)


@given(_SEEDS, st.integers(2, 40), st.integers(1, 15))
def test_two_way_rounding_keeps_columns_and_neighbours(seed: int, rows: int, columns: int) -> None:
    rng = np.random.default_rng(seed)
    table = rng.gamma(1, 20, (rows, columns))
    table[-1] += np.ceil(table.sum(axis=0)) - table.sum(axis=0)
    rounded = round_two_way(table)
    assert (rounded.sum(axis=0) == np.rint(table.sum(axis=0))).all()
    assert np.abs(rounded - table).max() < 1
    assert np.abs(rounded.sum(axis=1) - table.sum(axis=1)).max() < 3


@given(_SEEDS)
def test_two_way_fit_meets_columns_and_comes_near_noisy_rows(seed: int) -> None:
    rng = np.random.default_rng(seed)
    truth = rng.integers(5, 500, (30, 15)).astype(float)
    noisy = truth + rng.integers(-3, 4, truth.shape).astype(float)
    totals = truth.sum(axis=1) + rng.integers(-3, 4, 30)
    fitted = fit_two_way(noisy, totals, truth.sum(axis=0), low=noisy - 3, high=noisy + 3)
    assert np.abs(fitted.sum(axis=0) - truth.sum(axis=0)).max() < 1e-3
    assert np.abs(fitted - noisy).max() <= 3
    assert np.abs(fitted.sum(axis=1) - totals).max() <= 3
    assert np.square(fitted - truth).mean() < np.square(noisy - truth).mean()


def test_equal_noise_is_shared_equally() -> None:
    fitted = fit_sums(np.array([10.0, 1000.0]), [(np.ones(2), 1013.0, 1.0)])
    assert np.allclose(fitted, [11.0, 1001.0])


def test_proportional_fitting_meets_both_margins() -> None:
    fitted = fit_proportionally(
        np.array([[1.0, 1.0], [1.0, 0.0]]), np.array([6.0, 2.0]), np.array([5.0, 3.0])
    )
    assert np.allclose(fitted, [[3.0, 3.0], [2.0, 0.0]], atol=1e-6)


@given(_SEEDS)
def test_one_way_roundings_keep_the_total(seed: int) -> None:
    rng = np.random.default_rng(seed)
    values = rng.gamma(0.5, 3, 15)
    assert round_to_total(values).sum() == round(values.sum())
    drawn = round_at_random(values, rng)
    assert np.abs(drawn - values).max() <= 1
    assert abs(drawn.sum() - values.sum()) < 1
    assert drawn.min() >= 0


def test_random_rounding_is_unbiased() -> None:
    rng = np.random.default_rng(1)
    values = np.array([0.3, 1.25, 7.0, 0.05])
    mean = np.mean([round_at_random(values, rng) for _ in range(8_000)], axis=0)
    assert np.abs(mean - values).max() < 0.02
