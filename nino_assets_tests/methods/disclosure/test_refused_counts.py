"""Keyed counts that are refused, and nothing published of them."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from nino_assets.errors import NinoError, PerturbationTableError, WarehouseError
from nino_assets.methods.disclosure import perturbed_cells
from nino_assets.methods.disclosure.dimensions import KEYED_DIMENSIONS
from nino_assets.methods.disclosure.perturbation_table.design import (
    Design,
    make_perturbation_table,
)
from nino_assets.methods.disclosure.perturbation_table.validation import check_perturbation_table
from nino_assets.statistic.published_domain import (
    CUBES,
)
from nino_assets_tests.support.keyed_people import (
    Q,
    check_counts,
    count_people,
    draw_people,
    list_cells,
    make_table,
    perturb_cube,
)


@pytest.mark.parametrize("dimension", KEYED_DIMENSIONS)
def test_a_null_dimension_is_refused(dimension):
    keyed = count_people(draw_people(50)).with_columns(
        pl.when(pl.int_range(pl.len()) == 3)
        .then(None)
        .otherwise(pl.col(dimension))
        .alias(dimension)
    )
    with pytest.raises(WarehouseError, match="1 rows lack a dimension"):
        check_counts(keyed)


@pytest.mark.parametrize("dimension", KEYED_DIMENSIONS)
def test_a_value_that_no_member_holds_is_refused_and_not_shown(dimension):
    keyed = count_people(draw_people(50)).with_columns(
        pl.when(pl.int_range(pl.len()) == 3)
        .then(pl.lit("Zzyzx"))
        .otherwise(pl.col(dimension))
        .alias(dimension)
    )
    with pytest.raises(WarehouseError, match=f"1 values of {dimension}") as error:
        check_counts(keyed)
    assert "Zzyzx" not in str(error.value)


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("registrations", None, "no count"),
        ("registrations", 0, "no count"),
        ("registrations", -3, "no count"),
        ("key_sum", None, "no key sum"),
        ("key_sum", -1, "no key sum"),
        ("key_sum", 255 * 4000 + 1, "no key sum"),
    ],
)
def test_counts_and_key_sums_out_of_range_are_refused(column, value, said):
    keyed = count_people(draw_people(50)).with_columns(
        pl.when(pl.int_range(pl.len()) == 3).then(value).otherwise(pl.col(column)).alias(column)
    )
    with pytest.raises(WarehouseError, match=said):
        check_counts(keyed)


@pytest.mark.parametrize("column", ["registrations", "key_sum"])
@pytest.mark.parametrize("kind", [pl.Float64, pl.String])
def test_sums_that_are_not_whole_numbers_are_refused(column, kind):
    with pytest.raises(WarehouseError, match="whole numbers"):
        check_counts(count_people(draw_people(50)).with_columns(pl.col(column).cast(kind)))


def test_a_missing_column_is_refused():
    with pytest.raises(WarehouseError, match="sex"):
        check_counts(count_people(draw_people(50)).drop("sex"))


def test_keys_made_for_another_number_of_keys_are_refused():
    four_thousand = check_perturbation_table(
        make_perturbation_table(b"k" * 32, Design(2, 0.9, keys=4096))
    )
    with pytest.raises(WarehouseError, match="not spread over 0 to 4095"):
        check_counts(count_people(draw_people()), table=four_thousand)
    narrow = draw_people().with_columns(pl.col("key_sum") % 7)
    with pytest.raises(WarehouseError, match="not spread over 0 to 255"):
        check_counts(count_people(narrow))


def test_a_quarter_that_was_not_counted_is_refused_and_not_published_as_zero():
    keyed = count_people(draw_people()).filter(pl.col("time_period") != (Q + 2).label)
    counts = check_counts(keyed, quarters=[Q, Q + 1, Q + 3, Q + 4])
    with pytest.raises(WarehouseError, match="nothing for 2020-Q3"):
        perturb_cube(
            counts, CUBES[2], perturbed_cells.list_period_members("year_ending", [Q + 3], Q)
        )


def test_a_quarter_without_a_registration_is_published_as_zeros():
    nobody = list_cells(count_people(draw_people()).filter(pl.lit(False)), CUBES[0], publish=[Q])
    assert nobody.height
    assert set(nobody["registrations"]) == {0}


def test_a_table_with_a_hole_publishes_nothing():
    """Even past the table's own check, a cell that finds no row stops the cube."""
    holed = replace(make_table(), frame=make_table().frame.filter(pl.col("pcv") != 1))
    counts = check_counts(count_people(draw_people(200)), table=holed)
    periods = perturbed_cells.list_period_members("quarter", [Q], Q)
    with pytest.raises(PerturbationTableError, match="find no row"):
        perturbed_cells.stream_perturbed_cells(counts, CUBES[1], periods)


def test_nothing_is_left_on_the_connection():
    counts = check_counts(count_people(draw_people(200)))
    periods = perturbed_cells.list_period_members("quarter", [Q], Q)
    perturb_cube(counts, CUBES[1], periods)
    assert [row[0] for row in counts.con.sql("SHOW TABLES").fetchall()] == ["keyed"]


def test_errors_are_those_that_people_read():
    with pytest.raises(NinoError) as error:
        check_counts(
            count_people(draw_people(50)).with_columns(pl.lit(None, pl.Int64).alias("key_sum"))
        )
    assert error.value.rule
    assert error.value.next_step
