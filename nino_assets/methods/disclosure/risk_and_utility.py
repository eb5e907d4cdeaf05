"""Measures what perturbation costs readers and what it leaves an intruder.

True counts are compared with published ones, so the result is restricted. The measures are those of
the `cellKey` package and of the Handbook on Statistical Disclosure Control (Shlomo and Young). All
published zeros are included: leaving them out, as `cellKey` does when asked to exclude zeros,
would hide every false zero.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

import numpy as np
import polars as pl
from numpy.typing import NDArray

from nino_assets.errors import PublicationError
from nino_assets.methods.disclosure.dimensions import Dimension, build_cube_dimensions
from nino_assets.methods.disclosure.hierarchies import ParentAndParts, list_parents_and_parts
from nino_assets.methods.disclosure.perturbation_table.validation import PerturbationTable
from nino_assets.methods.disclosure.perturbed_cells import CheckedCounts, compute_true_counts
from nino_assets.statistic.published_domain import CUBES, Cube

Counts = NDArray[np.int64]

MEASURES_SCHEMA = {
    "cube": pl.String,
    "measure": pl.String,
    "of": pl.String,
    "cells": pl.Int64,
    "value": pl.Float64,
}

_BANDS = ((0, 0), (1, 4), (5, 7), (8, 19), (20, 99), (100, 750), (751, None))


@dataclass(frozen=True)
class TrueAndPublished:
    """One cube's true and published counts, one axis a dimension."""

    true: Counts
    published: Counts
    dimensions: tuple[Dimension, ...]
    smallest: int

    @property
    def noise(self) -> Counts:
        return self.published - self.true


def measure_risk_and_utility(
    counts: CheckedCounts, published: pl.DataFrame, periods: Mapping[str, pl.DataFrame]
) -> pl.DataFrame:
    """Measures of one release, restricted: cube, measure, of, cells, value.

    `published` holds the cells of a release (`CELL_COLUMNS`) for the periods in `periods`, which
    gives `list_period_members` for each cube by name. `of` is the band, level or value that a
    measure is about; `cells` is how many cells it rests on; a measure of no cells is left out.
    Raises PublicationError when the cells of a cube are not those of its domain.

    changed, noise_mean, noise_sd: by band of the true count. average_absolute_deviation,
    hellinger_distance: over all cells. false_zeros: share of occupied cells published as 0.
    probability_true: "c | p", share of cells published as p whose true count is c, for p of 0,
    of the smallest count that the table publishes, and of 5.
    sum_of_parts_minus_total_mean, _sd, parts_do_not_add: by level, from the noise alone.
    false_zeros_proved: share of the false zeros whose only sibling differs from their total.
    """
    rows = [
        (cube.name, *row)
        for cube in CUBES
        if periods[cube.name].height
        for row in _measure_cube(_pair_with_published(counts, published, cube, periods[cube.name]))
    ]
    return pl.DataFrame(rows, schema=MEASURES_SCHEMA, orient="row")


def list_design_values(table: PerturbationTable) -> pl.DataFrame:
    """The record of a p-table's design, restricted, in `MEASURES_SCHEMA`.

    Read from its entries: number of keys, smallest count that is published, and by true count the
    reach and the standard deviation of the noise. `cells` is how many true counts share a value.
    """
    rows: list[tuple[str, str, str, int, float]] = [
        ("p-table", "design", "number of keys", len(table.reach), float(table.keys)),
        ("p-table", "design", "smallest count", len(table.reach), len(table.forbidden) + 1.0),
    ]
    spreads = table.noise.std(axis=1)
    values = [
        (reach, round(float(spread), 4))
        for reach, spread in zip(table.reach.values(), spreads, strict=True)
    ]
    first = 1
    for (reach, spread), alike in groupby(values):
        last = first + len(list(alike)) - 1
        counts = f"{first}" if first == last else f"{first} to {last}"
        rows.append(("p-table", "design", f"reach, counts {counts}", last - first + 1, reach))
        rows.append(("p-table", "design", f"sd, counts {counts}", last - first + 1, spread))
        first = last + 1
    return pl.DataFrame(rows, schema=MEASURES_SCHEMA, orient="row")


MeasureRow = tuple[str, str, int, float]


def _pair_with_published(
    counts: CheckedCounts, published: pl.DataFrame, cube: Cube, periods: pl.DataFrame
) -> TrueAndPublished:
    true = compute_true_counts(counts, cube, periods)
    wanted = periods["time_period"].unique().to_list()
    cells = published.filter(pl.col("cube") == cube.name, pl.col("time_period").is_in(wanted))[
        "registrations"
    ].to_numpy()
    if cells.size != true.size:
        raise PublicationError(
            f"cube {cube.name}: {cells.size:,} published cells for a domain of {true.size:,}",
            rule="every cell of the declared domain is published once",
            next_step="materialise perturbed_cubes again",
        )
    dimensions = build_cube_dimensions(cube, periods, counts.area, counts.nationality)
    return TrueAndPublished(
        true, cells.reshape(true.shape), dimensions, len(counts.table.forbidden) + 1
    )


def _measure_cube(cells: TrueAndPublished) -> Iterator[MeasureRow]:
    for measure in (
        _measure_noise,
        _measure_distances,
        _measure_small_counts,
        _measure_additivity,
        _measure_proved_zeros,
    ):
        yield from measure(cells)


def _measure_noise(cells: TrueAndPublished) -> Iterator[MeasureRow]:
    for low, high in _BANDS:
        inside = cells.true >= low
        if high is not None:
            inside &= cells.true <= high
        noise = cells.noise[inside]
        if noise.size:
            band = f"{low}" if low == high else f"{low}-{high}" if high else f"{low} or more"
            yield "changed", band, noise.size, float((noise != 0).mean())
            yield "noise_mean", band, noise.size, float(noise.mean())
            yield "noise_sd", band, noise.size, float(noise.std())


def _measure_distances(cells: TrueAndPublished) -> Iterator[MeasureRow]:
    true, published = cells.true, cells.published
    yield "changed", "all", true.size, float((true != published).mean())
    yield "average_absolute_deviation", "all", true.size, float(np.abs(cells.noise).mean())
    if true.sum() and published.sum():
        roots = np.sqrt(true / true.sum()) - np.sqrt(published / published.sum())
        yield "hellinger_distance", "all", true.size, float(np.sqrt((roots**2).sum() / 2))


def _measure_small_counts(cells: TrueAndPublished) -> Iterator[MeasureRow]:
    occupied = cells.published[cells.true > 0]
    if occupied.size:
        yield "false_zeros", "occupied cells", occupied.size, float((occupied == 0).mean())
    for shown in sorted({0, cells.smallest, 5}):
        true = cells.true[cells.published == shown]
        for count in range(max(cells.smallest, 5) + 1):
            if true.size:
                share = float((true == count).mean())
                yield "probability_true", f"{count} | {shown}", true.size, share


def _measure_additivity(cells: TrueAndPublished) -> Iterator[MeasureRow]:
    gaps: dict[str, list[Counts]] = {}
    for axis, each in _list_parents(cells):
        noise = np.moveaxis(cells.noise, axis, 0)
        gap = noise[list(each.parts)].sum(axis=0) - noise[each.parent]
        gaps.setdefault(each.level, []).append(gap.ravel())
    for level, found in gaps.items():
        gap = np.concatenate(found)
        yield "sum_of_parts_minus_total_mean", level, gap.size, float(gap.mean())
        yield "sum_of_parts_minus_total_sd", level, gap.size, float(gap.std())
        yield "parts_do_not_add", level, gap.size, float((gap != 0).mean())


def _measure_proved_zeros(cells: TrueAndPublished) -> Iterator[MeasureRow]:
    """The share of false zeros that published counts prove to be false.

    A zero is proved false when its only sibling, which would then be the total, is not.

    Equal sets always publish equal counts, so no p-table prevents this.
    """
    false_zero = (cells.published == 0) & (cells.true > 0)
    proved = np.zeros_like(false_zero)
    for axis, each in _list_parents(cells):
        if each.is_complete and len(each.parts) == 2:
            shown = np.moveaxis(cells.published, axis, 0)
            marks = np.moveaxis(proved, axis, 0)
            for part, sibling in (each.parts, each.parts[::-1]):
                marks[part] |= (shown[part] == 0) & (shown[sibling] != shown[each.parent])
    if false_zero.any():
        share = float(proved[false_zero].mean())
        yield "false_zeros_proved", "false zeros", int(false_zero.sum()), share


def _list_parents(cells: TrueAndPublished) -> Iterator[tuple[int, ParentAndParts]]:
    """Every parent of every dimension but the period, with its axis."""
    for axis, dimension in enumerate(cells.dimensions[1:], start=1):
        for each in list_parents_and_parts(dimension):
            yield axis, each
