"""The 46 odd inputs on which the existing packages fail, or go on in silence: here none goes on.

Every case of `edge_behaviours.json` is named once. It is either refused, or impossible because the
thing that went wrong does not exist here, or valid and then right.
"""

from __future__ import annotations

import json

import duckdb
import polars as pl
import pytest

from nino_assets.errors import NinoError
from nino_assets.methods.disclosure import cell_key
from nino_assets.methods.disclosure.perturbation_table.design import Design, make_perturbation_table
from nino_assets.methods.disclosure.perturbation_table.validation import check_perturbation_table
from nino_assets_tests.support import keyed_people
from nino_assets_tests.truth import VECTORS

RECORDS = pl.DataFrame(
    {
        "g": ["a"] * 10 + ["b"] * 15 + ["c"] * 5,
        "s": ["x", "y"] * 5 + ["x", "y", "x"] * 5 + ["x"] * 5,
        "rkey": [(17 * n) % 256 for n in range(30)],
    }
)


def tabulate(records=RECORDS, by=("g", "s"), key="rkey", table=None) -> list[tuple]:
    """The road of a table through our functions: keys checked, p-table checked, cells checked."""
    con = duckdb.connect()
    con.register("records", records)
    checked = check_perturbation_table(keyed_people.make_table().frame if table is None else table)
    con.register("ptable", checked.frame)
    cell_key.refuse_unkeyed(con, "records", checked.keys, key)
    counted = cell_key.count_cells_sql("records", list(by), key)
    perturbed = cell_key.perturb_sql(counted, "ptable", checked.keys)
    shown = ", ".join([*map(str, by), "published"])
    cells = con.sql(f"SELECT {shown} FROM ({perturbed}) ORDER BY ALL").pl()
    cell_key.refuse_unsafe(cells["published"], checked.forbidden, table="a table")
    return cells.rows()


def keys(values) -> pl.DataFrame:
    return RECORDS.with_columns(pl.Series("rkey", values))


def ptable(**columns) -> pl.DataFrame:
    return keyed_people.make_table().frame.with_columns(**columns)


REFUSED = {
    "ptable not frame": lambda: check_perturbation_table([(1, 0, 0)]),
    "ptable lacks column": lambda: tabulate(table=ptable().drop("pvalue")),
    "all rkeys missing": lambda: tabulate(keys([None] * 30).cast({"rkey": pl.Int64})),
    "exactly 50% missing": lambda: tabulate(keys([1, None] * 15)),
    "51% missing": lambda: tabulate(keys([None] * 16 + [1] * 14)),
    "rkeys as strings": lambda: tabulate(keys([str(n) for n in range(30)])),
    "fractional rkeys": lambda: tabulate(keys([n + 0.5 for n in range(30)])),
    "negative rkeys": lambda: tabulate(keys(range(-30, 0))),
    "rkeys > range (0..99999)": lambda: tabulate(keys(range(0, 99_990, 3_333))),
    "rkey all < max (narrow range)": lambda: keyed_people.check_counts(
        keyed_people.count_people(keyed_people.draw_people().with_columns(pl.col("key_sum") % 7))
    ),
    "ptable subset of ckeys (0..99) -> modulus 100": lambda: tabulate(
        table=ptable().filter(pl.col("ckey") < 100)
    ),
    "ptable duplicate rows": lambda: tabulate(table=pl.concat([ptable(), ptable()[:5]])),
    "ptable ckey as float": lambda: tabulate(table=ptable(ckey=pl.col("ckey").cast(pl.Float64))),
    "ptable ckey as str": lambda: tabulate(table=ptable(ckey=pl.col("ckey").cast(pl.String))),
    "empty ptable": lambda: tabulate(table=ptable()[:0]),
    "same var twice": lambda: tabulate(by=("g", "g")),
    "extra ptable cols": lambda: tabulate(table=ptable(g=pl.lit("a"))),
    "ptable pvalue makes negative": lambda: tabulate(
        table=ptable(pvalue=pl.when(pl.col("ckey") % 2 == 0).then(-9).otherwise(9))
    ),
    "ptable stops at pcv 3": lambda: tabulate(table=ptable().filter(pl.col("pcv") <= 3)),
    "var named ckey": lambda: tabulate(RECORDS.rename({"s": "ckey"}), by=("g", "ckey")),
    "var named pcv": lambda: tabulate(RECORDS.rename({"s": "pcv"}), by=("g", "pcv")),
}
"""What data or settings could bring: an error that says what to do next."""

NO_SUCH_CALL = {
    "data not frame": lambda: tabulate([1, 2]),
    "unknown geog": lambda: tabulate(by=("nowhere", "s")),
    "unknown tab var": lambda: tabulate(by=("g", "nothing")),
    "non-string var": lambda: tabulate(by=("g", 7)),
    "record_key None, no ons_id": lambda: tabulate(key=None),
    "record_key missing col": lambda: tabulate(key="no_such_key"),
    "record_key int": lambda: tabulate(key=5),
}
"""What only a programmer could write: Python or DuckDB refuses it."""


IMPOSSIBLE = {
    "polars frame": "frames of any kind are relations to DuckDB",
    "geog str not list": "one list of dimensions; there is no geog argument",
    "tab_vars tuple": "any sequence of names will do",
    "threshold float": "no threshold: small counts are the p-table's business",
    "threshold bool True": "no threshold",
    "threshold None": "no threshold",
    "threshold numpy int": "no threshold",
    "ons_id present": "keys are made from no delivered id; an ons_id column is a column",
    "ons_id present + use_existing False": "no such switch",
    "categorical with unobserved level": "the domain is declared, not observed: perturbed_cells",
    "categorical both dims": "the domain is declared, not observed: perturbed_cells",
}

RIGHT = {
    "valid": tabulate,
    "no vars": lambda: tabulate(by=()),
    "record_key also tab var": lambda: tabulate(by=("g", "rkey")),
    "1 row": lambda: tabulate(RECORDS[:1]),
    "empty microdata": lambda: tabulate(RECORDS[:0]),
    "var named count": lambda: tabulate(RECORDS.rename({"s": "count"}), by=("g", "count")),
    "var named pre_sdc_count": lambda: tabulate(
        RECORDS.rename({"s": "pre_sdc_count"}), by=("g", "pre_sdc_count")
    ),
}
"""Where an answer is due: the true table perturbed, and nothing else."""


def test_every_case_is_named_once():
    cases = [case["case"] for case in json.loads((VECTORS / "edge_behaviours.json").read_text())]
    named = [*REFUSED, *NO_SUCH_CALL, *IMPOSSIBLE, *RIGHT]
    assert len(cases) == 46
    assert sorted(named) == sorted(cases)


@pytest.mark.parametrize("name", REFUSED)
def test_refused_in_words(name):
    with pytest.raises(NinoError):
        REFUSED[name]()


@pytest.mark.parametrize("name", NO_SUCH_CALL)
def test_no_such_call(name):
    with pytest.raises((TypeError, duckdb.Error)):
        NO_SUCH_CALL[name]()


@pytest.mark.parametrize("name", RIGHT)
def test_right(name):
    shown = RIGHT[name]()
    true = {"1 row": 1, "empty microdata": 0}.get(name, len(RECORDS))
    assert sum(row[-1] for row in shown) == pytest.approx(true, abs=3 * len(shown) + 8)
    if name == "empty microdata":
        assert shown == []
    if name.startswith("var named"):
        assert shown == RIGHT["valid"]()


def test_keys_made_for_256_and_a_table_of_100_do_not_meet():
    """The subset of keys once more, unbiased this time: the records tell."""
    hundred = check_perturbation_table(make_perturbation_table(b"k" * 32, Design(3, 1, keys=100)))
    with pytest.raises(NinoError):
        keyed_people.check_counts(
            keyed_people.count_people(keyed_people.draw_people()), table=hundred
        )
