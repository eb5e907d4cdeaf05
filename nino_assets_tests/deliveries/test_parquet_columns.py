"""Typed columns of a delivered Parquet file become the text that was meant, or are refused."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nino_assets.deliveries.parquet_columns import format_column, refuse_other_types
from nino_assets.errors import DeliveryError

UNITS = ("s", "ms", "us", "ns")
ZONES = (None, "UTC", "Europe/London", "America/New_York", "+05:30")


def write_moments(moments: Sequence[date | None], unit: str, zone: str | None) -> pa.Array:
    """Wall-clock times as a column of timestamps, in a zone where one is given."""
    column = pa.array(moments, pa.timestamp(unit))
    return column if zone is None else pa.compute.assume_timezone(column, zone)


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("zone", ZONES)
def test_midnight_is_that_day_in_the_zone_of_the_column(unit: str, zone: str | None) -> None:
    days = [date(2020, 1, 1), date(2020, 7, 1), date(1969, 12, 31), date(1931, 2, 28), None]
    moments = [day and datetime.combine(day, time()) for day in days]
    text = format_column(write_moments(moments, unit, zone)).to_pylist()
    assert text == [day and day.isoformat() for day in days]


@pytest.mark.parametrize("unit", UNITS)
def test_midnight_of_another_zone_is_no_date(unit: str) -> None:
    moment = datetime(2020, 7, 1, tzinfo=ZoneInfo("Europe/London"))
    [text] = format_column(pa.array([moment], pa.timestamp(unit, "UTC"))).to_pylist()
    assert text.startswith("2020-06-30T23:00:00")


@given(st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1)))
def test_only_midnight_is_a_date(moment: datetime) -> None:
    [text] = format_column(pa.array([moment], pa.timestamp("us"))).to_pylist()
    if moment.time() == time():
        assert text == moment.date().isoformat()
    else:
        assert text.startswith(moment.strftime("%Y-%m-%dT%H:%M:%S"))


@pytest.mark.parametrize(
    ("column", "text"),
    [
        (pa.array([date(2020, 10, 1)], pa.date32()), "2020-10-01"),
        (pa.array([date(2020, 10, 1)], pa.date64()), "2020-10-01"),
        (pa.array([20201001], pa.int64()), "20201001"),
        (pa.array([20201001], pa.uint32()), "20201001"),
        (pa.array(["Ann"], pa.large_string()), "Ann"),
        (pa.array(["Ann"], pa.string_view()), "Ann"),
        (pa.array(["Ann"]).dictionary_encode(), "Ann"),
        (pa.nulls(1), None),
    ],
)
def test_each_kind_of_text_is_kept(column: pa.Array, text: str | None) -> None:
    refuse_other_types("scan.parquet", pa.schema([pa.field("a", column.type)]), ["a"])
    assert format_column(column).to_pylist() == [text]


@pytest.mark.parametrize(
    "values",
    [[["x"]], [{"x": 1}], [1.0], [True], [b"x"], [Decimal("1.5")], [time(1)]],
)
def test_other_types_are_refused_by_name(values: list[Any]) -> None:
    column = pa.array(values)
    with pytest.raises(DeliveryError, match="column forenames is of type") as refused:
        refuse_other_types("q/s.parquet", pa.schema([("forenames", column.type)]), ["forenames"])
    assert str(column.type) in str(refused.value)
