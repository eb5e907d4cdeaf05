"""Turns the probabilities of one row into whole keys, without bias."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp

from nino_assets.errors import PerturbationTableError

_VARIANCE_WEIGHT = 0.1
"""How much a unit of variance x keys counts against one misplaced key: enough to choose among
nearly equal allocations, too little to bend the shape of the row."""


def allocate_keys(probabilities: Mapping[int, float], keys: int, *, count: int) -> dict[int, int]:
    """Noise → number of keys, nearest to `keys` x probability.

    The numbers add up to `keys`, and the noise to exactly zero.

    Minimises sum |n - keys p| + 0.1 |sum v² n - keys V| over whole n. A noise of probability zero
    gets no key. `count` names the row in the error, a PerturbationTableError when no whole
    allocation is unbiased.
    """
    noises = np.array([noise for noise, p in probabilities.items() if p > 0])
    wanted = np.array([p for p in probabilities.values() if p > 0]) * keys
    spread = float(noises**2 @ wanted)
    n = len(noises)
    # Unknowns: n whole allocations, n misplacements, one variance error.
    identity, none, squares = np.eye(n), np.zeros(n), noises**2
    rows = np.vstack(
        [
            np.hstack([identity, -identity, np.zeros((n, 1))]),
            np.hstack([-identity, -identity, np.zeros((n, 1))]),
            [*squares, *none, -1],
            [*-squares, *none, -1],
            [*np.ones(n), *none, 0],
            [*noises, *none, 0],
        ]
    )
    upper = np.concatenate([wanted, -wanted, [spread, -spread], [keys, 0]])
    lower = np.concatenate([np.full(2 * n + 2, -np.inf), [keys, 0]])
    found = milp(
        np.concatenate([np.zeros(n), np.ones(n), [_VARIANCE_WEIGHT]]),
        integrality=np.concatenate([np.ones(n), np.zeros(n + 1)]),
        bounds=Bounds(0, np.inf),
        constraints=LinearConstraint(rows, lower, upper),
    )
    if found.x is None:
        raise PerturbationTableError(
            f"no p-table row for a count of {count}: {keys} keys cannot share it without bias",
            rule="the noise of each row sums to exactly zero over its keys",
            next_step="use more keys, or widen the reach",
        )
    allotted = np.rint(found.x[:n]).astype(int).tolist()
    return dict(zip(noises.tolist(), allotted, strict=True))


def shuffle_keys(key: bytes, pcv: int, keys: int) -> NDArray[np.int64]:
    """A permutation of 0..`keys`-1 that only the key's holder can repeat.

    The keys are sorted by 64-bit numbers drawn from SHAKE-256 over a label, the key and the pcv:
    an extendable-output function is a pseudo-random generator when its input is secret, and as a
    sponge it needs no HMAC around it. Rows are independent, so that knowing one reveals nothing
    about another.
    """
    seed = b"nino-assets p-table row order 1" + key + pcv.to_bytes(4, "big")
    drawn = np.frombuffer(hashlib.shake_256(seed).digest(8 * keys), dtype=">u8")
    return np.argsort(drawn, kind="stable")
