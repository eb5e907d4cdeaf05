"""Every published cell, the counts and the order against a plain-Python recomputation."""

from __future__ import annotations

import csv
import json
import os
import random
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from nino_assets_tests.pipeline.conftest import FIRST, LAST, QUARTERS, World
from nino_assets_tests.support import deliveries
from nino_assets_tests.support.oracle import LAYOUT
from nino_assets_tests.support.recompute import COLUMNS, Recomputation, Row, published_rows

EXAMPLES = int(os.environ.get("NINO_TEST_DELIVERIES", "3"))
"""Deliveries that Hypothesis draws: each costs a build."""


def assert_published(world: World, first: str, last: str) -> list[Row]:
    """Hold the edition of `last` to the recomputation; returns its rows."""
    expected = Recomputation(world.data, world.settings)
    published = published_rows(world.cells(last))
    wanted = expected.rows(first, last)
    assert len(published) == len(wanted)
    differences = [pair for pair in zip(published, wanted, strict=True) if pair[0] != pair[1]]
    assert not differences, f"{len(differences)} rows differ, the first: {differences[0]}"
    counts = json.loads((world.publication(last) / "qa" / "counts.json").read_text())
    assert counts == expected.counts(last)
    assert list(counts["rejected"]) == list(expected.counts(last)["rejected"])
    return published


def test_a_register_of_six_quarters(built: World):
    rows = assert_published(built, FIRST, LAST)
    places = {column: place for place, column in enumerate(COLUMNS)}
    # The comparison is worth something only if the delivery reaches what it is meant to reach.
    assert max(row[places["registrations"]] for row in rows) > 750
    held = {column: {row[place] for row in rows} for column, place in places.items()}
    assert {"year_ending", "quarter"} == held["time_period_type"]
    assert set(QUARTERS) == held["time_period"]
    authority = [
        row
        for row in rows
        if row[places["geography_code"]] == deliveries.EMPTY_AUTHORITY
        and row[places["geography_level"]] == "local_authority"
    ]
    assert authority
    assert not any(row[places["registrations"]] for row in authority)
    counts = json.loads((built.publication() / "qa" / "counts.json").read_text())
    assert all(counts["repairs"].values())
    assert all(counts["geocode_status"].values())
    # A register extract has no row outside its quarters.
    assert [name for name, n in counts["rejected"].items() if not n] == ["outside_quarter"]


def test_the_csv_holds_the_same_rows_in_the_same_order(built: World):
    path = built.cells().with_suffix(".csv")
    header, *rows = csv.reader(path.read_text(encoding="utf-8").splitlines())
    assert tuple(header) == COLUMNS
    assert rows == [[str(value) for value in row] for row in published_rows(built.cells())]


def test_a_quarter_extract_on_top_of_a_register(world: World):
    before = published_rows(world.cells())
    records = deliveries.some_rows(("2003-Q3",), 500, seed=2, first=50_000)
    # People of the register again, and rows of the quarter before.
    records += deliveries.some_rows(("2003-Q2", "2003-Q3"), 100, seed=3, first=100)
    deliveries.deliver(world.landing, "2003-Q3", records)
    ended = world.build("2003-Q3")
    assert ended.code == 0, ended.text
    after = assert_published(world, FIRST, "2003-Q3")
    # Quarters already released stay as they were first published.
    assert [row for row in after if row[1] != "2003-Q3"] == before


@pytest.mark.usefixtures("unchecked")
def test_an_own_extract_goes_before_a_later_register(empty_world: World):
    """A register for the latest quarter, an own extract for one before it, and a quarter empty."""
    world = empty_world
    quarters = ("2019-Q4", "2020-Q2", "2020-Q3")
    register = deliveries.some_rows(quarters, 500, seed=5)
    deliveries.deliver(world.landing, "2020-Q3", register, extract="register")
    own = deliveries.some_rows(("2020-Q2", "2020-Q1"), 300, seed=6, first=200)
    deliveries.deliver(world.landing, "2020-Q2", own)
    ended = world.build("2020-Q3", "2019-Q4")
    assert ended.code == 0, ended.text
    rows = assert_published(world, "2019-Q4", "2020-Q3")
    empty = [row for row in rows if row[:3] == ("quarter_nationality", "2020-Q1", "quarter")]
    assert empty
    assert {row[-2:] for row in empty} == {(0, "[low]")}
    assert {row[1] for row in rows if row[2] == "year_ending"} == {"2020-Q3"}
    assert world.run("status", "--quarter", "2020-Q1").code == 0


@pytest.mark.usefixtures("unchecked")
def test_the_census_of_2021_and_a_delivery_of_many_files(empty_world: World):
    """A directory in the newer layout, and a scan as CSV, gzip, zstandard and Parquet at once."""
    world = empty_world
    folder = world.landing / "nspl"
    shutil.rmtree(folder)
    _write_2021_directory(folder)
    records = deliveries.some_rows(("2024-Q1",), 600, seed=7)
    whole = [record for record in records if len(record) == len(LAYOUT)]
    files = {
        "part-1.csv": records[:150],
        "part-2.csv.gz": records[150:300],
        "part-3.csv.zst": records[300:400],
        # The same people again in another file are duplicates like any other.
        "part-4.parquet": whole[-250:],
    }
    deliveries.deliver(world.landing, "2024-Q1", files)
    ended = world.build("2024-Q1")
    assert ended.code == 0, ended.text
    rows = assert_published(world, "2024-Q1", "2024-Q1")
    # The directory names an authority that no list of ours knows yet: its code is its name.
    assert ("E06000099", "E06000099", "local_authority") in {row[3:6] for row in rows}


def _write_2021_directory(folder: Path) -> None:
    """Per-area files in the 2021-Census layout, in another column order, one gzipped."""
    newer = {"oa11": "oa21", "lsoa11": "lsoa21", "msoa11": "msoa21"}
    rows = [
        {newer.get(name, name): value for name, value in row.items()}
        for row in deliveries.directory_rows()
    ]
    for row in rows:
        if row["laua"] == deliveries.EMPTY_AUTHORITY:
            row["laua"] = "E06000099"
    header = sorted(rows[0])
    parts = folder / "multi_csv"
    parts.mkdir(parents=True)
    for number, part in enumerate((rows[:30], rows[30:])):
        records = [[row[name] for name in header] for row in part]
        (parts / f"NSPL21_{number}.csv").write_text(deliveries.csv_text(header, records))


# Dirty rows ----------------------------------------------------------------------------------

_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
_DIGITS = st.text("0123456789/- ", min_size=6, max_size=11)
_DATE = st.one_of(
    st.dates().map(lambda day: day.isoformat()),
    st.dates().map(lambda day: f"{day.day:02}/{day.month:02}/{day.year:04}"),
    st.sampled_from(
        ("2002-02-29", "20000229", "29/02/2000", "2002-02-05 ", "2002-2-5", "0000-01-01")
    ),
    _DIGITS,
    _TEXT,
)
_REGISTERED = st.one_of(
    st.sampled_from(
        ("2001-12-31", "2002-01-01", "31/03/2002", "20020401", "2002-06-30", "2002-07-01")
    ),
    _DATE,
)
_NINO = st.one_of(
    st.from_regex(r"\A[A-Za-z]{2} ?[0-9]{2} ?[0-9]{4} ?[A-Ea-e ]?\Z"),
    st.sampled_from(
        ("QQ123456", "ab 12 34 56 d", "AO123456C", "ZZ123456", "AB12345６", "ÄB123456A")
    ),
    _TEXT,
)
_NATIONALITY = st.one_of(
    st.sampled_from(("gbr", " GB", "British", "POL", "poland", " Mne ", "ANT", "unknown", "Ⅸ")),
    _TEXT,
)
_CODED = st.one_of(
    st.sampled_from(("JUVENILE", " juvenile ", "Amalgamated", "cancelled", "m", "f", " F ", "fra")),
    _TEXT,
)
_POSTCODE = st.one_of(
    st.from_regex(r"\A[A-Z]{1,2}[0-9IO]{1,2}[A-Z]? ?[0-9IO][A-Z01]{2}\Z"),
    st.sampled_from(("m1 1aa", "MI 1AA", "0X1 1AA", "OX1-2CD", "SE10 1AA", "NPT1AA", "W1A 0OI")),
    st.sampled_from(("bfpo 1", "BFPO12345", "GY1 1AA", "IMI 1AA", "GIR 0AA", "ÖX1 1AA", " ")),
    _TEXT,
)
_COLUMN = dict.fromkeys(LAYOUT, _CODED) | {
    "nino": _NINO,
    "surname": _TEXT,
    "forenames": _TEXT,
    "date_of_birth": _DATE,
    "date_of_arrival": _DATE,
    "date_of_registration": _REGISTERED,
    "nationality": _NATIONALITY,
    "postcode": _POSTCODE,
}
dirty_values = st.fixed_dictionaries(
    {name: st.lists(values, min_size=3, max_size=25) for name, values in _COLUMN.items()}
)


@given(
    dirty=dirty_values,
    seed=st.integers(0, 2**32),
    extract=st.sampled_from(("quarter", "register")),
    synthetic=st.booleans(),
)
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    # Shrinking would build for minutes; what the line prints says enough.
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)
def test_dirty_deliveries(
    scratch: Callable[[], Path], settings, dirty, seed, extract, synthetic
):  # a parameter for each thing that is drawn
    world = World(scratch(), settings)
    deliveries.write_directory(world.landing / "nspl")
    records = _dirtied(deliveries.some_rows(("2002-Q1", "2002-Q2"), 600, seed=9), dirty, seed)
    deliveries.deliver(world.landing, "2002-Q2", records, extract=extract, synthetic=synthetic)
    ended = world.build("2002-Q2", "2002-Q1" if extract == "register" else None)
    assert ended.code == 0, ended.text
    assert_published(world, "2002-Q1" if extract == "register" else "2002-Q2", "2002-Q2")
    shutil.rmtree(world.data)


def _dirtied(
    records: Sequence[Sequence[str]], dirty: dict[str, list[str]], seed: int
) -> list[list[str]]:
    """Nearly every record gets a drawn value in one column or several."""
    draw = random.Random(seed)
    changed = []
    for record in records:
        fields = list(record)
        for _ in range(draw.choice((0, 1, 1, 2, 3))):
            place = draw.randrange(len(LAYOUT))
            if place < len(fields):
                fields[place] = draw.choice(dirty[LAYOUT[place]])
        changed.append(fields)
    return changed


@pytest.mark.parametrize("quarter", QUARTERS)
def test_the_published_cells_of_a_year_are_not_sums_of_quarters(built: World, quarter: str):
    """A guard on the recomputation itself: it perturbs the year in its own right."""
    rows = published_rows(built.cells())
    total = ("K02000001", "United Kingdom", "uk", "all")
    value = {row[0:3]: row[12] for row in rows if row[3:7] == total and row[9:12] == ("All",) * 3}
    if quarter >= "2002-Q4":
        four = QUARTERS[QUARTERS.index(quarter) - 3 : QUARTERS.index(quarter) + 1]
        parts = sum(value["quarter_nationality", q, "quarter"] for q in four)
        year = value["year_nationality", quarter, "year_ending"]
        assert abs(year - parts) <= 5 * 3
