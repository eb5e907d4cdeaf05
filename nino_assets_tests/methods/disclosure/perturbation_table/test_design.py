"""P-table design: the reference probabilities, whole keys, secrecy of the order, the command."""

from __future__ import annotations

import json

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nino_assets.errors import PerturbationTableError, SecretKeyError
from nino_assets.methods.disclosure.perturbation_table.design import (
    Design,
    compute_noise,
    make_perturbation_table,
)
from nino_assets.methods.disclosure.perturbation_table.key_allocation import (
    allocate_keys,
    shuffle_keys,
)
from nino_assets.methods.disclosure.perturbation_table.max_entropy import (
    RowProgram,
    compute_row_probabilities,
)
from nino_assets.methods.disclosure.perturbation_table.validation import check_perturbation_table
from nino_assets_tests.support.default_table import KEY, make_default_table
from nino_assets_tests.support.examples import FEW
from nino_assets_tests.truth import VECTORS


def rows(frame: pl.DataFrame) -> np.ndarray:
    return frame.sort("pcv", "ckey")["pvalue"].to_numpy().reshape(750, -1)


def per_row(value, count: int, otherwise):
    """A parameter that the reference gives once, or once a row (its last serves larger counts)."""
    if isinstance(value, list):
        return value[min(count, len(value)) - 1]
    return otherwise if value is None else value


def test_every_row_of_every_feasible_reference_case():
    """21 cases, 117 rows, made by R's ptable: within one in a million."""
    reference = json.loads((VECTORS / "ptable_maxent_reference.json").read_text())
    seen = 0
    for name, case in reference["cases"].items():
        asked = case["params"]
        for count in range(1, len(case.get("rows", {}))):
            program = RowProgram(
                count=count,
                reach=asked["D"],
                variance=asked["V"],
                smallest=asked.get("js", 0) + 1,
                stay=per_row(asked.get("pstay"), count, 0.0),
                monotone=per_row(asked.get("mono"), count, True),
            )
            wanted = {int(noise): p for noise, p in case["rows"][str(count)].items()}
            got = compute_row_probabilities(program)
            for noise in got.keys() | wanted.keys():
                assert got.get(noise, 0) == pytest.approx(wanted.get(noise, 0), abs=1e-6), (
                    name,
                    count,
                    noise,
                )
            seen += 1
    assert seen == 117


def test_the_case_that_cannot_be_met_says_which_constraint():
    """D=5, V=3, no 1 to 3: R stops; the least variance is floor((3+1)²/4) = 4."""
    with pytest.raises(PerturbationTableError) as error:
        make_perturbation_table(KEY, Design(5, 3, smallest=4))
    assert "count of 2" in error.value.what
    assert "variance cannot be less than 4, and the bound is 3" in error.value.what


@pytest.mark.parametrize(
    ("design", "said"),
    [
        (Design(2, 10, smallest=5), "within a reach of 2"),
        (Design(4, 10, smallest=5, keys=250), "count of 5: within a reach of 4"),
        (Design(1, 1, smallest=2), "count of 2: within a reach of 1"),
    ],
)
def test_a_reach_that_is_too_short_is_said(design, said):
    with pytest.raises(PerturbationTableError, match=said):
        make_perturbation_table(KEY, design)


@pytest.mark.parametrize(
    "wrong",
    [
        {"reach": 0},
        {"variance": 0},
        {"smallest": 0},
        {"stay": 1.0},
        {"stay": -0.1},
        {"keys": 1},
        {"reach": 600},
    ],
)
def test_a_design_that_means_nothing_is_refused(wrong):
    with pytest.raises(PerturbationTableError):
        Design(**({"reach": 3, "variance": 1.0} | wrong))


@pytest.mark.parametrize(("keys", "nearest"), [(256, 0.008), (4096, 0.0005)])
@pytest.mark.parametrize("design", [Design(5, 2), Design(5, 3, smallest=3), Design(8, 5, 4)])
def test_whole_keys_are_near_the_probabilities_and_exactly_unbiased(design, keys, nearest):
    for count in range(1, design.last_own_row + 1):
        wanted = compute_row_probabilities(design.build_program(count))
        got = allocate_keys(wanted, keys, count=count)
        assert sum(got.values()) == keys
        assert sum(noise * n for noise, n in got.items()) == 0
        assert max(abs(got[noise] / keys - p) for noise, p in wanted.items()) < nearest


def test_keys_that_cannot_share_a_row_without_bias_are_said():
    """A choice of 0 or 5 for a count of 1 needs keys in fifths."""
    assert allocate_keys({-1: 0.8, 4: 0.2}, 250, count=1) == {-1: 200, 4: 50}
    with pytest.raises(PerturbationTableError, match="256 keys cannot share it without bias"):
        allocate_keys({-1: 0.8, 4: 0.2}, 256, count=1)


def test_the_default_is_wider_than_what_published_tables_show_and_of_the_same_form():
    table = check_perturbation_table(make_default_table())
    assert table.keys == 256
    assert table.forbidden == (1, 2, 3, 4)
    noise = rows(table.frame)
    large = noise[10:]
    assert np.abs(large).max() == 6
    assert np.abs(large.std(axis=1) - 2.236).max() < 0.05
    assert (noise.sum(axis=1) == 0).all()
    # Independent of size, and light-tailed: no row differs from another but in its order.
    assert (np.sort(large, axis=1) == np.sort(large[0])).all()
    small = noise[:10] + np.arange(1, 11)[:, None]
    assert not np.isin(small, [1, 2, 3, 4]).any()


def test_published_small_counts_fall_smoothly_from_five_on():
    """DWP's published 5, 6, 7, 8: 334, 292, 254, 207 cells. No heap at 5."""
    published = np.zeros(60)
    for count in range(1, 40):
        values, n = np.unique(rows(make_default_table())[count - 1] + count, return_counts=True)
        published[values] += n / 256 * count**-0.8
    ratios = published[6:9] / published[5:8]
    assert (ratios < 1).all()
    assert ratios[0] > 0.7


def test_the_table_is_the_same_for_the_same_key_and_another_for_another():
    assert make_perturbation_table(KEY).equals(make_default_table())
    other = rows(make_perturbation_table(KEY[::-1]))
    assert (other != rows(make_default_table())).mean() > 0.5


def test_every_row_has_an_order_of_its_own():
    noise = rows(make_default_table())[7:]
    assert len({row.tobytes() for row in noise}) == len(noise)
    correlation = np.corrcoef(noise.astype(float))
    np.fill_diagonal(correlation, 0)
    # Of 743 rows in pairs, the largest chance correlation of 256 values stays below 0.35.
    assert np.abs(correlation).max() < 0.35
    # No key is favoured over the rows either: mean noise by key within 5 standard errors.
    assert np.abs(noise.mean(axis=0)).max() < 5 * 1.82 / len(noise) ** 0.5


@given(key=st.binary(min_size=32, max_size=32), pcv=st.integers(1, 750), keys=st.integers(2, 600))
def test_a_secret_order_is_a_permutation(key, pcv, keys):
    assert sorted(shuffle_keys(key, pcv, keys)) == list(range(keys))


@pytest.mark.parametrize("key", [b"", b"short", bytes(31), bytes(33)])
def test_a_key_of_another_length_is_refused(key):
    with pytest.raises(SecretKeyError):
        make_perturbation_table(key)


@FEW
@given(
    reach=st.integers(2, 6),
    spread=st.floats(0.05, 0.6),
    smallest=st.integers(1, 4),
    stay=st.sampled_from([0.0, 0.3]),
    keys=st.sampled_from([256, 512]),
)
def test_any_design_either_holds_or_says_why(reach, spread, smallest, stay, keys):
    """Whatever is asked: a table that keeps every promise, or the constraint that cannot be met."""
    variance = spread * reach**2
    try:
        noise = compute_noise(Design(reach, variance, smallest, stay, keys))
    except PerturbationTableError as error:
        assert "count of" in error.what
        return
    for count, row in noise.items():
        assert sum(row.values()) == keys
        assert sum(v * n for v, n in row.items()) == 0
        assert all(n >= 0 for n in row.values())
        assert all(abs(v) <= reach for v in row)
        assert all(count + v == 0 or count + v >= smallest for v, n in row.items() if n)
        assert sum(v * v * n for v, n in row.items()) / keys <= variance + 0.25
