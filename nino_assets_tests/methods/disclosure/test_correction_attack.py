"""What a reader of two editions learns when few registrations are put right.

The register less one row, corrected, built and released: the cells that changed together say who
left. The shares here are the grounds of two rows of `tolerances.csv`.
"""

from __future__ import annotations

import csv
from functools import cache

import duckdb
import numpy as np
import polars as pl
import pytest

from nino_assets.errors import WarehouseError
from nino_assets.methods.disclosure.people_corrected import (
    EditionChanges,
    measure_people_corrected,
)
from nino_assets.methods.disclosure.perturbed_cells import list_period_members
from nino_assets.quality.measures.correction import LINKED, PEOPLE
from nino_assets.quality.tolerances import list_tolerances
from nino_assets.statistic.published_domain import CUBES
from nino_assets.statistic.quarters import Quarter
from nino_assets_tests.support.keyed_people import (
    GROUPS,
    Q,
    check_counts,
    count_people,
    draw_people,
    perturb_cube,
)
from nino_assets_tests.truth import PUBLISHED

GROUPS_OF_2018 = "mar2018_table1_quarter_by_subgroup.csv"
NOW = Quarter(2020, 4)


def measure(before: pl.DataFrame, after: pl.DataFrame) -> EditionChanges:
    con = duckdb.connect()
    for name, records in (("before", before), ("after", after)):
        counts = count_people(records).rename({"local_authority": "output_area"})
        con.register(f"counts_{name}", counts.to_arrow())
    con.register("grouped", GROUPS.to_arrow())
    return measure_people_corrected(con, "counts_before", "counts_after", "grouped")


@cache
def read_shares() -> np.ndarray:
    """The shares of the sub-groups in the registrations of January to March 2018."""
    with (PUBLISHED / GROUPS_OF_2018).open(encoding="utf-8") as file:
        *_, last = csv.DictReader(file)
    counts = np.array([int(n) for name, n in last.items() if name not in ("quarter", "Total")])
    shares: np.ndarray = counts / counts.sum()
    return shares


@pytest.mark.parametrize(
    ("together", "linked"),
    [(1, 100), (2, 83), (5, 51), (10, 29), (20, 16), (50, 7), (100, 2.4)],
)
def test_the_fewer_change_together_the_more_are_linked(together: int, linked: float) -> None:
    """Two thousand corrections each, drawn by published shares; and the same by probability."""
    rng = np.random.default_rng(together)
    shares = read_shares()
    drawn = rng.multinomial(together, shares, size=2000)
    found = 100 * (drawn == 1).sum() / (2000 * together)
    assert found == pytest.approx(100 * shares @ (1 - shares) ** (together - 1), abs=1)
    assert found == pytest.approx(linked, abs=1.5)


def test_the_limits_are_the_first_number_whose_share_lies_below() -> None:
    people, linked = (list_tolerances(name)[-1] for name in (PEOPLE, LINKED))
    assert people.at_least is not None and linked.at_most is not None
    shares = read_shares()

    def share_alone(together: float) -> float:
        return float(100 * shares @ (1 - shares) ** (together - 1))

    assert share_alone(people.at_least) < linked.at_most < share_alone(50)


def test_one_row_less_tells_who_left_and_is_counted_as_one() -> None:
    """The attack: each label that the changed cells share is the label of the one who left."""
    records = draw_people(4000, quarters=4)
    told = 0
    for gone in range(20):
        left = records.row(gone, named=True)
        after = records.with_row_index().filter(pl.col("index") != gone).drop("index")
        assert measure(records, after) == EditionChanges(people=1, linked=1)
        assert measure(after, records) == EditionChanges(people=1, linked=1)
        named = find_changed_nationalities(records, after)
        assert named <= {left["nationality"]}, "nobody else's cells change"
        told += named == {left["nationality"]}
    assert told >= 15, "now and then the adjustment of the one cell hides the change"


def find_changed_nationalities(before: pl.DataFrame, after: pl.DataFrame) -> set[str]:
    """The nationalities whose published cells differ in two editions."""
    cube = CUBES[0]
    periods = list_period_members(cube.period, Q.list_until(Q + 3), Q)
    first, second = (
        pl.DataFrame(pl.from_arrow(perturb_cube(check_counts(count_people(r)), cube, periods)))
        for r in (before, after)
    )
    changed = second.join(first, on=second.columns, how="anti", nulls_equal=True)
    level = changed.filter(pl.col("nationality_level") == "nationality")
    return set(level["nationality"])


@pytest.mark.parametrize("together", [1, 2, 5, 10, 20, 50])
def test_people_are_counted_as_they_are(together: int) -> None:
    """Removed at random; compared with a count of the records themselves."""
    records = draw_people(4000, quarters=4, seed=together)
    chosen = np.random.default_rng(together).choice(4000, together, replace=False)
    marked = records.with_row_index().with_columns(gone=pl.col("index").is_in(chosen.tolist()))
    kept, gone = (marked.filter(pl.col("gone") == side) for side in (False, True))
    groups = gone.join(GROUPS, on="nationality")
    alone = groups.group_by("time_period", "sub_group").len().filter(pl.col("len") == 1).height
    found = measure(records, kept.drop("index", "gone"))
    assert found == EditionChanges(together, alone)
    assert found.linked_percent == pytest.approx(100 * alone / together, abs=0.01)


def test_a_changed_record_is_one_person_and_an_exchanged_one_is_seen() -> None:
    records = draw_people(4000, quarters=4)
    moved = records.with_columns(
        sex=pl.when(pl.int_range(pl.len()) == 0)
        .then(pl.when(pl.col("sex") == "Male").then(pl.lit("Female")).otherwise(pl.lit("Male")))
        .otherwise(pl.col("sex"))
    )
    assert measure(records, moved) == EditionChanges(people=1, linked=1)
    exchanged = records.with_columns(
        key_sum=pl.when(pl.int_range(pl.len()) == 0)
        .then((pl.col("key_sum") + 1) % 256)
        .otherwise(pl.col("key_sum"))
    )
    assert measure(records, exchanged) == EditionChanges(people=1, linked=1)
    assert measure(records, records) == EditionChanges(people=0, linked=0)
    assert measure(records, records).linked_percent == 0


@pytest.mark.parametrize("earlier", ["counts_before", "counts_after"])
def test_counts_of_an_earlier_version_are_refused_with_what_to_run(earlier: str) -> None:
    con = duckdb.connect()
    for name in ("counts_before", "counts_after"):
        area = "local_authority" if name == earlier else "output_area"
        con.execute(
            f"CREATE VIEW {name} AS SELECT '2020-Q4' AS time_period, 'E07' AS {area}, "
            "'India' AS nationality, '25-34' AS age_band, 'Male' AS sex, '' AS arrival_lag, "
            "1::BIGINT AS registrations, 7::BIGINT AS key_sum"
        )
    con.execute("CREATE VIEW grouped AS SELECT 'India' AS nationality, 'South Asia' AS sub_group")
    with pytest.raises(WarehouseError, match=r"no column output_area(.|\n)*nino-assets build"):
        measure_people_corrected(con, "counts_before", "counts_after", "grouped")
