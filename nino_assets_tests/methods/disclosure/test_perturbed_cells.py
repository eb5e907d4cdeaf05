"""The cubes against a count by hand, and everything that must stop them.

That they do not depend on how the records lie is in `test_consistency.py`.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pyarrow as pa
import pytest

from nino_assets.errors import PerturbationTableError
from nino_assets.methods.disclosure import listed_cells, perturbed_cells
from nino_assets.methods.disclosure.listed_cells import CELL_SCHEMA
from nino_assets.statistic import vocabulary as v
from nino_assets.statistic.published_domain import (
    CELL_COLUMNS,
    CUBES,
)
from nino_assets.statistic.quarters import Quarter
from nino_assets_tests.support.keyed_people import (
    AREA,
    NATIONALITY,
    Q,
    check_counts,
    count_people,
    draw_people,
    list_cells,
    make_table,
    perturb_cube,
)


def every_cell(keyed: pl.DataFrame, publish, **how) -> pl.DataFrame:
    return pl.concat(list_cells(keyed, cube, publish=publish, **how) for cube in CUBES)


def by_hand(records: pl.DataFrame, cell: dict, nationality_of, area_of, keys: int = 256) -> int:
    """The published count of one cell, straight from the records and the p-table."""
    quarter = Quarter.parse(cell["time_period"])
    first = quarter if cell["time_period_type"] == "quarter" else quarter - 3
    mine = records.filter(
        pl.col("time_period").is_in([q.label for q in first.list_until(quarter)]),
        pl.col("nationality").is_in(
            nationality_of[cell["nationality_level"], cell["nationality_code"]]
        ),
        pl.col("local_authority").is_in(area_of[cell["geography_level"], cell["geography_code"]]),
        *(
            pl.col(keyed) == cell[published]
            for keyed, published in (
                ("age_band", "age"),
                ("sex", "sex"),
                ("arrival_lag", "arrival_lag"),
            )
            if cell[published] != v.ALL
        ),
    )
    count = mine.height
    if count == 0:
        return 0
    pcv = count if count <= 750 else (count - 1) % 250 + 501
    ckey = int(mine["key_sum"].sum()) % keys
    found = make_table(keys).frame.filter(pl.col("pcv") == pcv, pl.col("ckey") == ckey)
    return count + found["pvalue"].item()


def held_by(members: pl.DataFrame, level: str, code: str) -> dict:
    held = members.group_by(level, code).agg("member_of").iter_rows()
    return {(at, member): [name for name in of if name is not None] for at, member, of in held}


@pytest.mark.parametrize("cube", CUBES, ids=lambda cube: cube.name)
def test_every_cell_is_what_a_count_by_hand_gives(cube):
    records = draw_people()
    published = list_cells(count_people(records), cube, publish=[Q + 3, Q + 4])
    nationality_of = held_by(NATIONALITY, "nationality_level", "nationality_code")
    area_of = held_by(AREA, "geography_level", "geography_code")
    sample = published.sample(min(published.height, 150), seed=1)
    for cell in sample.iter_rows(named=True):
        assert cell["registrations"] == by_hand(records, cell, nationality_of, area_of), cell


@pytest.mark.parametrize("keys", [512, 4096])
def test_other_numbers_of_keys_are_read_from_the_table(keys):
    draws = np.random.default_rng(keys).integers(0, keys, 4000)
    records = draw_people().with_columns(key_sum=pl.Series(draws))
    cube = next(cube for cube in CUBES if cube.name == "year_area")
    counts = check_counts(count_people(records), table=make_table(keys))
    published = pl.DataFrame(
        perturb_cube(counts, cube, perturbed_cells.list_period_members(cube.period, [Q + 3], Q))
    )
    nationality_of = held_by(NATIONALITY, "nationality_level", "nationality_code")
    area_of = held_by(AREA, "geography_level", "geography_code")
    for cell in published.sample(40, seed=1).iter_rows(named=True):
        assert cell["registrations"] == by_hand(records, cell, nationality_of, area_of, keys)


def test_every_cell_of_the_domain_is_listed_once_and_in_order():
    cube = next(cube for cube in CUBES if cube.name == "quarter_area")
    published = list_cells(count_people(draw_people(60)), cube, publish=[Q, Q + 1])
    areas = AREA.unique("area_order").height
    nationalities = NATIONALITY.filter(pl.col("nationality_level") != "nationality")
    members = nationalities.unique("member_order").sort("member_order")
    assert published.columns == list(CELL_COLUMNS)
    assert published.height == 2 * areas * members.height
    assert published["nationality_code"][: members.height].to_list() == (
        members["nationality_code"].to_list()
    )
    assert published["geography_code"][:: members.height][:4].to_list() == [
        v.UK_CODE,
        "E92",
        "N92",
        "E12",
    ]
    assert not published.select(pl.exclude("registrations")).is_duplicated().any()


def test_low_stands_exactly_where_the_published_count_is_zero():
    published = list_cells(count_people(draw_people(300)), CUBES[1])
    assert set(published["observation_status"]) == {"", v.LOW}
    assert ((published["registrations"] == 0) == (published["observation_status"] == v.LOW)).all()
    assert not published["registrations"].is_in([1, 2, 3, 4]).any()


def test_an_area_that_holds_nobody_is_listed_as_zero():
    published = list_cells(count_people(draw_people()), CUBES[1])
    nobody = published.filter(pl.col("geography_code") == "E13")
    assert nobody.height
    assert nobody["registrations"].sum() == 0


def test_a_year_ending_begins_with_the_fourth_quarter():
    quarters = [Q + n for n in range(5)]
    assert perturbed_cells.list_period_members("year_ending", quarters[:3], Q).height == 0
    years = perturbed_cells.list_period_members("year_ending", quarters, Q)
    assert years["time_period"].unique(maintain_order=True).to_list() == ["2020-Q4", "2021-Q1"]
    assert years.filter(pl.col("time_period") == "2021-Q1")["member_of"].to_list() == [
        "2020-Q2",
        "2020-Q3",
        "2020-Q4",
        "2021-Q1",
    ]
    assert list_cells(count_people(draw_people()), CUBES[2], publish=[Q]).height == 0


def test_many_periods_in_one_pass_are_each_period_alone():
    keyed = count_people(draw_people())
    quarters = [Q + n for n in range(5)]
    for cube in CUBES:
        alone = [list_cells(keyed, cube, publish=[quarter]) for quarter in quarters]
        assert list_cells(keyed, cube, publish=quarters).equals(pl.concat(alone))


def test_batches_put_together_are_the_table(monkeypatch):
    keyed, periods = (
        count_people(draw_people()),
        perturbed_cells.list_period_members("quarter", [Q, Q + 1], Q),
    )
    whole = perturb_cube(check_counts(keyed), CUBES[1], periods)
    monkeypatch.setattr(listed_cells, "CELLS_A_BATCH", 37)
    batches = list(perturbed_cells.stream_perturbed_cells(check_counts(keyed), CUBES[1], periods))
    assert max(batch.num_rows for batch in batches) == 37
    assert pa.Table.from_batches(batches).equals(whole)
    assert all(len(batch["time_period"].unique()) == 1 for batch in batches)


def test_a_release_streams_quarter_by_quarter_all_cubes():
    keyed = count_people(draw_people())
    quarters = [Q + n for n in range(5)]
    wanted, streamed = every_cell(keyed, quarters), []
    for quarter, batches in perturbed_cells.stream_release(
        check_counts(keyed), CUBES, quarters[::-1], Q
    ):
        streamed.append(quarter)
        own = pl.DataFrame(pa.Table.from_batches(batches, schema=CELL_SCHEMA))
        assert own.equals(wanted.filter(pl.col("time_period") == quarter.label))
    assert streamed == quarters


def test_nothing_of_a_release_is_given_out_when_a_cell_of_its_last_cube_is_unsafe():
    """Ten people on one day: only the cubes by year count enough of them to need row 10."""
    keyed = count_people(
        draw_people(10).with_columns(time_period=pl.Series([Q.label] * 5 + [(Q + 1).label] * 5))
    )
    holed = replace(make_table(), frame=make_table().frame.filter(pl.col("pcv") != 10))
    counts = check_counts(keyed, table=holed)
    assert perturbed_cells.stream_release(counts, CUBES[:2], [Q, Q + 1, Q + 2, Q + 3], Q)
    with pytest.raises(PerturbationTableError, match="find no row"):
        perturbed_cells.stream_release(counts, CUBES, [Q, Q + 1, Q + 2, Q + 3], Q)
