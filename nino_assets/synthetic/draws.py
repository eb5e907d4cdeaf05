"""Draws how many registrations each quarter, nationality and area holds.

The counts are drawn from the targets, seeded, the same for a quarter whichever delivery it comes
in. At scale 1 the counts of the years that tables 2 and 3 describe are the targets themselves,
divided among the four quarters at random; every smaller scale is a sample of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from nino_assets.statistic.quarters import Quarter
from nino_assets.synthetic import calibration as c
from nino_assets.synthetic.fitting import Counts, Reals, round_at_random
from nino_assets.synthetic.targets import (
    AREAS_YEAR,
    YEARS,
    count_without_area,
    fit_area_targets,
    fit_quarter_targets,
    fit_year_targets,
)

WITHOUT_AREA_SHARE = 0.0003
"""Registrations without any area, where no table says how many."""
MANY_ENOUGH = 500
"""From this many registrations a quarter, each way of having no area or nationality occurs."""


@dataclass(frozen=True)
class QuarterDraw:
    """One quarter: counts by sub-group × place of `list_area_codes()`, and by nationality."""

    areas: Counts
    nationalities: Counts


def count_rows(quarter: Quarter, scale: float) -> int:
    """Registrations of a quarter at a scale, at least one."""
    return max(1, round(float(fit_quarter_targets()[quarter].sum()) * scale))


def draw_quarter(quarter: Quarter, *, scale: float, seed: int) -> QuarterDraw:
    """One quarter's counts. The same arguments give the same counts."""
    rng = np.random.default_rng([seed, 1, quarter.year, quarter.number])
    full = fit_quarter_targets()[quarter]
    rows = count_rows(quarter, scale)
    by_sub_group = full if scale == 1 else _scale_counts(full * (rows / full.sum()), rows, rng)
    blank = _draw_without_area(quarter, by_sub_group, scale, rng)
    parted_areas, parted_nationalities = _find_divided_year(quarter, seed)
    pattern = fit_area_targets().T.astype(np.float64)
    areas = np.zeros((len(full), pattern.shape[1] + 1), dtype=np.int64)
    nationalities = np.zeros(len(c.list_nationality_labels()), dtype=np.int64)
    for group, count in enumerate(by_sub_group):
        placed = count - blank[group]
        areas[group, -1] = blank[group]
        areas[group, :-1] = _draw_sample(
            None if parted_areas is None else parted_areas[group],
            pattern[group] / pattern[group].sum(),
            placed,
            rng,
        )
        members = np.flatnonzero(c.index_sub_groups() == group)
        nationalities[members] = _draw_sample(
            None if parted_nationalities is None else parted_nationalities[members],
            _compute_nationality_shares(quarter, group, members),
            count,
            rng,
        )
    return QuarterDraw(areas, nationalities)


def _draw_sample(
    full: Counts | None, pattern: Reals, count: int, rng: np.random.Generator
) -> Counts:
    """Draw `count` registrations.

    They are drawn from the full-scale ones where these are known, otherwise by the pattern.
    """
    if full is None:
        return rng.multinomial(count, pattern)
    if count >= full.sum():
        return full
    return rng.multivariate_hypergeometric(full, count, method="marginals")


def _scale_counts(values: Reals, total: int, rng: np.random.Generator) -> Counts:
    """Sub-groups rounded to the total.

    Some are of unknown nationality where there are rows enough.
    """
    rounded = round_at_random(values, rng)
    unknown = len(values) - 1
    rounded[unknown] = max(rounded[unknown], 2 if total >= MANY_ENOUGH else 0)
    rounded[np.argmax(values)] += total - rounded.sum()
    return rounded


def _draw_without_area(
    quarter: Quarter, by_sub_group: Counts, scale: float, rng: np.random.Generator
) -> Counts:
    if scale == 1 and quarter in fit_year_targets(AREAS_YEAR).quarters:
        return count_without_area(quarter)
    rows = int(by_sub_group.sum())
    wanted = max(round(WITHOUT_AREA_SHARE * rows), 5 if rows >= MANY_ENOUGH else rows // 100)
    return rng.multivariate_hypergeometric(by_sub_group, wanted, method="marginals")


@cache
def _divide_year(year: int, seed: int) -> dict[Quarter, tuple[Counts | None, Counts]]:
    """Divide a published year's areas and nationalities among its quarters.

    Areas are sub-groups × areas.
    """
    rng = np.random.default_rng([seed, 2, year])
    targets = fit_year_targets(year)
    left_nationalities = targets.nationalities.copy()
    left_areas = fit_area_targets().T.copy() if year == AREAS_YEAR else None
    parted: dict[Quarter, tuple[Counts | None, Counts]] = {}
    for quarter in targets.quarters:
        counts = fit_quarter_targets()[quarter]
        nationalities = np.zeros_like(left_nationalities)
        areas = None if left_areas is None else np.zeros_like(left_areas)
        for group, count in enumerate(counts):
            members = np.flatnonzero(c.index_sub_groups() == group)
            nationalities[members] = rng.multivariate_hypergeometric(
                left_nationalities[members], count, method="marginals"
            )
            if areas is not None and left_areas is not None:
                placed = count - count_without_area(quarter)[group]
                areas[group] = rng.multivariate_hypergeometric(
                    left_areas[group], placed, method="marginals"
                )
        left_nationalities -= nationalities
        if left_areas is not None and areas is not None:
            left_areas -= areas
        parted[quarter] = areas, nationalities
    return parted


def _find_divided_year(quarter: Quarter, seed: int) -> tuple[Counts | None, Counts | None]:
    for year in YEARS:
        if quarter in fit_year_targets(year).quarters:
            return _divide_year(year, seed)[quarter]
    return None, None


def _compute_nationality_shares(quarter: Quarter, group: int, members: np.ndarray) -> Reals:
    """The shares of a sub-group's nationalities in a quarter.

    The mix is table 3's, with leading nationalities as published for the calendar year.
    """
    mix = sum((fit_year_targets(year).nationalities[members] for year in YEARS), 0) + 0.1
    shares = mix / mix.sum()
    year_total = sum(
        float(fit_quarter_targets()[Quarter(quarter.year, n)][group])
        for n in range(1, 5)
        if Quarter(quarter.year, n) in fit_quarter_targets()
    )
    leaders = {
        place: count / year_total
        for place, nationality in enumerate(members)
        if (count := c.read_leading_nationalities().get(quarter.year, {}).get(int(nationality)))
    }
    if leaders:
        others = np.ones(len(members), dtype=bool)
        others[list(leaders)] = False
        shares[others] *= (1 - sum(leaders.values())) / shares[others].sum()
        shares[list(leaders)] = list(leaders.values())
    return np.asarray(shares, dtype=np.float64)
