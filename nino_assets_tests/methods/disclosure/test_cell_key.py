"""The method against the vectors of the Office for National Statistics' own package."""

from __future__ import annotations

import csv
import hashlib
import json

import duckdb
import polars as pl
import pytest

from nino_assets.errors import PerturbationTableError, WarehouseError
from nino_assets.methods.disclosure import cell_key
from nino_assets_tests.support.refusals import assert_not_refused
from nino_assets_tests.truth import VECTORS

PTABLES = {
    "p105": "ptable_10_5_256.parquet",
    "d5v2": "ptable_d5v2_256.parquet",
    "d5v3js2": "ptable_d5v3js2_256.parquet",
    "tiny4_with_pcv0": "ptable_tiny4_with_pcv0.csv",
}
CASES = [
    "A1_p105_t0",
    "A1_p105_t10",
    "A1_d5v2_t0",
    "A1_d5v2_t10",
    "A1_d5v3js2_t0",
    "A1_d5v3js2_t10",
    "B2_d5v2_t0",
    "B3_d5v2_t0",
    "B2_d5v2_t10",
    "B3_d5v2_t10",
    "B2_d5v3js2_t0",
    "B3_d5v3js2_t0",
    "B1geog_d5v2_t3",
    "B2two_geogs_d5v2_t0",
    "C1_tiny4_t2",
]
"""Every delivered case whose meaning is ours. Not ours: Bk2 (records without a key are counted) and
C2 (empty cells are perturbed), each tested below for how it differs."""


@pytest.fixture
def con() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


def ptable(name: str) -> pl.DataFrame:
    file = VECTORS / PTABLES[name]
    return pl.read_csv(file) if file.suffix == ".csv" else pl.read_parquet(file)


def case_facts(name: str) -> dict:
    manifest = json.loads((VECTORS / "manifest.json").read_text())
    return next(case for case in manifest["cases"] if case["case"] == name)


def expected(name: str) -> list[tuple]:
    """Rows of the expected file; the numbers as integers, a suppressed count as None."""
    with (VECTORS / f"expected_{name}.csv").open(newline="") as file:
        header, *rows = csv.reader(file)
    dims = header.index("pre_sdc_count")
    return [
        (*row[:dims], *(int(float(value)) if value else None for value in row[dims:]))
        for row in rows
    ]


def ours(con, name: str) -> list[tuple]:
    """The same table by our functions: observed categories crossed, sorted, small counts blank."""
    case = case_facts(name)
    by = [*case["geog"], *case["tab_vars"]]
    table = ptable(case["ptable"])
    con.register("ptable", table)
    key = case["record_key"]
    con.sql(
        f"CREATE TABLE records AS SELECT * REPLACE ({key}::DOUBLE::BIGINT AS {key}) "
        f"FROM read_csv('{VECTORS / case['microdata']}', all_varchar = true)"
    )
    domain = " CROSS JOIN ".join(f"(SELECT DISTINCT {d} FROM records)" for d in by)
    counted = (
        f"SELECT {', '.join(by)}, coalesce(registrations, 0) AS registrations, "
        f"CASE WHEN registrations IS NULL THEN 0 ELSE key_sum END AS key_sum "
        f"FROM {domain} LEFT JOIN "
        f"({cell_key.count_cells_sql('records', by, key)}) USING ({', '.join(by)})"
    )
    keys = max(table["ckey"]) + 1
    return con.sql(
        f"SELECT {', '.join(by)}, registrations, ckey, if(registrations = 0, 0, pcv), "
        f"coalesce(pvalue, 0), "
        f"CASE WHEN published >= {case['threshold']} THEN published END "
        f"FROM ({cell_key.perturb_sql(counted, 'ptable', keys)}) ORDER BY ALL"
    ).fetchall()


@pytest.mark.parametrize("name", CASES)
def test_every_vector_is_reproduced(con, name):
    assert ours(con, name) == expected(name)


def test_every_delivered_vector_is_accounted_for():
    delivered = {file.stem.removeprefix("expected_") for file in VECTORS.glob("expected_*.csv")}
    assert delivered == {*CASES, "Bk2_d5v2_t0", "C2_tiny4_t0", "C2_tiny4_t1"}
    for name in delivered:
        written = (VECTORS / f"expected_{name}.csv").read_bytes()
        assert hashlib.sha256(written).hexdigest() == case_facts(name)["sha256"]


@pytest.mark.parametrize("name", ["C2_tiny4_t0", "C2_tiny4_t1"])
def test_empty_cells_stay_zero_where_the_package_perturbs_them(con, name):
    threshold = case_facts(name)["threshold"]
    for mine, theirs in zip(ours(con, name), expected(name), strict=True):
        if theirs[2] == 0:
            assert mine[-1] == (0 if threshold == 0 else None)
            assert theirs[-1] == 1
        else:
            assert mine == theirs


def test_records_without_a_key_are_not_perturbed_where_the_package_skips_them(con):
    theirs = {row[:2]: row for row in expected("Bk2_d5v2_t0")}
    keyless = {
        row[0]: row[1]
        for row in con.sql(
            "SELECT (region, sex), count(*) - count(rkey) FROM read_csv("
            f"'{VECTORS}/microdata_Bk_missing_rkey.csv') GROUP BY 1"
        ).fetchall()
    }
    for row in ours(con, "Bk2_d5v2_t0"):
        if keyless.get(row[:2], 0):
            assert row[-1] is None
        else:
            assert row == theirs[row[:2]]


def test_a_missing_category_gets_its_own_cell_key_and_not_zero(con):
    """The package's quirk, key 0 for a cell of a missing category, is not copied."""
    con.register("ptable", ptable("d5v2"))
    con.sql(
        "CREATE TABLE records AS SELECT if(rkey % 20 = 0, NULL, region) AS region, sex, rkey "
        f"FROM read_csv('{VECTORS}/microdata_B_sparse.csv')"
    )
    counted = cell_key.count_cells_sql("records", ["region", "sex"], "rkey")
    rows = con.sql(
        f"SELECT region, sex, ckey, key_sum FROM ({cell_key.perturb_sql(counted, 'ptable', 256)})"
    ).fetchall()
    missing = [row for row in rows if row[0] is None]
    assert len(missing) >= 2
    assert any(ckey for _, _, ckey, _ in missing)
    assert all(ckey == key_sum % 256 for _, _, ckey, key_sum in rows)


@pytest.mark.parametrize(
    ("count", "row"),
    [
        (1, 1),
        (500, 500),
        (750, 750),
        (751, 501),
        (1000, 750),
        (1001, 501),
        (1250, 750),
        (1251, 501),
    ],
)
def test_large_counts_share_the_last_250_rows(con, count, row):
    assert con.sql(f"SELECT {cell_key.find_pcv_sql(str(count))}").fetchall() == [(row,)]


@pytest.mark.parametrize("keys", [2, 7, 256, 512, 4096])
def test_any_number_of_keys(con, keys):
    assert con.sql(
        f"SELECT {cell_key.compute_cell_key_sql(str(10 * keys + 1), keys)}"
    ).fetchall() == [(1,)]


def test_a_cell_that_finds_no_row_never_shows_its_true_count(con):
    con.register("ptable", pl.DataFrame({"pcv": [1], "ckey": [0], "pvalue": [0]}))
    counted = "SELECT 5 AS registrations, 0 AS key_sum"
    cells = con.sql(cell_key.perturb_sql(counted, "ptable", 1)).pl()
    assert cells["published"].to_list() == [None]
    with pytest.raises(PerturbationTableError, match="1 of 1 cells find no row"):
        cell_key.refuse_unsafe(cells["published"], [], table="a table")


@pytest.mark.parametrize(
    ("published", "said"),
    [([7, -1], "below zero"), ([3, 0], "forbidden count"), ([None], "no row")],
)
def test_unsafe_counts_are_refused(published, said):
    cells = pl.Series(published, dtype=pl.Int64)
    with pytest.raises(PerturbationTableError, match=said):
        cell_key.refuse_unsafe(cells, [1, 2, 3, 4], table="a table")
    cell_key.refuse_unsafe(pl.Series([0, 5, 6]), [1, 2, 3, 4], table="a table")


@pytest.mark.parametrize(
    "keys",
    [
        "(0), (NULL)",
        "(NULL::INTEGER)",
        "(-1), (4)",
        "(0), (256)",
        "(1.5), (2.5)",
        "(2::DOUBLE)",
        "('1'), ('2')",
    ],
)
def test_records_with_a_missing_or_foreign_key_are_refused(con, keys):
    con.sql(f"CREATE TABLE records AS SELECT * FROM (VALUES {keys}) AS t(record_key)")
    with pytest.raises(WarehouseError):
        cell_key.refuse_unkeyed(con, "records", 256)


def test_records_with_whole_keys_in_range_pass(con):
    con.sql("CREATE TABLE records AS SELECT range::SMALLINT AS record_key FROM range(256)")
    assert_not_refused(lambda: cell_key.refuse_unkeyed(con, "records", 256))
    con.sql("CREATE TABLE nobody AS SELECT 1 AS record_key WHERE false")
    assert_not_refused(lambda: cell_key.refuse_unkeyed(con, "nobody", 256))
