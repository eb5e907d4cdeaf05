"""The averaging attack over all that is published: what it gains, and what it leaves."""

from __future__ import annotations

import re
from functools import cache, reduce
from itertools import product
from pathlib import Path

import duckdb
import numpy as np
import polars as pl
import pytest

import nino_assets
from nino_assets.methods.disclosure import perturbed_cells
from nino_assets.methods.disclosure.averaging import (
    LEAST_COUNT,
    build_design,
    build_period_design,
    build_projection,
    estimate_together,
    measure_averaging,
)
from nino_assets.methods.disclosure.dimensions import Dimension, build_cuboid_dimensions
from nino_assets.methods.disclosure.perturbation_table.design import DEFAULT
from nino_assets.statistic.cuboids import CUBOIDS, Cuboid
from nino_assets.statistic.published_domain import (
    CUBES,
    list_area_members,
    list_nationality_members,
)
from nino_assets.statistic.quarters import Quarter
from nino_assets.statistic.reference_lists import read_list
from nino_assets_tests.support.intruder import draw_table
from nino_assets_tests.support.keyed_people import (
    AREA,
    NATIONALITY,
    count_people,
    draw_people,
    perturb_cube,
)

DOCS = Path(nino_assets.__file__).parent / "docs"
FIRST = Quarter(2020, 1)
LEFT = 0.6 * 1.8
"""Six tenths of the standard deviation that published tables to March 2018 show, in people."""


def test_solving_axis_by_axis_is_solving_all_cells_at_once() -> None:
    rng = np.random.default_rng(1)
    years = [[f"{q}" for q in range(end - 3, end + 1)] for end in range(3, 6)]
    periods = build_period_design([[f"{q}"] for q in range(6)] + years)
    groups = np.array([[1, 1, 1], [1, 1, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1.0]])
    published = rng.integers(0, 400, (len(periods), len(groups)))
    whole = np.kron(periods, groups)
    expected = whole @ np.linalg.lstsq(whole, published.ravel(), rcond=None)[0]
    found = estimate_together(published, [build_projection(periods), build_projection(groups)])
    assert found.ravel() == pytest.approx(expected)


def test_a_member_that_holds_the_same_counts_once() -> None:
    """Wales as a country and as a region has one noise, not two."""
    twice = np.array([[1.0, 1], [1, 0], [1, 0], [0, 1]])
    once = build_projection(twice[[0, 1, 3]])
    estimate = build_projection(twice) @ np.array([10.0, 4, 4, 5])
    assert estimate[[0, 1, 3]] == pytest.approx(once @ np.array([10.0, 4, 5]))
    assert estimate[1] == estimate[2]


def test_years_alone_tell_nothing_of_quarters() -> None:
    years = [[f"{q}" for q in range(end - 3, end + 1)] for end in range(3, 9)]
    assert (build_projection(build_period_design(years)) == np.eye(6)).all()


@cache
def measure_series(quarters: int = 16) -> pl.DataFrame:
    """The measure over a series of made-up people, perturbed with the default design."""
    series = FIRST.list_until(FIRST + (quarters - 1))
    con = duckdb.connect()
    con.register("keyed", count_people(draw_people(60_000, quarters=quarters, seed=5)))

    def check(held: list[Quarter], keyed: str) -> perturbed_cells.CheckedCounts:
        return perturbed_cells.check_keyed_counts(
            con,
            keyed,
            nationality_members=NATIONALITY,
            area_members=AREA,
            table=draw_table(DEFAULT),
            quarters=held,
        )

    counts = check(series, "keyed")
    cells = pl.concat(
        pl.DataFrame(
            perturb_cube(
                counts, cube, perturbed_cells.list_period_members(cube.period, series, FIRST)
            )
        )
        for cube in CUBES
    )
    con.execute(f"CREATE VIEW last_year AS FROM keyed WHERE time_period >= '{series[-4].label}'")
    return measure_averaging(check(series[-4:], "last_year"), cells, series)


def test_the_attack_gains_on_single_cells_and_is_left_with_enough() -> None:
    found = measure_series()
    errors = found.filter(pl.col("measure") == "averaged_error")
    assert errors["cells"].sum() > 500
    root_mean_square = np.average(errors["value"].to_numpy() ** 2, weights=errors["cells"])
    spread = DEFAULT.variance**0.5
    assert LEFT < root_mean_square**0.5 < 0.9 * spread
    exact = found.filter(pl.col("measure") == "averaged_exact")
    assert 0.2 < np.average(exact["value"].to_numpy(), weights=exact["cells"]) < 0.4


def test_the_measure_is_that_of_cells_with_enough_people() -> None:
    assert DEFAULT.last_own_row < LEAST_COUNT
    found = measure_series()
    assert set(found["cube"]) == {cube.name for cube in CUBES}


# What is left over everything that is published, worked out from the real lists. For noise of one
# spread, the variance of a solved cell is a product over the dimensions. Cuboids that split
# a cell further add their own, independent, sums of parts: precisions add up.

MIDDLE = 38
"""A quarter in the middle of a series of 76: most year endings hold it."""


@cache
def list_dimensions(cuboid: Cuboid) -> tuple[Dimension, ...]:
    authorities = read_list("local_authorities_2021")
    areas = list_area_members(read_list("areas"), authorities)
    nations = list_nationality_members(
        read_list("nationalities").select(
            "nationality_code", "nationality", "sub_group", "world_area"
        )
    )
    periods = perturbed_cells.list_period_members("quarter", [FIRST], FIRST)
    return build_cuboid_dimensions(cuboid, periods, areas, nations)


def solve_variances(design: np.ndarray) -> np.ndarray:
    """The variance of each solved member, in variances of one cell."""
    return (build_projection(design) ** 2).sum(axis=1)


def list_period_variances(cuboid: Cuboid) -> dict[str, float]:
    """Of a quarter and of a year in the middle of the series."""
    quarters = [[f"{q:02}"] for q in range(76)] if "quarter" in cuboid.periods else []
    years = [[f"{q:02}" for q in range(end - 3, end + 1)] for end in range(3, 76)]
    found = solve_variances(build_period_design([*quarters, *years]))
    year = {"year": float(found[len(quarters) + MIDDLE])}
    return {"quarter": float(found[MIDDLE]), **year} if quarters else year


def list_part_precision(cuboid: Cuboid) -> float:
    """What the sums over ages, sexes and lags add, where the cell itself stands elsewhere."""
    sizes = [
        dimension.labels.height - 1
        for dimension, is_split in zip(
            list_dimensions(cuboid)[3:],
            (cuboid.by_age, cuboid.by_sex, cuboid.by_lag),
            strict=True,
        )
        if is_split
    ]
    splits = product(*((0, 1) for _ in sizes))
    return sum(
        1 / reduce(lambda held, part: held * part, chosen, 1)
        for chosen in (
            [size for size, take in zip(sizes, taken, strict=True) if take] for taken in splits
        )
        if chosen
    )


def measure_noise_left() -> dict[tuple[str, str, str], float]:
    """Share of the noise's standard deviation left: by period, level of area, of nationality."""
    precision: dict[tuple[str, str, str], float] = {}
    for cuboid in CUBOIDS:
        if cuboid.area_level == "middle_layer":
            continue
        _, area, nation = list_dimensions(cuboid)[:3]
        of_area, of_nation = (
            solve_variances(build_design(area)),
            solve_variances(build_design(nation)),
        )
        levels = (
            area.labels["geography_level"].to_numpy(),
            nation.labels["nationality_level"].to_numpy(),
        )
        splits = cuboid.by_age or cuboid.by_sex or cuboid.by_lag
        parts = list_part_precision(cuboid) if splits else 1.0
        for period, of_period in list_period_variances(cuboid).items():
            for area_level in dict.fromkeys(levels[0]):
                for nation_level in dict.fromkeys(levels[1]):
                    variance = (
                        of_period
                        * of_area[levels[0] == area_level].mean()
                        * of_nation[levels[1] == nation_level].mean()
                    )
                    cell = period, area_level, nation_level
                    if splits:
                        precision[cell] = precision.get(cell, 0) + parts / variance
                    else:
                        # The finer of two cuboids without a split has all cells of the other.
                        precision[cell] = max(precision.get(cell, 0), parts / variance)
    return {cell: found**-0.5 for cell, found in precision.items()}


def test_enough_is_left_of_every_published_cell() -> None:
    """Over cubes and cuboids together; noise of the spread that was published before is too little.

    Middle-layer areas are left out: no sub-group, sex or age adds to them.
    """
    left = measure_noise_left()
    assert len(left) == 40
    smallest = min(left.values())
    assert smallest * DEFAULT.variance**0.5 >= LEFT > smallest * 1.82
    assert left["quarter", "region", "sub_group"] == pytest.approx(0.55, abs=0.02)


def test_cells_of_one_cuboid_keep_what_a_simulation_says() -> None:
    """The closed form, against noise that is solved for: a quarter by region and sub-group."""
    [cuboid] = [each for each in CUBOIDS if each.name == "area_sub_group"]
    _, area, nation = list_dimensions(cuboid)[:3]
    quarters = [[f"{q:02}"] for q in range(76)]
    years = [[f"{q:02}" for q in range(end - 3, end + 1)] for end in range(3, 76)]
    designs = [
        build_period_design([*quarters, *years]),
        build_design(area),
        build_design(nation),
    ]
    # Members that hold the same have the same noise.
    noise = np.random.default_rng(3).normal(size=[len(design) for design in designs])
    for axis, design in enumerate(designs):
        first = [int(np.argmax((design == row).all(axis=1))) for row in design]
        noise = np.take(noise, first, axis=axis)
    solved = estimate_together(noise, [build_projection(design) for design in designs])
    regions = area.labels["geography_level"].to_numpy() == "region"
    groups = nation.labels["nationality_level"].to_numpy() == "sub_group"
    error = float(solved[MIDDLE][np.ix_(regions, groups)].std())
    expected = (
        list_period_variances(cuboid)["quarter"]
        * solve_variances(designs[1])[regions].mean()
        * solve_variances(designs[2])[groups].mean()
    ) ** 0.5
    assert error == pytest.approx(expected, rel=0.12)


def test_the_method_page_says_what_is_left() -> None:
    left = measure_noise_left()
    page = (DOCS / "method.md").read_text().partition("### Averaging")[2]
    said = dict(re.findall(r"^\| ((?:quarter|year).+?) \| (0\.\d\d) \|$", page, re.MULTILINE))
    assert {name: float(share) for name, share in said.items()} == {
        "quarter by region and sub-group": round(left["quarter", "region", "sub_group"], 2),
        "quarter by local authority and sub-group": round(
            left["quarter", "local_authority", "sub_group"], 2
        ),
        "quarter by local authority and nationality": round(
            left["quarter", "local_authority", "nationality"], 2
        ),
        "year ending by region and sub-group": round(left["year", "region", "sub_group"], 2),
        "year ending, United Kingdom, by nationality": round(left["year", "uk", "nationality"], 2),
        "year ending, United Kingdom, by world area: the least of all": round(
            min(left.values()), 2
        ),
    }
