"""Measures against counts worked out by hand on a release whose truth is known."""

from __future__ import annotations

import json

import duckdb
import numpy as np
import polars as pl
import pytest

from nino_assets.errors import PublicationError
from nino_assets.methods.disclosure import perturbed_cells
from nino_assets.methods.disclosure.dimensions import Dimension, build_cube_dimensions
from nino_assets.methods.disclosure.hierarchies import list_parents_and_parts
from nino_assets.methods.disclosure.perturbation_table.design import DEFAULT
from nino_assets.methods.disclosure.risk_and_utility import (
    TrueAndPublished,
    _measure_cube,
    list_design_values,
    measure_risk_and_utility,
)
from nino_assets.statistic import vocabulary as v
from nino_assets.statistic.published_domain import CUBES
from nino_assets_tests.support.keyed_people import (
    AREA,
    NATIONALITY,
    Q,
    count_people,
    draw_people,
    make_table,
    perturb_cube,
)
from nino_assets_tests.truth import VECTORS

PERIODS = {
    cube.name: perturbed_cells.list_period_members(cube.period, [Q + 3], Q) for cube in CUBES
}


def counts():
    con = duckdb.connect()
    con.register("keyed", count_people(draw_people()))
    return perturbed_cells.check_keyed_counts(
        con,
        "keyed",
        nationality_members=NATIONALITY,
        area_members=AREA,
        table=make_table(),
        quarters=Q.list_until(Q + 4),
    )


def release(of) -> pl.DataFrame:
    return pl.concat(pl.DataFrame(perturb_cube(of, cube, PERIODS[cube.name])) for cube in CUBES)


def line(sizes) -> tuple[Dimension, ...]:
    """A dimension that stands for the period, and one total with its parts."""
    names = [f"part {n}" for n in range(sizes - 1)]
    labels = pl.DataFrame({"sex": ["All", *names]})
    classes = pl.DataFrame({"member_of": names, "class": range(sizes - 1)})
    holds = pl.DataFrame(
        [(0, n) for n in range(sizes - 1)] + [(n + 1, n) for n in range(sizes - 1)],
        schema=["ordinal", "class"],
        orient="row",
    )
    period = Dimension("time_period", labels[:1], classes[:1], holds[:1])
    return period, Dimension("sex", labels, classes, holds)


def measures(true, published, smallest=5) -> dict[tuple[str, str], float]:
    compared = TrueAndPublished(np.array([true]), np.array([published]), line(len(true)), smallest)
    return {(measure, of): value for measure, of, _, value in _measure_cube(compared)}


def test_changes_noise_and_distances():
    found = measures(true=[20, 9, 11], published=[22, 9, 8])
    assert found["changed", "all"] == pytest.approx(2 / 3)
    assert found["changed", "8-19"] == 0.5
    assert found["noise_mean", "8-19"] == -1.5
    assert found["noise_sd", "8-19"] == 1.5
    assert found["average_absolute_deviation", "all"] == pytest.approx(5 / 3)
    roots = [(a / 40) ** 0.5 - (b / 39) ** 0.5 for a, b in ((20, 22), (9, 9), (11, 8))]
    assert found["hellinger_distance", "all"] == pytest.approx(
        (sum(root**2 for root in roots) / 2) ** 0.5
    )
    assert found["sum_of_parts_minus_total_mean", "sex"] == -5
    assert found["parts_do_not_add", "sex"] == 1


def test_false_zeros_and_what_a_small_published_count_says():
    found = measures(true=[8, 1, 1, 6, 0], published=[8, 0, 5, 5, 0])
    assert found["false_zeros", "occupied cells"] == 0.25
    assert found["probability_true", "1 | 5"] == 0.5
    assert found["probability_true", "0 | 0"] == 0.5
    assert found["probability_true", "1 | 0"] == 0.5


def test_a_zero_beside_a_single_sibling_that_differs_from_the_total_is_proved_false():
    assert measures(true=[8, 1, 7], published=[9, 0, 7])["false_zeros_proved", "false zeros"] == 1
    assert measures(true=[8, 1, 7], published=[7, 0, 7])["false_zeros_proved", "false zeros"] == 0
    three = measures(true=[9, 1, 7, 1], published=[9, 0, 7, 0])
    assert three["false_zeros_proved", "false zeros"] == 0


def test_families_of_the_published_dimensions():
    area_cube = next(cube for cube in CUBES if cube.name == "quarter_area")
    dimensions = build_cube_dimensions(area_cube, PERIODS["quarter_area"], AREA, NATIONALITY)
    areas, nationalities = dimensions[1], dimensions[2]

    def named(dimension, column):
        names = dimension.labels[column]
        return {
            names[family.parent]: ([names[part] for part in family.parts], family.is_complete)
            for family in list_parents_and_parts(dimension)
        }

    assert named(nationalities, "nationality")["All"] == (
        [v.NON_EU, v.EU, v.UNKNOWN_WORLD_AREA],
        True,
    )
    assert named(nationalities, "nationality")[v.EU] == (
        ["European Union EU15", "European Union EU8"],
        True,
    )
    by_area = named(areas, "geography_name")
    assert by_area["United Kingdom"] == (
        ["England", "Northern Ireland", v.OVERSEAS_NAME],
        False,
    )
    assert by_area["England"] == (["Hill", "Dale"], True)


def test_a_release_is_measured_in_every_cube():
    found = measure_risk_and_utility(counts(), release(counts()), PERIODS)
    assert found["cube"].unique().sort().to_list() == sorted(cube.name for cube in CUBES)
    assert not found.select("cube", "measure", "of").is_duplicated().any()
    large = found.filter(
        pl.col("measure") == "noise_sd", pl.col("of") == "8-19", pl.col("cells") > 50
    )
    assert large["value"].is_between(1.5, 2.1).all()
    assert found.filter(pl.col("measure") == "changed", pl.col("of") == "0")["value"].sum() == 0
    shares = found.filter(pl.col("measure").is_in(["changed", "false_zeros", "probability_true"]))[
        "value"
    ]
    assert shares.is_between(0, 1).all()


def test_the_noise_measured_is_that_of_the_table():
    """Over all cells of 11 and more: unbiased, and the design's 2.2 give or take."""
    of = counts()
    cells = release(of)
    noise = np.concatenate(
        [
            cells.filter(pl.col("cube") == cube.name)["registrations"].to_numpy()
            - perturbed_cells.compute_true_counts(of, cube, PERIODS[cube.name]).ravel()
            for cube in CUBES
        ]
    )
    true = np.concatenate(
        [
            perturbed_cells.compute_true_counts(of, cube, PERIODS[cube.name]).ravel()
            for cube in CUBES
        ]
    )
    large = noise[true >= 11]
    assert np.abs(large).max() == 6
    assert abs(large.mean()) < 4 * 2.23 / large.size**0.5
    assert large.std() == pytest.approx(2.23, abs=0.2)


def test_cells_that_are_not_the_domain_are_refused():
    of = counts()
    with pytest.raises(PublicationError, match="published cells for a domain of"):
        measure_risk_and_utility(of, release(of)[:-1], PERIODS)


def test_false_zeros_count_as_the_reference_counts_them():
    """R cellKey's own example: one false zero of ten occupied cells, two thirds of a unit mean."""
    reference = json.loads((VECTORS / "utility_measures_reference.json").read_text())
    example = reference["doc_example"]
    true, published = example["orig"], example["pert"]
    found = measures(true, published, smallest=1)
    theirs = example["exclude_zeros_FALSE"]
    mean = next(row for row in theirs["measures"] if row["what"] == "Mean")
    assert found["average_absolute_deviation", "all"] == pytest.approx(mean["d1"], abs=0.0005)
    unchanged = next(row for row in theirs["overview"] if row["noise"] == "0")
    assert found["changed", "all"] == pytest.approx(1 - unchanged["pct"])
    occupied = sum(count > 0 for count in true)
    assert found["false_zeros", "occupied cells"] == theirs["false_zero"] / occupied


def test_the_record_of_a_design_is_that_of_the_design():
    """Each value against the parameters that the table was made with."""
    found = dict(list_design_values(make_table()).select("of", "value").iter_rows())
    assert found["number of keys"] == DEFAULT.keys
    assert found["smallest count"] == DEFAULT.smallest
    own = DEFAULT.last_own_row
    assert found[f"reach, counts {own} to 750"] == DEFAULT.reach
    assert found[f"sd, counts {own} to 750"] == pytest.approx(DEFAULT.variance**0.5, abs=0.02)
    near = [value for of, value in found.items() if of.startswith("reach") and "750" not in of]
    assert max(near) == DEFAULT.near_reach
