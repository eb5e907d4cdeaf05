"""Fits integer target counts that agree with every published table at once.

Tables 1 to 3 of the workbook to March 2018 are reconciled top down: quarters × sub-group of the two
table 3 years from all sums at once; then regions, local authorities and nationalities, each fitted
to the sub-group totals of the level above and rounded with those totals kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from nino_assets.statistic import vocabulary as v
from nino_assets.statistic.quarters import Quarter
from nino_assets.statistic.reference_lists import read_nationalities
from nino_assets.synthetic import calibration as c
from nino_assets.synthetic.fitting import (
    Counts,
    Reals,
    fit_proportionally,
    fit_sums,
    fit_two_way,
    round_to_total,
    round_two_way,
)

WITHOUT_AREA_A_QUARTER = 5
"""Registrations without any area in a quarter of the year ending March 2018: its regions and
Overseas Registration add up to the total within ten."""
YEARS = (2017, 2018)
"""Table 3 gives the years ending in March of these."""
AREAS_YEAR = 2018
"""Table 2 gives the year ending in March of this."""
LARGEST_NEGLIGIBLE = 4.0
"""`..` stands for 0 to 4 registrations."""
NOISE = 3.0
"""The largest adjustment of a published count."""


@dataclass(frozen=True)
class YearTargets:
    """One year ending March: its quarters, and registrations by nationality."""

    quarters: tuple[Quarter, ...]
    nationalities: Counts


@cache
def fit_quarter_targets() -> dict[Quarter, Counts]:
    """Registrations by sub-group of every quarter that has a calibration figure."""
    figures = c.read_quarter_figures()
    noise_share = (figures.total - figures.cells.sum(axis=1)) / (figures.cells.shape[1] + 1)
    adjusted = np.maximum(0.0, figures.cells + noise_share[:, None])
    targets = {q: round_to_total(row) for q, row in zip(figures.quarters, adjusted, strict=True)}
    years = [_list_year_quarters(year) for year in YEARS]
    eight = _reconcile_years([figures.quarters.index(q) for year in years for q in year])
    for number, year in enumerate(years):
        table = eight[number * 4 : number * 4 + 4]
        whole = fit_two_way(
            table,
            table.sum(axis=1),
            np.rint(table.sum(axis=0)),
            low=np.zeros_like(table),
            high=np.full_like(table, np.inf),
        )
        targets.update(zip(year, round_two_way(whole), strict=True))
    return targets


@cache
def fit_year_targets(year: int) -> YearTargets:
    """The year ending March of one of `YEARS`."""
    quarters = _list_year_quarters(year)
    by_sub_group = sum((fit_quarter_targets()[q] for q in quarters), _make_zeros())
    published = c.read_nationality_figures(year).nationalities
    counts = np.zeros(len(published), dtype=np.int64)
    for sub_group, total in enumerate(by_sub_group):
        members = np.flatnonzero(c.index_sub_groups() == sub_group)
        cells = published[members][:, None]
        low, high = _compute_bounds(cells)
        guess = np.where(np.isnan(cells), 1.0, cells)
        no_totals = np.full(len(members), np.nan)
        fitted = fit_two_way(guess, no_totals, np.array([float(total)]), low=low, high=high)
        counts[members] = round_two_way(fitted)[:, 0]
    return YearTargets(quarters, counts)


@cache
def count_without_area(quarter: Quarter) -> Counts:
    """Registrations without any area, by sub-group.

    For a quarter of the year ending March 2018.
    """
    cells = fit_quarter_targets()[quarter].astype(np.float64)
    return round_to_total(WITHOUT_AREA_A_QUARTER * cells / cells.sum())


def fit_area_figures() -> Counts:
    """Target counts of table 2's local authorities × sub-groups.

    In the order of the table, with Overseas Registration.
    """
    quarters = _list_year_quarters(AREAS_YEAR)
    total = sum((fit_quarter_targets()[q] for q in quarters), _make_zeros())
    blank = sum((count_without_area(q) for q in quarters), _make_zeros())
    figures = c.read_area_figures()
    level, region = np.array(figures.level), np.array(figures.region)
    top = np.flatnonzero(level != "local_authority")
    regions = _fit_areas(figures.cells[top], figures.total[top], (total - blank).astype(np.float64))
    counts = np.zeros(figures.cells.shape, dtype=np.int64)
    counts[top] = regions
    for place, row in enumerate(top):
        if level[row] == "overseas":
            continue
        own = np.flatnonzero((level == "local_authority") & (region == region[row]))
        counts[own] = _fit_areas(
            figures.cells[own], figures.total[own], regions[place].astype(np.float64)
        )
    return np.asarray(counts[level != "region"])


@cache
def fit_area_targets() -> Counts:
    """Target counts by place and sub-group, year ending March 2018.

    Places are those of `calibration.list_area_codes()` but the blank one.

    Local authorities that have been merged since hold the sum of the old ones.
    """
    figures = c.read_area_figures()
    place = {code: index for index, code in enumerate(c.list_area_codes())}
    counts = np.zeros((len(place) - 1, figures.cells.shape[1]), dtype=np.int64)
    codes = [
        code
        for code, level in zip(figures.directory_code, figures.level, strict=True)
        if level != "region"
    ]
    np.add.at(counts, [place[code] for code in codes], fit_area_figures())
    return counts


def _reconcile_years(rows: list[int]) -> Reals:
    """Reconcile eight quarters × sub-groups with tables 1, 2 and 3.

    The sums of all three tables are weighed together.
    """
    figures = c.read_quarter_figures()
    cells = figures.cells[rows]
    width = cells.shape[1]
    eu = np.zeros(width, dtype=bool)
    groups = read_nationalities()
    for index, name in enumerate(c.list_sub_groups()):
        eu[index] = groups.filter(groups["sub_group"] == name)["world_area"][0] == v.EU
    unknown = np.array([name == v.UNKNOWN_SUB_GROUP for name in c.list_sub_groups()])
    every_quarter = np.arange(8)
    sums: list[tuple[Reals, float, float]] = []

    def add(quarters: np.ndarray, columns: np.ndarray, value: float, variance: float = 1.0) -> None:
        mask = np.zeros((8, width))
        mask[np.ix_(quarters, np.flatnonzero(columns))] = 1.0
        sums.append((mask.ravel(), value, variance))

    all_columns = np.ones(width, dtype=bool)
    for quarter in every_quarter:
        add(np.array([quarter]), all_columns, figures.total[rows[quarter]])
    for number, year in enumerate(YEARS):
        table = c.read_nationality_figures(year)
        quarters = every_quarter[number * 4 : number * 4 + 4]
        add(quarters, all_columns, table.total)
        add(quarters, eu, table.eu)
        add(quarters, ~eu & ~unknown, table.non_eu)
        for column in range(width):
            add(quarters, np.arange(width) == column, table.sub_groups[column])
    areas = c.read_area_figures()
    top = np.array(areas.level) != "local_authority"
    for column in range(width):
        value = float(areas.cells[top, column].sum())
        add(every_quarter[4:], np.arange(width) == column, value, float(top.sum()))
    return fit_sums(cells.ravel(), sums).reshape(cells.shape)


def _fit_areas(cells: Reals, row_totals: Reals, column_totals: Reals) -> Counts:
    """Fit areas × sub-groups to these sub-group totals.

    The result is near the published cells and row totals.
    """
    low, high = _compute_bounds(cells)
    hidden = np.isnan(cells)
    known = np.where(hidden, 0.0, cells)
    guess = fit_proportionally(
        hidden.astype(np.float64),
        np.maximum(0.0, row_totals - known.sum(axis=1)),
        np.maximum(0.0, column_totals - known.sum(axis=0)),
    )
    guess = np.where(hidden, np.clip(guess, 0.0, LARGEST_NEGLIGIBLE), cells)
    fitted = fit_two_way(guess, row_totals, column_totals, low=low, high=high)
    return round_two_way(fitted)


def _compute_bounds(cells: Reals) -> tuple[Reals, Reals]:
    hidden = np.isnan(cells)
    low = np.where(hidden, 0.0, np.maximum(1.0, np.nan_to_num(cells) - NOISE))
    high = np.where(hidden, LARGEST_NEGLIGIBLE, np.nan_to_num(cells) + NOISE)
    return low, high


def _make_zeros() -> Counts:
    return np.zeros(len(c.list_sub_groups()), dtype=np.int64)


def _list_year_quarters(year: int) -> tuple[Quarter, ...]:
    return tuple(Quarter(year - 1, 2).list_until(Quarter(year, 1)))
