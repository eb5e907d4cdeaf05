"""One set of contributors, one value: in every cube, table and release, however the records lie.

From records in Parquet to listed cells, through the functions of the line. Belongs here: what must
not change a figure. Does not belong here: whether the figure is right (`test_perturbed_cells.py`).
"""

from __future__ import annotations

import tempfile
from datetime import date, timedelta
from pathlib import Path

import duckdb
import numpy as np
import polars as pl
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from nino_assets.methods.disclosure import perturbed_cells
from nino_assets.methods.disclosure.keyed_counts import count_registrations_sql, locate_counts_sql
from nino_assets.methods.disclosure.listed_cells import CELL_SCHEMA
from nino_assets.statistic import vocabulary as v
from nino_assets.statistic.published_domain import CUBES
from nino_assets.statistic.quarters import Quarter
from nino_assets_tests.support import oracle
from nino_assets_tests.support.examples import FEW
from nino_assets_tests.support.keyed_people import AREA, GROUPS, NATIONALITY, Q, make_table

OUTPUT_AREAS = pl.DataFrame(
    {
        "output_area": ["S7", "S8", "S9"],
        "local_authority": ["E07", "E08", "N09"],
        "msoa": ["E02", "E02", None],
    }
)
QUARTERS = 5


def geocoded(n: int, seed: int) -> pl.DataFrame:
    """Records as `geocoded_records` holds them, of five quarters."""
    rng = np.random.default_rng(seed)
    area = rng.integers(0, 5, n)
    return pl.DataFrame(
        {
            "quarter": [(Q + int(k)).label for k in rng.integers(0, QUARTERS, n)],
            "output_area": [["S7", "S8", "S9", None, None][k] for k in area],
            "geocode_status": [
                ["matched", "matched_terminated", "matched", "outside_uk", "missing"][k]
                for k in area
            ],
            "nationality": [GROUPS["nationality"][int(k)] for k in rng.integers(0, 4, n)],
            "age": [None if k == 0 else 15 + int(k) for k in rng.integers(0, 60, n)],
            "sex": [v.SEXES[int(k)] for k in rng.integers(0, 3, n)],
            "arrival_lag_days": [None if k == 0 else int(k) for k in rng.integers(0, 2500, n)],
            "record_key": rng.integers(0, 256, n).astype(np.int32),
        },
        schema_overrides={"output_area": pl.String, "age": pl.Int16, "arrival_lag_days": pl.Int32},
    )


def published(files: list[pl.DataFrame], last: int, threads: int = 2) -> pl.DataFrame:
    """Every cell of the quarters up to the `last` (0 is the first), from one file or several."""
    quarters = Q.list_until(Q + last)
    con = duckdb.connect()
    con.sql(f"SET threads = {threads}")
    con.sql("SET preserve_insertion_order = false")
    con.register("output_areas", OUTPUT_AREAS)
    with tempfile.TemporaryDirectory() as folder:
        for number, records in enumerate(files):
            records.write_parquet(Path(folder) / f"{number}.parquet", row_group_size=64)
        counted = count_registrations_sql(f"'{folder}/*.parquet'")
        con.sql(f"CREATE TABLE counted AS {counted}")
        con.sql(f"CREATE TABLE keyed AS {locate_counts_sql('counted', 'output_areas', 256)}")
    counts = perturbed_cells.check_keyed_counts(
        con,
        "keyed",
        nationality_members=NATIONALITY,
        area_members=AREA,
        table=make_table(),
        quarters=quarters,
    )
    released = perturbed_cells.stream_release(counts, CUBES, quarters, Q)
    return pl.concat(
        pl.DataFrame(pa.Table.from_batches(batches, schema=CELL_SCHEMA)) for _, batches in released
    )


def until(records: pl.DataFrame, last: int) -> pl.DataFrame:
    return records.filter(pl.col("quarter") <= (Q + last).label)


def split(records: pl.DataFrame, files: int, seed: int) -> list[pl.DataFrame]:
    """The same records in another order, in so many files of any size."""
    shuffled = records.sample(fraction=1, shuffle=True, seed=seed)
    place = np.random.default_rng(seed).integers(0, files, len(records))
    return [shuffled.filter(pl.Series(place == number)) for number in range(files)]


ANY = {
    "n": st.integers(1, 500),
    "seed": st.integers(0, 10_000),
    "files": st.integers(1, 6),
    "threads": st.sampled_from([1, 2, 3, 8]),
}


@FEW
@given(**ANY)
def test_threads_row_order_and_files_change_nothing(n, seed, files, threads):
    records = geocoded(n, seed)
    once = published([records], QUARTERS - 1, threads=1)
    again = published(split(records, files, seed), QUARTERS - 1, threads=threads)
    assert again.equals(once)


@FEW
@given(**ANY, first=st.integers(0, QUARTERS - 2))
def test_a_later_release_keeps_every_cell_of_an_earlier_one(n, seed, files, threads, first):
    records = geocoded(n, seed)
    earlier = published([until(records, first)], first)
    later = published(split(records, files, seed), QUARTERS - 1, threads=threads)
    assert later.filter(pl.col("time_period") <= (Q + first).label).equals(earlier)
    assert later.height > earlier.height


@FEW
@given(**ANY)
def test_the_same_people_are_published_as_one_number_everywhere(n, seed, files, threads):
    """Over all cells of all cubes, areas too, and of two releases, by who is in them."""
    records = geocoded(n, seed)
    who = Membership(records)
    released = (
        published([until(records, 3)], 3),
        published(split(records, files, seed), 4, threads=threads),
    )
    values: dict[bytes, set[int]] = {}
    for release in released:
        for cell in release.iter_rows(named=True):
            values.setdefault(who.is_in(cell), set()).add(cell["registrations"])
    assert {len(found) for found in values.values()} == {1}
    assert values.get(bytes(n), {0}) == {0}
    cells = sum(release.height for release in released)
    assert len(values) < cells / 2, "most sets of people stand in several cells"


class Membership:
    """Who is in a cell, by the words of the contract and not by the SQL of the line."""

    def __init__(self, records: pl.DataFrame) -> None:
        day = date(2020, 12, 31)
        self.quarter = np.array(records["quarter"].to_list())
        self.own = {
            "nationality": records["nationality"].to_list(),
            "geography": [
                v.OVERSEAS_CODE if status == "outside_uk" else _AUTHORITY.get(area, "")
                for status, area in records.select("geocode_status", "output_area").iter_rows()
            ],
            "age": [
                oracle.age_band(None if age is None else date(2020 - age, 12, 31), day)
                for age in records["age"]
            ],
            "sex": records["sex"].to_list(),
            "arrival_lag": [
                oracle.lag_band(None if lag is None else day - timedelta(days=lag), day)
                for lag in records["arrival_lag_days"]
            ],
        }
        self._held: dict[tuple[str, ...], np.ndarray] = {}

    def is_in(self, cell: dict) -> bytes:
        """One byte a record: whether the cell counts it."""
        last = Quarter.parse(cell["time_period"])
        first = last if cell["time_period_type"] == "quarter" else last - 3
        inside = (self.quarter >= first.label) & (self.quarter <= last.label)
        for name in ("nationality", "geography"):
            key = (name, cell[f"{name}_level"], cell[f"{name}_code"])
            inside &= self._among(name, key, _HOLDS[key])
        for name in ("age", "sex", "arrival_lag"):
            if cell[name] != v.ALL:
                inside &= self._among(name, (name, cell[name]), [cell[name]])
        return inside.tobytes()

    def _among(self, name: str, key: tuple[str, ...], values: list) -> np.ndarray:
        if key not in self._held:
            self._held[key] = np.array([own in values for own in self.own[name]], dtype=bool)
        return self._held[key]


_AUTHORITY = dict(OUTPUT_AREAS.select("output_area", "local_authority").iter_rows())
_HOLDS = {
    (name, level, code): held
    for members, name in ((NATIONALITY, "nationality"), (AREA, "geography"))
    for level, code, held in (
        members.group_by(f"{name}_level", f"{name}_code").agg("member_of").iter_rows()
    )
}
