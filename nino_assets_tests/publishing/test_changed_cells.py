"""Every cell that two editions do not share is listed, once, with its figures before and now."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from nino_assets.publishing.changed_cells import (
    CHANGED_COLUMNS,
    extends_edition,
    find_changed_cells,
    read_changed_cells,
    write_changed_cells,
)
from nino_assets.statistic.published_domain import CELL_COLUMNS
from nino_assets_tests.support.few_cells import make_few_cells


def compare(folder: Path, before: pl.DataFrame, after: pl.DataFrame) -> list[tuple[Any, ...]]:
    """The differences: period, nationality, count and status before, count and status now."""
    before.write_parquet(folder / "before.parquet")
    # What is built lies in a file a quarter.
    built = []
    for (period,), rows in after.partition_by("time_period", as_dict=True).items():
        built.append(folder / f"{period}.parquet")
        rows.write_parquet(built[-1])
    with duckdb.connect() as con:
        changed = find_changed_cells(con, [folder / "before.parquet"], built)
        assert con.sql("SELECT count(*) FROM duckdb_views() WHERE NOT internal").fetchall() == [
            (0,)
        ]
    assert tuple(changed.columns) == CHANGED_COLUMNS
    return changed.select("time_period", "nationality_code", *CHANGED_COLUMNS[-4:]).rows()


def test_the_same_cells_in_another_order_differ_in_nothing(tmp_path: Path) -> None:
    held = make_few_cells({}, {"nationality_code": "CHN"}, {"time_period": "2020-Q3"})
    assert compare(tmp_path, held, held.reverse()) == []


@pytest.mark.parametrize(
    ("change", "row"),
    [
        ({"registrations": 11}, ("2020-Q4", "IND", 10, "", 11, "")),
        (
            {"registrations": 0, "observation_status": "[low]"},
            ("2020-Q4", "IND", 10, "", 0, "[low]"),
        ),
    ],
)
def test_a_changed_figure_is_one_row(
    tmp_path: Path, change: dict[str, Any], row: tuple[Any, ...]
) -> None:
    other = {"nationality_code": "CHN"}
    assert compare(tmp_path, make_few_cells({}, other), make_few_cells(change, other)) == [row]


def test_cells_that_come_and_go_have_no_figure_on_one_side(tmp_path: Path) -> None:
    before = make_few_cells({"time_period": "2020-Q3"}, {})
    after = make_few_cells({}, {"nationality_code": "CHN", "registrations": 7})
    assert compare(tmp_path, before, after) == [
        ("2020-Q3", "IND", 10, "", None, None),
        ("2020-Q4", "CHN", None, None, 7, ""),
    ]


def test_another_label_is_another_cell(tmp_path: Path) -> None:
    assert (
        len(compare(tmp_path, make_few_cells({}), make_few_cells({"nationality": "Bharat"}))) == 2
    )


def test_the_file_says_the_same_as_the_frame(tmp_path: Path) -> None:
    make_few_cells({}, {"time_period": "2020-Q3"}).write_parquet(tmp_path / "a.parquet")
    make_few_cells({"registrations": 9}).write_parquet(tmp_path / "b.parquet")
    with duckdb.connect() as con:
        changed = find_changed_cells(con, [tmp_path / "a.parquet"], [tmp_path / "b.parquet"])
    write_changed_cells(changed, tmp_path / "c.csv")
    assert (tmp_path / "c.csv").read_bytes().count(b"\r\n") == 3
    read = read_changed_cells(tmp_path / "c.csv")
    assert read.equals(changed.cast(pl.String).fill_null(""))


_YEAR = {"cube": "year_nationality", "time_period_type": "year_ending"}
_BEFORE = ({"registrations": 7}, {"nationality_code": "CHN"}, _YEAR)


@pytest.mark.parametrize(
    ("now", "begins"),
    [
        (_BEFORE, True),
        ((*_BEFORE[:2], {"time_period": "2021-Q1"}, *_BEFORE[2:], {**_YEAR, "sex": "Male"}), True),
        ((*_BEFORE[2:], *_BEFORE[:2]), True),
        (_BEFORE[:2], False),
        (_BEFORE[1:], False),
        ((_BEFORE[1], _BEFORE[0], _BEFORE[2]), False),
        (({"time_period": "2021-Q1"}, *_BEFORE), False),
        ((_BEFORE[0], _BEFORE[2], _BEFORE[1]), False),
        ((*_BEFORE[:2], {**_YEAR, "cube": "year_area"}), False),
        *(
            (({"registrations": 7}, {"nationality_code": "CHN", column: value}, _YEAR), False)
            for column, value in dict.fromkeys(CELL_COLUMNS[1:], "other").items()
            if column != "registrations"
        ),
        (({"registrations": 8}, *_BEFORE[1:]), False),
    ],
)
def test_an_edition_begins_with_an_earlier_one_only_as_it_stood(
    tmp_path: Path, now: tuple[dict[str, Any], ...], begins: bool
) -> None:
    make_few_cells(*_BEFORE).write_parquet(tmp_path / "before.parquet")
    make_few_cells(*now).write_parquet(tmp_path / "now.parquet")
    assert extends_edition(tmp_path / "now.parquet", tmp_path / "before.parquet") is begins
    if begins:
        with duckdb.connect() as con:
            changed = find_changed_cells(
                con, [tmp_path / "before.parquet"], [tmp_path / "now.parquet"]
            )
        assert changed["registrations_before"].null_count() == changed.height
