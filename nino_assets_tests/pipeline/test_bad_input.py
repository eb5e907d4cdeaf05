"""Input that must be refused, each with its message, and nothing that stood before it touched.

Every case runs the command on a folder with a publication, and puts its bad input where the
release quarter's own delivery, directory, p-table or key stands. Source of the rules:
`nino_assets/docs/method.md`, Deliveries.
"""

from __future__ import annotations

import contextlib
import gzip
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from nino_assets.methods.disclosure.perturbation_table.design import (
    DWP_LIKE,
    make_perturbation_table,
)
from nino_assets_tests.pipeline.conftest import FIRST, LAST, World
from nino_assets_tests.pipeline.test_cells import assert_published
from nino_assets_tests.support import deliveries, identifiers
from nino_assets_tests.support.commands import Ended, environment, files, standing
from nino_assets_tests.support.oracle import LAYOUT

SCAN = "migrant_workers_scan.csv"
FILE = f"{LAST}/{SCAN}"

Records = list[list[str]]


def rows(quarter: str = LAST, number: int = 40) -> Records:
    """Records of one quarter, planted ones among them."""
    return identifiers.among(deliveries.some_rows((quarter,), number, seed=4, dirt=False), quarter)


def assert_refused(
    world: World, before: dict[str, str], ended: Ended, *words: str, rule: str = "Rule: "
) -> None:
    """A clear message, no stack trace, no value of a record, and nothing lost."""
    assert ended.code == 1, ended.text
    for word in (*words, rule, "Next: "):
        assert word in ended.text, f"'{word}' is not in:\n{ended.text}"
    assert "Traceback" not in ended.text
    assert identifiers.found_in_text(ended.text) == []
    assert identifiers.found_in(world.data) == []
    assert standing(world.data) == before


def readable(held: dict[str, str]) -> dict[str, str]:
    """Without the encrypted files, in which the same content is other bytes each time.

    And without the QA report, which tells reviewers of every run, a refused one too.
    """
    return {n: d for n, d in held.items() if "restricted" not in n and "/qa-report." not in n}


def redeliver(world: World, records: Records | None = None, **manifest: object) -> Path:
    """A quarter extract in place of the register that serves the release quarter."""
    return deliveries.deliver(world.landing, LAST, records or rows(), **manifest)


def rewrite(folder: Path, content: bytes, *, records: int | None = None, name: str = SCAN) -> None:
    """Other bytes for a scan, with a manifest that is true of them."""
    old = json.loads((folder / "manifest.json").read_text())["files"][0]
    (folder / old["name"]).unlink()
    (folder / name).write_bytes(content)
    deliveries.write_manifest(folder, {name: old["rows"] if records is None else records})


# The scan and its manifest ---------------------------------------------------------------------


def _another_header(change: Callable[[list[str]], Sequence[str]]) -> Callable[[World], None]:
    def deliver(world: World) -> None:
        records = deliveries.some_rows((LAST,), 5, dirt=False)
        text = deliveries.csv_text(change(list(LAYOUT)), records)
        rewrite(redeliver(world), text.encode(), records=5)

    return deliver


def _no_header(world: World) -> None:
    header, *records = rows()
    rewrite(redeliver(world), deliveries.csv_text(header, records).encode())


def _manifest(**changes: object) -> Callable[[World], None]:
    """The manifest as a whole says something else."""

    def deliver(world: World) -> None:
        records = rows()
        deliveries.write_manifest(redeliver(world, records), {SCAN: len(records)}, **changes)

    return deliver


def _manifest_text(text: str) -> Callable[[World], None]:
    return lambda world: (redeliver(world) / "manifest.json").write_text(text) and None


def _files(**changes: object) -> Callable[[World], None]:
    """One entry of the manifest's files says something else."""

    def deliver(world: World) -> None:
        path = redeliver(world) / "manifest.json"
        content = json.loads(path.read_text())
        content["files"][0] |= changes
        path.write_text(json.dumps(content))

    return deliver


def _cut_in_transit(world: World) -> None:
    scan = redeliver(world) / SCAN
    scan.write_bytes(scan.read_bytes()[:-700])


def _cut_by_the_supplier(world: World) -> None:
    folder = redeliver(world)
    rewrite(folder, (folder / SCAN).read_bytes()[:-700])


def _cut_gzip(world: World) -> None:
    folder = redeliver(world, deliveries.some_rows((LAST,), 300, dirt=False))
    packed = gzip.compress((folder / SCAN).read_bytes(), mtime=0)
    rewrite(folder, packed[:-2000], name=f"{SCAN}.gz")


def _cut_parquet(world: World) -> None:
    folder = redeliver(world)
    whole = [row for row in rows() if len(row) == len(LAYOUT)]
    deliveries.write_scan(folder / "scan.parquet", whole)
    content = (folder / "scan.parquet").read_bytes()
    (folder / "scan.parquet").unlink()
    rewrite(folder, content[:-50], name="scan.parquet")


def _encoded(encoding: str) -> Callable[[World], None]:
    def deliver(world: World) -> None:
        folder = redeliver(world, [*rows(), *_with(surname="Müller")])
        rewrite(folder, (folder / SCAN).read_text().encode(encoding))

    return deliver


def _with(**changes: str) -> Records:
    start = {"date_of_registration": "2003-05-01", "date_of_arrival": "2003-05-01"}
    return [[(deliveries.PLAIN | start | changes)[name] for name in LAYOUT]]


def _no_rows(world: World) -> None:
    rewrite(redeliver(world), (",".join(LAYOUT) + "\n").encode(), records=0)


def _no_bytes(world: World) -> None:
    rewrite(redeliver(world), b"", records=1)


def _file_missing(world: World) -> None:
    (redeliver(world) / SCAN).unlink()


def _scan_of(quarter: str) -> Callable[[World], None]:
    return lambda world: redeliver(world, rows(quarter)[:40]) and None


def _every_postcode_unknown(world: World) -> None:
    records = rows()
    place = LAYOUT.index("postcode")
    for number, record in enumerate(records):
        if len(record) == len(LAYOUT):
            record[place] = f"ZZ{number % 9 + 1} 9ZZ"
    redeliver(world, records)


DELIVERIES: dict[str, tuple[Callable[[World], object], tuple[str, ...]]] = {
    "a column is missing": (
        _another_header(lambda names: [name.replace("sex", "gender") for name in names]),
        (FILE, "missing: sex", "columns of its layout"),
    ),
    "a column too many": (
        _another_header(lambda names: [*names, "title"]),
        (FILE, "1 not in the layout"),
    ),
    "a column twice": (_another_header(lambda names: [*names, "sex"]), (FILE, "repeated: sex")),
    "no header": (_no_header, (FILE, "not in the layout")),
    "another sha256": (_files(sha256="0" * 64), (FILE, "sha256")),
    "fewer records than the manifest says": (_files(rows=51), (FILE, "records", "51")),
    "a file that is not there": (_file_missing, (FILE, "is not there")),
    "cut off on its way": (_cut_in_transit, (FILE, "sha256")),
    "cut off by the supplier": (_cut_by_the_supplier, (FILE, "records")),
    "a gzip file cut off": (_cut_gzip, (f"{FILE}.gz", "cannot be read to its end")),
    "a Parquet file cut off": (_cut_parquet, ("scan.parquet", "cannot be read to its end")),
    "in Latin-1": (_encoded("latin-1"), (FILE, "not UTF-8")),
    "in UTF-16": (_encoded("utf-16"), (FILE, "not UTF-8")),
    "no records": (_no_rows, (f"{LAST}/manifest.json", "empty scan")),
    "no bytes": (_no_bytes, (FILE, "empty")),
    "of the quarter before": (_scan_of("2003-Q1"), (f"landing/{LAST}", "dated in")),
    "dated in the future": (_scan_of("2031-Q1"), (f"landing/{LAST}", "dated in")),
    "extracted in the future": (
        _manifest(extracted_on="2199-01-01"),
        ("manifest.json", "2199-01-01", "future"),
    ),
    "a manifest of another quarter": (
        _manifest(quarter="2003-Q3"),
        (f"{LAST}/manifest.json", "2003-Q3"),
    ),
    "an unknown layout": (_manifest(layout="mws-9"), (f"{LAST}/manifest.json", "mws-9")),
    "a manifest that is not JSON": (_manifest_text("{"), (f"{LAST}/manifest.json",)),
    "a manifest that lacks a word": (_manifest_text("{}"), (f"{LAST}/manifest.json", "lacks")),
    "a file outside its folder": (
        _files(name="../../keys/record_key.csv"),
        (f"{LAST}/manifest.json",),
    ),
}


@pytest.mark.parametrize("case", DELIVERIES)
def test_a_delivery_that_is_refused(world: World, case: str):
    break_it, words = DELIVERIES[case]
    before = standing(world.data)
    break_it(world)
    assert_refused(world, before, world.build(LAST), *words)


def test_every_postcode_unknown(world: World):
    before = standing(world.data)
    _every_postcode_unknown(world)
    ended = world.build(LAST)
    blocked = "BLOCKED by geocoded_records.none_located"
    assert_refused(world, before, ended, blocked, "landing/nspl", rule="Not so: ")


def test_a_register_without_its_own_quarters(world: World):
    before = standing(world.data)
    redeliver(world, rows("2003-Q3")[:40], extract="register")
    assert_refused(world, before, world.build(LAST, FIRST), f"landing/{LAST}", "dated in")


def test_nothing_serves_the_quarter(world: World):
    before = standing(world.data)
    assert_refused(world, before, world.build("2003-Q3"), "landing/2003-Q3/")


def test_a_refused_delivery_can_be_put_right(world: World):
    """The true delivery again: the same bytes, whatever was refused in between."""
    before = standing(world.data)
    kept = {path: path.read_bytes() for path in (world.landing / LAST).iterdir()}
    _every_postcode_unknown(world)
    assert world.build(LAST).code == 1
    for path, content in kept.items():
        path.write_bytes(content)
    ended = world.build(LAST)
    assert ended.code == 0, ended.text
    assert readable(standing(world.data)) == readable(before)


# Keys and the p-table ------------------------------------------------------------------------


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
def test_a_key_that_is_missing_short_or_another(world: World, change, words):
    before = standing(world.data)
    assert_refused(world, before, world.set(**change).build(LAST), *words)
    assert not (world.data / "keys").exists()


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
            lambda _: make_perturbation_table(b"q" * 32, replace(DWP_LIKE, keys=512)),
            ("another p-table of as many keys",),
        ),
    ],
    ids=["hole", "duplicate", "bias", "columns", "fractions", "another N", "another order"],
)
def test_a_p_table_that_does_not_protect(world: World, change, words):
    before = standing(world.data)
    path = world.data / "landing" / "ptable.parquet"
    change(pl.read_parquet(world.settings["NINO_PERTURBATION_TABLE"])).write_parquet(path)
    refused = world.set(NINO_PERTURBATION_TABLE=str(path)).build(LAST)
    assert_refused(world, before, refused, "perturbation_table", *words)


@pytest.mark.parametrize("content", [None, b"pcv,ckey,pvalue\n1,0,0\n"], ids=["absent", "CSV"])
def test_a_p_table_that_is_no_file_of_its_kind(world: World, content: bytes | None):
    before = standing(world.data)
    path = world.data / "landing" / "ptable.parquet"
    if content:
        path.write_bytes(content)
    refused = world.set(NINO_PERTURBATION_TABLE=str(path)).build(LAST)
    assert_refused(world, before, refused, "NINO_PERTURBATION_TABLE", "Parquet")


# The postcode directory ------------------------------------------------------------------------


def _without_columns(folder: Path) -> None:
    header = [name for name in deliveries.NSPL_2011 if name not in ("laua", "oa11")]
    records = [[row[name] for name in header] for row in deliveries.directory_rows()]
    (folder / "NSPL.csv").write_text(deliveries.csv_text(header, records))


def _no_postcodes(folder: Path) -> None:
    (folder / "NSPL.csv").write_text(deliveries.csv_text(deliveries.NSPL_2011, []))


def _two_directories(folder: Path) -> None:
    (folder / "NSPL_again.zip").write_bytes((folder / "NSPL.csv").read_bytes())


def _half_a_zip(folder: Path) -> None:
    (folder / "NSPL.csv").unlink()
    (folder / "NSPL.zip").write_bytes(b"PK\x03\x04 and so on")


@pytest.mark.parametrize(
    ("break_it", "words"),
    [
        (_without_columns, ("landing/nspl/NSPL.csv", "laua", "oa11")),
        (_no_postcodes, ("postcode_directory",)),
        (_two_directories, ("landing/nspl", "more than one directory")),
        (_half_a_zip, ("landing/nspl/NSPL.zip",)),
        (lambda folder: (folder / "NSPL.csv").unlink(), ("landing/nspl holds no",)),
    ],
    ids=["columns", "no rows", "two", "half a zip", "none"],
)
def test_a_directory_that_will_not_do(world: World, break_it, words):
    before = standing(world.data)
    break_it(world.landing / "nspl")
    assert_refused(world, before, world.build(LAST), *words)


# The series, other runs, the disk --------------------------------------------------------------


def test_a_gap_in_the_series(world: World):
    before = standing(world.data)
    deliveries.deliver(world.landing, "2003-Q4", rows("2003-Q4"))
    ended = world.build("2003-Q4")
    added = {"warehouse/restricted/keyed_counts/2003-Q4.parquet"}
    kept = {name: digest for name, digest in standing(world.data).items() if name not in added}
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


def test_a_second_run_of_a_quarter_at_the_same_time(world: World):
    before = standing(world.data)
    other = subprocess.Popen(
        [sys.executable, "-c", _HOLD, LAST],
        env=environment(world.data, world.settings),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        ended = world.build(LAST)
        assert_refused(world, before, ended, f"{LAST} is being built by another run")
        # A range that holds the quarter is refused alike, and another quarter is not held up.
        assert "being built" in world.build(LAST, FIRST)
    finally:
        other.communicate("")
    assert other.returncode == 0


@contextlib.contextmanager
def small_disk(folder: Path, *, free: int) -> Iterator[None]:
    """Put what the folder holds on a disk of its own, with so many bytes free."""
    held = sum(-(-path.stat().st_size // 4096) * 4096 for path in files(folder))
    kept = folder.with_name(f"{folder.name}-kept")
    folder.rename(kept)
    folder.mkdir()
    # Folders and the filling take pages of their own.
    options = ["-t", "tmpfs", "-o", f"size={held + free + 10_000_000}", "nino-small-disk"]
    if subprocess.run(["mount", *options, str(folder)], check=False).returncode:
        pytest.skip("only root may mount a small disk")
    try:
        shutil.copytree(kept, folder, dirs_exist_ok=True)
        left = shutil.disk_usage(folder).free - free
        (folder.joinpath(".filling")).write_bytes(b"0" * left)
        yield
    finally:
        # Lazily: a failed test may hold a file open.
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_a_disk_that_is_full_from_the_start(world: World):
    before = standing(world.data)
    redeliver(world)
    with small_disk(world.data, free=100_000):
        ended = world.build(LAST)
        (world.data / ".filling").unlink()
        assert_refused(world, before, ended, "disk is full", "MB free")


def test_a_disk_that_fills_while_publishing(world: World):
    """The files that cannot be written stand as they were, each named."""
    before = standing(world.data)
    with small_disk(world.data / "publications", free=100_000):
        ended = world.build(LAST)
        held = {name: d for name, d in standing(world.data).items() if ".filling" not in name}
    assert ended.code == 1, ended.text
    for words in (f"{LAST}/bulletin.html cannot be written: the disk is full", "Rule: ", "Next: "):
        assert words in ended.text
    assert "Traceback" not in ended.text
    assert readable(held) == readable(before)


# Unusual, and not to be refused ----------------------------------------------------------------


def test_volumes_doubled_and_a_twentieth_rejected(world: World):
    """With columns shuffled, Windows line ends and a byte order mark besides."""
    records = deliveries.some_rows(("2003-Q3",), 1000, seed=11, first=50_000, dirt=False)
    for record in records[::18]:
        record[LAYOUT.index("registration_type")] = "JUVENILE"
    folder = deliveries.deliver(world.landing, "2003-Q3", records)
    order = sorted(range(len(LAYOUT)), key=lambda place: LAYOUT[place][::-1])
    shuffled = [[record[place] for place in order] for record in records]
    text = deliveries.csv_text([LAYOUT[place] for place in order], shuffled, end="\r\n")
    (folder / SCAN).write_bytes(text.encode("utf-8-sig"))
    deliveries.write_manifest(folder, {SCAN: len(records)})
    ended = world.build("2003-Q3")
    assert ended.code == 0, ended.text
    assert "Warning from cleaned_records.rejected_percent" in ended.text
    assert_published(world, FIRST, "2003-Q3")


@pytest.mark.parametrize("rows_delivered", [1, 60])
def test_few_postcode_areas_without_northern_ireland(empty_world: World, rows_delivered: int):
    """A directory of some areas; a delivery of many rows, and of one."""
    kept = deliveries.directory_rows(("M1", "OX1", "LE1", "CF10", "AB1"))
    deliveries.write_directory(empty_world.landing / "nspl", kept)
    records = deliveries.some_rows(("2012-Q1",), rows_delivered, seed=3, dirt=False)
    deliveries.deliver(empty_world.landing, "2012-Q1", records)
    ended = empty_world.build("2012-Q1")
    assert ended.code == 0, ended.text
    assert "BLOCKED" not in ended.text
    assert_published(empty_world, "2012-Q1", "2012-Q1")
