"""The averaging attack: what all published periods, areas and groups say together.

A quarter stands in four year endings, an authority in its region, a sub-group in its world area.
Each cell has separate noise, so somebody who solves all cells together by least squares averages
part of it away (Fraser and Wooton 2005 on additivity; Asghar and Kaafar 2019 on averaging). Cells
of a cube are every combination of its members. The solution is therefore that of each dimension,
one after the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import groupby

import numpy as np
import polars as pl
from numpy.typing import NDArray

from nino_assets.methods.disclosure.dimensions import Dimension, build_cube_dimensions
from nino_assets.methods.disclosure.perturbed_cells import (
    CheckedCounts,
    compute_true_counts,
    list_period_members,
)
from nino_assets.methods.disclosure.risk_and_utility import MEASURES_SCHEMA, MeasureRow
from nino_assets.statistic.published_domain import CUBES, Cube
from nino_assets.statistic.quarters import Quarter

LEAST_COUNT = 20
"""Smaller true counts are adjusted in another way, and are left out."""

Counts = NDArray[np.int64]
Matrix = NDArray[np.float64]


def measure_averaging(
    counts: CheckedCounts, cells: pl.DataFrame, series: Sequence[Quarter]
) -> pl.DataFrame:
    """What the averaging attack leaves of the noise, restricted, in `MEASURES_SCHEMA`.

    `cells` are the published ones of the whole series, in published order: cube, time_period,
    registrations. `counts` holds the last year of it: the attack is measured where most periods
    overlap, in its first quarter, and in the year. By level of area, over true counts of
    `LEAST_COUNT` and more. averaged_error: root mean square of estimate less truth, in people.
    averaged_exact: share of cells whose estimate rounds to the truth.
    """
    held = cells.partition_by("cube", "time_period", as_dict=True)
    published = {key: frame["registrations"].to_numpy() for key, frame in held.items()}
    rows: list[tuple[str, str, str, int, float]] = []
    for _, family in groupby(sorted(CUBES, key=_name_breakdown), key=_name_breakdown):
        for cube, row in _attack(counts, published, list(family), series):
            rows.append((cube.name, *row))
    return pl.DataFrame(rows, schema=MEASURES_SCHEMA, orient="row")


def _name_breakdown(cube: Cube) -> tuple[object, ...]:
    """All that a cube says but its period."""
    return cube.by_area, cube.by_age_sex, cube.by_lag, cube.nationality_depth


def _attack(
    counts: CheckedCounts,
    published: dict[tuple[object, ...], Counts],
    family: Sequence[Cube],
    series: Sequence[Quarter],
) -> Iterator[tuple[Cube, MeasureRow]]:
    """Solve the cubes of one breakdown together and compare with the truth."""
    members = {cube.name: list_period_members(cube.period, series, series[0]) for cube in family}
    dimensions = build_cube_dimensions(
        family[0], members[family[0].name], counts.area, counts.nationality
    )[1:]
    sizes = [dimension.labels.height for dimension in dimensions]
    periods, arrays = [], []
    for cube in family:
        for (label,), rows in members[cube.name].group_by("time_period", maintain_order=True):
            array = published[cube.name, label]
            # Quarters that were made with another directory have cells of other areas.
            if array.size == np.prod(sizes):
                periods.append((cube, label, rows["member_of"].to_list()))
                arrays.append(array.reshape(sizes))
    if not periods:
        return
    estimates = estimate_together(
        np.stack(arrays),
        [
            build_projection(build_period_design([quarters for _, _, quarters in periods])),
            *(build_projection(build_design(dimension)) for dimension in dimensions),
        ],
    )
    area = dimensions[0].labels["geography_level"].to_numpy()
    known = sorted(counts.quarters)
    for (cube, label, quarters), estimate in zip(periods, estimates, strict=True):
        if quarters == known or quarters == known[:1]:
            period = members[cube.name].filter(time_period=label)
            true = compute_true_counts(counts, cube, period)[0]
            for row in _compare(estimate, true, area):
                yield cube, row


def _compare(estimate: Matrix, true: Counts, area: NDArray[np.object_]) -> Iterator[MeasureRow]:
    for level in dict.fromkeys(area.tolist()):
        counted = (true >= LEAST_COUNT) & (area == level).reshape(-1, *[1] * (true.ndim - 1))
        errors = estimate[counted] - true[counted]
        if errors.size:
            error = float(np.sqrt((errors**2).mean()))
            yield "averaged_error", level, errors.size, error
            yield "averaged_exact", level, errors.size, float((np.abs(errors) < 0.5).mean())


def build_design(dimension: Dimension) -> Matrix:
    """What each member holds: a row a member, a column a class."""
    design = np.zeros((dimension.labels.height, dimension.holds["class"].n_unique()))
    # Classes are ranks, from 1.
    places = dimension.holds["class"].rank("dense") - 1
    design[dimension.holds["ordinal"].to_list(), places.to_list()] = 1
    return design


def build_period_design(periods: Sequence[Sequence[str]]) -> Matrix:
    """What each period holds: a row a period, a column a quarter.

    `periods` has the quarters of each. Without a period of one quarter the periods themselves are
    what is to be found: nothing published is finer, and each has a separate column.
    """
    if all(len(quarters) > 1 for quarters in periods):
        return np.eye(len(periods))
    columns = {label: n for n, label in enumerate(sorted({q for held in periods for q in held}))}
    design = np.zeros((len(periods), len(columns)))
    for row, quarters in enumerate(periods):
        design[row, [columns[quarter] for quarter in quarters]] = 1
    return design


def build_projection(design: Matrix) -> Matrix:
    """The least-squares estimate of every member, from all members.

    Members that hold the same have the same noise, so that only the first of them counts.
    """
    return _solve(design.shape, design.tobytes())


@lru_cache(maxsize=32)
def _solve(shape: tuple[int, int], entries: bytes) -> Matrix:
    """The projection of a design; cubes share most of theirs."""
    design = np.frombuffer(entries, dtype=np.float64).reshape(shape)
    _, first = np.unique(design, axis=0, return_index=True)
    own = np.sort(first)
    projection = np.zeros((len(design), len(design)))
    projection[:, own] = design @ np.linalg.pinv(design[own])
    return projection


def estimate_together(published: Counts | Matrix, projections: Sequence[Matrix]) -> Matrix:
    """The least-squares estimate of each cell, from all cells of the array.

    An axis a dimension, each with its projection. A result has the shape of `published`.
    """
    estimate = np.asarray(published, dtype=np.float64)
    for axis, projection in enumerate(projections):
        estimate = np.moveaxis(np.tensordot(projection, estimate, axes=(1, axis)), 0, axis)
    return estimate
