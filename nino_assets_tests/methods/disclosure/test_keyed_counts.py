"""Bands, lowest areas, and counts with their key sums."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import duckdb
import pyarrow as pa
import pytest

from nino_assets.methods.disclosure.dimensions import KEYED_DIMENSIONS
from nino_assets.methods.disclosure.keyed_counts import (
    KEYED_COLUMNS,
    classify_age_sql,
    classify_arrival_lag_sql,
    count_registrations_sql,
    locate_counts_sql,
)
from nino_assets.statistic.vocabulary import AGE_BANDS, ARRIVAL_LAGS
from nino_assets_tests.support import oracle


def bands(sql: str, values: list[int | None]) -> list[str]:
    con = duckdb.connect()
    con.register("t", pa.table({"n": range(len(values)), "v": pa.array(values, pa.int32())}))
    return [row[0] for row in con.sql(f"SELECT {sql} FROM t ORDER BY n").fetchall()]


def test_age_bands() -> None:
    ages = [None, *range(15, 111)]
    found = bands(classify_age_sql("v"), ages)
    registered = date(2020, 12, 31)
    assert found == [
        oracle.age_band(None if age is None else date(2020 - age, 12, 31), registered)
        for age in ages
    ]
    assert list(dict.fromkeys(found[1:] + found[:1])) == list(AGE_BANDS)


@pytest.mark.parametrize(
    ("days", "band"),
    [
        *((0, "Within 1 month"), (30, "Within 1 month"), (31, "1 to 3 months")),
        *((91, "1 to 3 months"), (92, "3 to 6 months"), (182, "3 to 6 months")),
        *((183, "6 to 12 months"), (365, "6 to 12 months"), (366, "1 to 2 years")),
        *((730, "1 to 2 years"), (731, "2 to 5 years"), (1826, "2 to 5 years")),
        *((1827, "Over 5 years"), (737000, "Over 5 years"), (None, "Unknown")),
    ],
)
def test_the_edges_of_the_arrival_lag(days: int | None, band: str) -> None:
    assert bands(classify_arrival_lag_sql("v"), [days]) == [band]
    registered = date(2020, 11, 12)
    arrived = None if days is None else registered - timedelta(days=days)
    assert oracle.lag_band(arrived, registered) == band


def test_arrival_lags_are_the_listed_ones_in_order() -> None:
    found = bands(classify_arrival_lag_sql("v"), [*range(2000), None])
    assert list(dict.fromkeys(found)) == list(ARRIVAL_LAGS)


RECORDS = """
    CREATE TABLE records AS SELECT * FROM (VALUES
        ('2020-Q4', 'S1', 'matched', 'Poland', 30::SMALLINT, 'Female', 10, 255),
        ('2020-Q4', 'S2', 'matched_terminated', 'Poland', 34, 'Female', 30, 255),
        ('2020-Q4', 'S1', 'matched', 'Poland', 32, 'Female', 20, 1),
        ('2020-Q4', 'E1', 'matched_repaired', 'Poland', 30, 'Female', 10, 1),
        ('2020-Q4', NULL, 'outside_uk', 'Poland', 30, 'Female', 10, 2),
        ('2020-Q4', NULL, 'not_found', 'Poland', 30, 'Female', 10, 3),
        ('2020-Q4', NULL, 'missing', 'Poland', 30, 'Female', 10, 4),
        ('2020-Q4', 'GONE', 'matched', 'Poland', 30, 'Female', 10, 5),
        ('2020-Q3', NULL, 'invalid', 'Unknown', NULL, 'Unknown', NULL, 0)
    ) t(quarter, output_area, geocode_status, nationality, age, sex, arrival_lag_days,
        record_key)"""
AREAS = """
    CREATE TABLE areas (output_area VARCHAR, local_authority VARCHAR, msoa VARCHAR);
    INSERT INTO areas VALUES ('S1', 'S12000013', 'S02000001'), ('S2', 'S12000013', 'S02000002'),
        ('E1', 'E06000001', NULL)"""
PERSON = ("Poland", "30-34", "Female", "Within 1 month")


def test_counts_and_key_sums() -> None:
    con = duckdb.connect()
    con.execute(RECORDS)
    counted = con.sql(count_registrations_sql("records"))
    assert tuple(counted.columns) == KEYED_COLUMNS
    assert counted.fetchall() == [
        ("2020-Q3", "", "Unknown", "Unknown", "Unknown", "Unknown", 1, 0),
        ("2020-Q4", "", *PERSON, 2, 7),
        ("2020-Q4", "E1", *PERSON, 1, 1),
        ("2020-Q4", "GONE", *PERSON, 1, 5),
        ("2020-Q4", "OVERSEAS", *PERSON, 1, 2),
        ("2020-Q4", "S1", *PERSON, 2, 256),
        ("2020-Q4", "S2", *PERSON, 1, 255),
    ]
    types = Counter(str(kind) for kind in counted.types)
    assert types == {"VARCHAR": 6, "BIGINT": 2}


def test_authorities_and_middle_layer_areas_follow_from_the_look_up() -> None:
    con = duckdb.connect()
    con.execute(RECORDS)
    con.execute(AREAS)
    con.execute(f"CREATE TABLE counted AS {count_registrations_sql('records')}")
    located = con.sql(
        f"{locate_counts_sql('counted', 'areas', 256, middle_layer=True)} ORDER BY ALL"
    )
    assert tuple(located.columns) == (*KEYED_DIMENSIONS, "middle_layer", "registrations", "key_sum")
    assert located.fetchall() == [
        ("2020-Q3", "", "Unknown", "Unknown", "Unknown", "Unknown", "", 1, 0),
        ("2020-Q4", "", *PERSON, "", 2, 7),
        ("2020-Q4", "E06000001", *PERSON, "E06000001/", 1, 1),
        ("2020-Q4", "OVERSEAS", *PERSON, "OVERSEAS", 1, 2),
        ("2020-Q4", "S12000013", *PERSON, "S12000013/S02000001", 2, 256),
        ("2020-Q4", "S12000013", *PERSON, "S12000013/S02000002", 1, 255),
        # An output area that the look-up lacks is no blank area: the roll-up must refuse it.
        ("2020-Q4", None, *PERSON, None, 1, 5),
    ]


@pytest.mark.parametrize(
    ("fault", "left"),
    [
        ("registrations = NULL", (None, None)),
        ("registrations = 0", (None, None)),
        ("registrations = -1", (None, None)),
        ("key_sum = NULL", (4, None)),
        ("key_sum = -1", (4, None)),
        ("key_sum = 256 * 2", (4, None)),
    ],
)
def test_a_sum_that_is_out_of_range_does_not_hide_among_others(fault: str, left: tuple) -> None:
    con = duckdb.connect()
    con.execute(AREAS)
    con.execute("""
        CREATE TABLE counted AS SELECT '2020-Q4' AS time_period, output_area,
            'Poland' AS nationality, '30-34' AS age_band, 'Female' AS sex,
            'Within 1 month' AS arrival_lag, 2::BIGINT AS registrations, 200::BIGINT AS key_sum
        FROM (VALUES ('S1'), ('S1 too')) t(output_area)""")
    con.execute("INSERT INTO areas VALUES ('S1 too', 'S12000013', 'S02000001')")
    con.execute(f"UPDATE counted SET {fault} WHERE output_area = 'S1'")
    [row] = con.sql(locate_counts_sql("counted", "areas", 256)).fetchall()
    assert row[-2:] == left


def test_a_record_without_a_key_leaves_its_row_no_key_sum() -> None:
    con = duckdb.connect()
    con.execute("""
        CREATE TABLE records AS SELECT * FROM (VALUES
            ('2020-Q4', 'S1', 'matched', 'Poland', 30, 'Female', 10, 5),
            ('2020-Q4', 'S1', 'matched', 'Poland', 30, 'Female', 10, NULL),
            ('2020-Q4', 'S1', 'matched', 'India', 30, 'Female', 10, 7)
        ) t(quarter, output_area, geocode_status, nationality, age, sex, arrival_lag_days,
            record_key)""")
    counted = count_registrations_sql("records")
    sums = con.sql(f"SELECT nationality, registrations, key_sum FROM ({counted})").fetchall()
    assert sums == [("India", 1, 7), ("Poland", 2, None)]
