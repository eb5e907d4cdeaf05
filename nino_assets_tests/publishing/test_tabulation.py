from __future__ import annotations

import csv
import io
import json
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nino_assets.errors import PublicationError
from nino_assets.publishing.tabulation import (
    DIMENSIONS,
    format_csv,
    format_json,
    format_text,
    list_dimensions,
    tabulate,
)
from nino_assets.statistic import vocabulary as v
from nino_assets.statistic.published_domain import CUBES
from nino_assets_tests.support.small_edition import EDITION, make_quarter_cells

CELLS = pl.concat(
    [make_quarter_cells(quarter) for quarter in EDITION.first_quarter.list_until(EDITION.quarter)]
)
RECORDS = {cube.name: CELLS.filter(pl.col("cube") == cube.name).to_dicts() for cube in CUBES}
TOTALS = {
    "geography": ("geography_level", "uk"),
    "nationality": ("nationality_level", "total"),
    "age": ("age", "All"),
    "sex": ("sex", "All"),
    "arrival_lag": ("arrival_lag", "All"),
}
LABELS = {name: "geography_name" if name == "geography" else name for name in DIMENSIONS}


def refused(**request: Any) -> str:
    with pytest.raises(PublicationError) as caught:
        tabulate(CELLS.lazy(), **request)
    return str(caught.value)


def test_dimensions_of_each_cube() -> None:
    assert list_dimensions("quarter_nationality") == ("time_period", "nationality")
    assert list_dimensions("year_area") == ("time_period", "geography", "nationality")
    assert list_dimensions("year_age_sex") == ("time_period", "nationality", "age", "sex")
    assert list_dimensions("year_lag") == ("time_period", "nationality", "arrival_lag")


def test_a_table_of_ages_and_sexes() -> None:
    table = tabulate(
        CELLS.lazy(),
        cube="year_age_sex",
        rows="age",
        columns="sex",
        where={"time_period": ["2003-Q1"], "nationality": ["South Asia"]},
    )
    assert table.columns == ["age", "All", *v.SEXES]
    assert table["age"].to_list() == ["All", *v.AGE_BANDS]
    for row in table.iter_rows(named=True):
        for sex in ("All", *v.SEXES):
            cell = [
                r["registrations"]
                for r in RECORDS["year_age_sex"]
                if (r["time_period"], r["nationality"], r["age"], r["sex"])
                == ("2003-Q1", "South Asia", row["age"], sex)
            ]
            assert cell == [row[sex]]


@given(data=st.data())
def test_any_table_equals_plain_look_ups(data: st.DataObject) -> None:
    cube = data.draw(st.sampled_from([cube.name for cube in CUBES]))
    split = list(list_dimensions(cube))
    shuffled = data.draw(st.permutations(split))
    columns = shuffled.pop() if data.draw(st.booleans()) else None
    rows = shuffled[: data.draw(st.integers(1, len(shuffled)))]
    level = data.draw(st.sampled_from(["sub_group", "world_area"]))
    area_level = data.draw(st.sampled_from(["region", "local_authority"]))
    period = data.draw(st.sampled_from(["2002-Q4", "2003-Q1"]))
    where: dict[str, list[str]] = {}
    on_axes = [*rows, *([columns] if columns else [])]
    if "time_period" not in on_axes:
        where["time_period"] = [period]
    if "nationality" in on_axes:
        where["nationality_level"] = ["total", level]
    if "geography" in on_axes:
        where["geography_level"] = [area_level]

    table = tabulate(CELLS.lazy(), cube=cube, rows=rows, columns=columns, where=where)

    kept = [
        r
        for r in RECORDS[cube]
        if all(r[name] in members for name, members in where.items())
        and all(r[TOTALS[name][0]] == TOTALS[name][1] for name in TOTALS if name not in on_axes)
    ]
    index = [name for dimension in rows for name in DIMENSIONS[dimension]]
    looked_up = {
        (tuple(r[name] for name in index), r[LABELS[columns]] if columns else "registrations"): r[
            "registrations"
        ]
        for r in kept
    }
    assert len(looked_up) == len(kept)
    tabulated = {
        (tuple(row[name] for name in index), name): row[name]
        for row in table.iter_rows(named=True)
        for name in table.columns[len(index) :]
    }
    assert tabulated == looked_up


def test_rows_follow_the_order_asked_for() -> None:
    where = {"nationality_level": ["world_area"], "time_period": ["2002-Q1", "2002-Q2"]}
    by_time = tabulate(
        CELLS.lazy(),
        cube="quarter_nationality",
        rows=["time_period", "nationality"],
        where=where,
    )
    by_area = tabulate(
        CELLS.lazy(),
        cube="quarter_nationality",
        rows=["nationality", "time_period"],
        where=where,
    )
    assert by_time["time_period"].to_list() == ["2002-Q1"] * 5 + ["2002-Q2"] * 5
    assert by_area["time_period"].to_list() == ["2002-Q1", "2002-Q2"] * 5
    assert by_area["nationality"].to_list()[::2] == by_time["nationality"].to_list()[:5]


def test_one_member_by_filter_off_the_axes() -> None:
    table = tabulate(
        CELLS.lazy(),
        cube="year_area",
        rows="nationality",
        where={"time_period": ["2003-Q1"], "geography_code": ["E08000035"]},
    )
    assert len(table) == 22


def test_a_place_without_a_published_cell_is_not_available() -> None:
    later = CELLS.filter(
        (pl.col("geography_code") != "E08000035") | (pl.col("time_period") == "2003-Q1")
    )
    table = tabulate(
        later.lazy(),
        cube="quarter_area",
        rows="time_period",
        columns="geography",
        where={"geography_level": ["local_authority"]},
    )
    assert table["Leeds"].to_list()[:4] == [None] * 4
    assert table["Leeds"][4] is not None
    assert "[x]" in format_text(table)


def test_what_would_need_a_sum_is_refused() -> None:
    message = refused(
        cube="year_area",
        rows="nationality",
        where={"time_period": ["2003-Q1"], "geography_level": ["region"]},
    )
    assert "12 members of geography to be added up" in message
    assert "nothing published is ever a sum" in message
    message = refused(
        cube="year_age_sex",
        rows="sex",
        where={"time_period": ["2003-Q1"], "age": ["18-24", "25-29"]},
    )
    assert "2 members of age" in message


def test_a_time_period_has_no_total() -> None:
    assert "5 members of time_period" in refused(cube="quarter_nationality", rows="nationality")


def test_two_columns_of_one_label_are_refused() -> None:
    message = refused(
        cube="year_area",
        rows="nationality",
        columns="geography",
        where={"time_period": ["2003-Q1"]},
    )
    assert "Wales, Scotland, Northern Ireland" in message
    assert "geography_level" in message


def test_what_there_is_is_named() -> None:
    assert "quarter_nationality" in refused(cube="nationality", rows="nationality")
    assert "nationality_level" in refused(
        cube="year_area", rows="nationality", where={"level": ["region"]}
    )
    assert "there are 6: time_period, geography" in refused(cube="year_area", rows="area")
    assert "year_age_sex" in refused(cube="year_area", rows="age")
    assert "2002-Q4" in refused(
        cube="year_lag", rows="arrival_lag", where={"time_period": ["2002Q4"]}
    )
    assert "Leeds" in refused(
        cube="year_area", rows="nationality", where={"geography_name": ["Leed"]}
    )
    assert "twice" in refused(cube="year_area", rows="geography", columns="geography")
    assert "at least one dimension" in refused(cube="year_area", rows=[])
    assert "No cell of year_area" in refused(
        cube="year_area",
        rows="nationality",
        where={
            "time_period": ["2003-Q1"],
            "geography_name": ["Leeds"],
            "geography_level": ["region"],
        },
    )


TABLE = pl.DataFrame(
    {"nationality": ["All", 'Aruba, "and" Curaçao', "Fiji"], "2002-Q1": [1234567, 0, None]},
    schema={"nationality": pl.String, "2002-Q1": pl.Int64},
)


def test_text_is_aligned() -> None:
    assert format_text(TABLE).splitlines() == [
        "nationality             2002-Q1",
        "All                   1,234,567",
        'Aruba, "and" Curaçao      [low]',
        "Fiji                        [x]",
    ]


def test_csv_comes_back() -> None:
    assert list(csv.reader(io.StringIO(format_csv(TABLE), newline=""))) == [
        ["nationality", "2002-Q1"],
        ["All", "1234567"],
        ['Aruba, "and" Curaçao', "[low]"],
        ["Fiji", "[x]"],
    ]


def test_json_comes_back() -> None:
    assert json.loads(format_json(TABLE)) == [
        {"nationality": "All", "2002-Q1": 1234567},
        {"nationality": 'Aruba, "and" Curaçao', "2002-Q1": "[low]"},
        {"nationality": "Fiji", "2002-Q1": "[x]"},
    ]
