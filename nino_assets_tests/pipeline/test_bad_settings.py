"""Keys, p-tables and directories that must be refused, and runs that may not start."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from nino_assets.methods.disclosure.perturbation_table.design import (
    DEFAULT,
    make_perturbation_table,
)
from nino_assets_tests.support import deliveries, directory
from nino_assets_tests.support.asserting import assert_refused
from nino_assets_tests.support.commands import hash_results, make_environment
from nino_assets_tests.support.csv_text import format_csv
from nino_assets_tests.support.pipeline import FIRST, LAST, Pipeline
from nino_assets_tests.support.redelivery import make_planted_rows

pytestmark = pytest.mark.line


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"NINO_PSEUDONYM_KEY": None}, ("NINO_PSEUDONYM_KEY is not set",)),
        ({"NINO_RECORD_KEY": None}, ("NINO_RECORD_KEY is not set",)),
        ({"NINO_STORAGE_KEY": None}, ("NINO_STORAGE_KEY is not set",)),
        ({"NINO_RECORD_KEY": "2A" * 31}, ("NINO_RECORD_KEY", "62 characters", "64 hex digits")),
        ({"NINO_RECORD_KEY": "2G" * 32}, ("NINO_RECORD_KEY", "64 hex digits")),
        ({"NINO_RECORD_KEY": "2B" * 32}, ("another NINO_RECORD_KEY", "every quarter")),
        ({"NINO_PSEUDONYM_KEY": "2B" * 32}, ("another NINO_PSEUDONYM_KEY",)),
        ({"NINO_STORAGE_KEY": "2B" * 32}, ("NINO_STORAGE_KEY",)),
    ],
    ids=lambda value: (
        "-".join(f"{k}={v}"[:22] for k, v in value.items()) if isinstance(value, dict) else ""
    ),
)
def test_a_key_that_is_missing_short_or_another(pipeline: Pipeline, change, words):
    before = hash_results(pipeline.data)
    assert_refused(pipeline, before, pipeline.with_settings(**change).build(LAST), *words)
    assert not (pipeline.data / "keys").exists()


def _hole(table: pl.DataFrame) -> pl.DataFrame:
    return table.filter((pl.col("pcv") != 17) | (pl.col("ckey") != 5))


def _twice(table: pl.DataFrame) -> pl.DataFrame:
    return pl.concat([table, table.filter((pl.col("pcv") == 17) & (pl.col("ckey") == 5))])


def _bias(table: pl.DataFrame) -> pl.DataFrame:
    here = (pl.col("pcv") == 17) & (pl.col("ckey") == 5)
    return table.with_columns(pvalue=pl.when(here).then(pl.col("pvalue") + 1).otherwise("pvalue"))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (_hole, ("lack some of the 512 keys: pcv 17",)),
        (_twice, ("hold a key twice: pcv 17",)),
        (_bias, ("are biased: pcv 17",)),
        (lambda table: table.rename({"pvalue": "noise"}), ("pcv, ckey, pvalue",)),
        (lambda table: table.with_columns(pl.col("pvalue").cast(pl.Float64)), ("whole numbers",)),
        (
            lambda _: make_perturbation_table(b"p" * 32),
            ("another number of keys N in the p-table",),
        ),
        (
            lambda _: make_perturbation_table(b"q" * 32, replace(DEFAULT, keys=512)),
            ("another p-table of as many keys",),
        ),
    ],
    ids=["hole", "duplicate", "bias", "columns", "fractions", "another N", "another order"],
)
def test_a_p_table_that_does_not_protect(pipeline: Pipeline, change, words):
    before = hash_results(pipeline.data)
    path = pipeline.data / "landing" / "ptable.parquet"
    change(pl.read_parquet(pipeline.settings["NINO_PERTURBATION_TABLE"])).write_parquet(path)
    refused = pipeline.with_settings(NINO_PERTURBATION_TABLE=str(path)).build(LAST)
    assert_refused(pipeline, before, refused, "perturbation_table", *words)


@pytest.mark.parametrize("content", [None, b"pcv,ckey,pvalue\n1,0,0\n"], ids=["absent", "CSV"])
def test_a_p_table_that_is_no_file_of_its_kind(pipeline: Pipeline, content: bytes | None):
    before = hash_results(pipeline.data)
    path = pipeline.data / "landing" / "ptable.parquet"
    if content:
        path.write_bytes(content)
    refused = pipeline.with_settings(NINO_PERTURBATION_TABLE=str(path)).build(LAST)
    assert_refused(pipeline, before, refused, "NINO_PERTURBATION_TABLE", "Parquet")


def _without_columns(folder: Path) -> None:
    header = [name for name in directory.NSPL_2011 if name not in ("laua", "oa11")]
    records = [[row[name] for name in header] for row in directory.make_directory_rows()]
    (folder / "NSPL.csv").write_text(format_csv(header, records))


def _no_postcodes(folder: Path) -> None:
    (folder / "NSPL.csv").write_text(format_csv(directory.NSPL_2011, []))


def _two_directories(folder: Path) -> None:
    (folder / "NSPL_again.zip").write_bytes((folder / "NSPL.csv").read_bytes())


def _half_a_zip(folder: Path) -> None:
    (folder / "NSPL.csv").unlink()
    (folder / "NSPL.zip").write_bytes(b"PK\x03\x04 and so on")


@pytest.mark.parametrize(
    ("break_it", "words"),
    [
        (_without_columns, ("landing/nspl/NSPL.csv", "laua", "oa")),
        (_no_postcodes, ("postcode_directory",)),
        (_two_directories, ("landing/nspl", "more than one directory")),
        (_half_a_zip, ("landing/nspl/NSPL.zip",)),
        (lambda folder: (folder / "NSPL.csv").unlink(), ("landing/nspl holds no",)),
    ],
    ids=["columns", "no rows", "two", "half a zip", "none"],
)
def test_a_directory_that_will_not_do(pipeline: Pipeline, break_it, words):
    before = hash_results(pipeline.data)
    break_it(pipeline.landing / "nspl")
    assert_refused(pipeline, before, pipeline.build(LAST), *words)


def test_a_gap_in_the_series(pipeline: Pipeline):
    before = hash_results(pipeline.data)
    deliveries.deliver(pipeline.landing, "2003-Q4", make_planted_rows("2003-Q4"))
    ended = pipeline.build("2003-Q4")
    added = {"warehouse/restricted/keyed_counts/2003-Q4.parquet"}
    kept = {
        name: digest for name, digest in hash_results(pipeline.data).items() if name not in added
    }
    assert ended.code == 1
    assert kept == before
    for word in ("The series has a gap: 2003-Q3", "Rule: ", "--from 2003-Q3"):
        assert word in ended.text


_HOLD = """
import sys
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.folders import Folders
from nino_assets.store.locks import lock_quarters
with lock_quarters(Folders.from_environment(), [Quarter.parse(sys.argv[1])], "another run"):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_second_run_of_a_quarter_at_the_same_time(pipeline: Pipeline):
    before = hash_results(pipeline.data)
    other = subprocess.Popen(
        [sys.executable, "-c", _HOLD, LAST],
        env=make_environment(pipeline.data, pipeline.settings),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        ended = pipeline.build(LAST)
        assert_refused(pipeline, before, ended, f"{LAST} is being built by another run")
        # A range that holds the quarter is refused alike, and another quarter is not held up.
        assert "being built" in pipeline.build(LAST, FIRST)
    finally:
        other.communicate("")
    assert other.returncode == 0
