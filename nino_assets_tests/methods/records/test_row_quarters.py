"""The quarter of each delivered row, and the counts of its dates."""

from __future__ import annotations

from datetime import date

import duckdb
import pyarrow as pa
import pytest

from nino_assets.methods.records.row_quarters import (
    DateCounts,
    assign_quarter_sql,
    assign_quarters,
)
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.delivery import DeliveredFile, Delivery

TEXTS = ["2020-12-31", "30/09/2020", "20011231", "2021-01-01", "soon", None, "2020-10-01"]


def deliver(extract: str) -> Delivery:
    files = (DeliveredFile("scan.csv", len(TEXTS), "0" * 64),)
    return Delivery(Quarter(2020, 4), extract, date(2021, 1, 14), "mws-1", True, files)


@pytest.mark.parametrize(
    ("day", "register", "label"),
    [
        ("DATE '2020-12-31'", True, "2020-Q4"),
        ("DATE '2020-09-30'", True, "2020-Q3"),
        ("DATE '2002-01-01'", True, "2002-Q1"),
        ("DATE '2001-12-31'", True, "2020-Q4"),
        ("DATE '2021-01-01'", True, "2020-Q4"),
        ("NULL::DATE", True, "2020-Q4"),
        ("DATE '2020-09-30'", False, "2020-Q4"),
    ],
)
def test_the_quarter_of_a_row(day: str, register: bool, label: str) -> None:
    sql = assign_quarter_sql(day, Quarter(2020, 4), register=register)
    assert duckdb.execute(f"SELECT {sql}").fetchall() == [(label,)]


@pytest.mark.parametrize(
    ("extract", "labels", "in_period"),
    [
        ("quarter", ["2020-Q4"] * 7, 2),
        ("register", ["2020-Q4", "2020-Q3", *["2020-Q4"] * 5], 3),
    ],
)
def test_each_row_gets_its_quarter_and_the_dates_are_counted(
    extract: str, labels: list[str], in_period: int
) -> None:
    table = pa.table({"row_number": range(7), "date_of_registration": pa.array(TEXTS)})
    stream = assign_quarters(
        duckdb.connect(), [table.slice(0, 4), table.slice(4)], deliver(extract)
    )
    assigned = []
    while True:
        try:
            assigned.append(next(stream))
        except StopIteration as end:
            dates = end.value
            break
    whole = pa.concat_tables(assigned)
    assert whole.drop_columns("quarter").equals(table)
    assert whole["quarter"].to_pylist() == labels
    assert dates == DateCounts(readable=5, in_period=in_period)
