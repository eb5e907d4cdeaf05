"""The probabilities of one p-table row: maximum entropy within its constraints.

The program is that of Marley and Leaver (2011) and Giessing (2016), as in R's `ptable`: over the
targets within reach, none of them forbidden, maximise entropy subject to no bias, a bound on the
variance, a floor on staying, and a left flank that does not rise away from the count. It is convex
and is solved through its dual, which has one unknown a constraint: probabilities are proportional
to exp(-constraints x multipliers), so that they are positive without being asked to be.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import logsumexp

from nino_assets.errors import PerturbationTableError

Vector = NDArray[np.float64]

_STEP_DOWN = 0.05
_STEPS = 20
_VARIANCE_REACHED = 0.0005
_ACTIVE = 1e-9


@dataclass(frozen=True)
class RowProgram:
    """The constraints on the noise of one true count, 1 or more.

    `reach`: largest absolute noise. `variance`: upper bound. `smallest`: smallest positive count
    that may be published. `stay`: least probability of no noise, for counts that may be published.
    `monotone`: no lower target is likelier than the next one up to the count itself.
    """

    count: int
    reach: int
    variance: float
    smallest: int = 1
    stay: float = 0.0
    monotone: bool = True

    @property
    def noises(self) -> list[int]:
        """Admissible noise, ascending: published counts are 0, or `smallest` and more."""
        lowest = max(0, self.count - self.reach)
        published = (0, *range(self.smallest, self.count + self.reach + 1))
        return [target - self.count for target in published if target >= lowest]

    @property
    def least_variance(self) -> int:
        """The variance of unbiased noise with targets 0 and `smallest` only."""
        return self.count * (self.smallest - self.count) if self.count < self.smallest else 0


def compute_row_probabilities(program: RowProgram) -> dict[int, float]:
    """Noise → probability, unbiased, the unique optimum of the program.

    As R does, the floor on staying gives way, 0.05 at a time, in a row that would otherwise miss
    the variance: the noise asked for comes first. Raises PerturbationTableError, naming the
    constraint, when nothing satisfies the program.
    """
    _refuse_infeasible(program)
    probabilities = _solve(program)
    for _ in range(_STEPS):
        variance = sum(p * v**2 for v, p in probabilities.items())
        reached = abs(variance - program.variance) < _VARIANCE_REACHED
        floor_binds = probabilities.get(0, 0.0) < program.stay + _ACTIVE
        if reached or program.stay <= 0 or not floor_binds:
            break
        program = replace(program, stay=program.stay - _STEP_DOWN)
        probabilities = _solve(program)
    return probabilities


def _refuse_infeasible(program: RowProgram) -> None:
    noises = program.noises
    if min(noises) >= 0 or max(noises) <= 0:
        raise _build_error(
            program,
            f"within a reach of {program.reach} it can only be published unchanged or always "
            "moved one way",
            "a reach of at least the smallest publishable count",
        )
    if program.variance < program.least_variance:
        raise _build_error(
            program,
            f"its variance cannot be less than {program.least_variance}, and the bound is "
            f"{program.variance:g}",
            "a variance bound that unbiased noise can meet with small counts forbidden",
        )


def _solve(program: RowProgram) -> dict[int, float]:
    noises = program.noises
    if program.least_variance and program.variance - program.least_variance < _ACTIVE:
        # The bound leaves one distribution: zero or the smallest publishable count.
        up = program.count / program.smallest
        ends = {-program.count: 1 - up, program.smallest - program.count: up}
        return {noise: ends.get(noise, 0.0) for noise in noises}
    features, bounds = _build_constraints(program, np.array(noises, dtype=np.float64))
    multipliers = _refine(features, bounds, _minimise_dual(features, bounds))
    return dict(zip(noises, _compute_probabilities(features, multipliers).tolist(), strict=True))


def _build_constraints(program: RowProgram, noises: Vector) -> tuple[Vector, Vector]:
    """The constraints as rows f and bounds b.

    The first is the equality E[f] = b, the others are E[f] <= b.
    """
    rows, bounds = [noises, noises**2], [0.0, program.variance]
    if 0 in noises and program.stay > 0:
        rows.append(-(noises == 0).astype(np.float64))
        bounds.append(-program.stay)
    if program.monotone:
        left = noises[noises <= 0]
        for further, nearer in pairwise(left):
            rows.append((noises == further).astype(np.float64) - (noises == nearer))
            bounds.append(0.0)
    return np.array(rows), np.array(bounds)


def _compute_probabilities(features: Vector, multipliers: Vector) -> Vector:
    exponents = -multipliers @ features
    probabilities: Vector = np.exp(exponents - logsumexp(exponents))
    return probabilities


def _minimise_dual(features: Vector, bounds: Vector) -> Vector:
    """Minimise the dual, log sum exp(-features x multipliers) + bounds x multipliers."""

    def evaluate_dual(multipliers: Vector) -> tuple[float, Vector]:
        value = float(logsumexp(-multipliers @ features) + bounds @ multipliers)
        return value, bounds - features @ _compute_probabilities(features, multipliers)

    free, not_negative = (None, None), (0.0, None)
    found = minimize(
        evaluate_dual,
        np.zeros(len(bounds)),
        jac=True,
        method="L-BFGS-B",
        bounds=[free] + [not_negative] * (len(bounds) - 1),
        options={"ftol": 1e-16, "gtol": 1e-10, "maxiter": 10_000, "maxfun": 100_000},
    )
    multipliers: Vector = found.x
    return multipliers


def _refine(features: Vector, bounds: Vector, multipliers: Vector) -> Vector:
    """Newton steps on the constraints that bind, to the last digits."""
    binding = multipliers > _ACTIVE
    binding[0] = True
    for _ in range(20):
        probabilities = _compute_probabilities(features, multipliers)
        means = features @ probabilities
        gradient = (bounds - means)[binding]
        centred = (features - means[:, None])[binding]
        hessian = (centred * probabilities) @ centred.T
        step = np.linalg.lstsq(hessian, gradient, rcond=None)[0]
        multipliers = multipliers.copy()
        multipliers[binding] -= step
        if np.abs(step).max() < 1e-13:
            break
    return multipliers


def _build_error(program: RowProgram, why: str, rule: str) -> PerturbationTableError:
    return PerturbationTableError(
        f"no p-table row for a count of {program.count}: {why}",
        rule=rule,
        next_step="widen the reach, raise the variance, or lower the smallest publishable count",
    )
