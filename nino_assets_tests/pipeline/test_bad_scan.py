"""Deliveries that must be refused, each with its message, and nothing that stood before it touched.

Every case runs the command on a folder with a publication, and puts its bad input where the release
quarter's own delivery stands. Source of the rules: `nino_assets/docs/method.md`, Deliveries.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Sequence

import pytest

from nino_assets_tests.support import deliveries
from nino_assets_tests.support.asserting import assert_refused, drop_unreadable
from nino_assets_tests.support.commands import hash_results
from nino_assets_tests.support.csv_text import format_csv
from nino_assets_tests.support.oracle import LAYOUT
from nino_assets_tests.support.pipeline import FIRST, LAST, Pipeline
from nino_assets_tests.support.redelivery import (
    FILE,
    SCAN,
    Records,
    make_planted_rows,
    redeliver,
    rewrite,
)

pytestmark = pytest.mark.line


def _another_header(change: Callable[[list[str]], Sequence[str]]) -> Callable[[Pipeline], None]:
    def deliver(pipeline: Pipeline) -> None:
        records = deliveries.make_rows((LAST,), 5, dirt=False)
        text = format_csv(change(list(LAYOUT)), records)
        rewrite(redeliver(pipeline), text.encode(), records=5)

    return deliver


def _no_header(pipeline: Pipeline) -> None:
    header, *records = make_planted_rows()
    rewrite(redeliver(pipeline), format_csv(header, records).encode())


def _manifest(**changes: object) -> Callable[[Pipeline], None]:
    """The manifest as a whole says something else."""

    def deliver(pipeline: Pipeline) -> None:
        records = make_planted_rows()
        deliveries.write_manifest(redeliver(pipeline, records), {SCAN: len(records)}, **changes)

    return deliver


def _manifest_text(text: str) -> Callable[[Pipeline], None]:
    def deliver(pipeline: Pipeline) -> None:
        (redeliver(pipeline) / "manifest.json").write_text(text)

    return deliver


def _files(**changes: object) -> Callable[[Pipeline], None]:
    """One entry of the manifest's files says something else."""

    def deliver(pipeline: Pipeline) -> None:
        path = redeliver(pipeline) / "manifest.json"
        content = json.loads(path.read_text())
        content["files"][0] |= changes
        path.write_text(json.dumps(content))

    return deliver


def _cut_in_transit(pipeline: Pipeline) -> None:
    scan = redeliver(pipeline) / SCAN
    scan.write_bytes(scan.read_bytes()[:-700])


def _cut_by_the_supplier(pipeline: Pipeline) -> None:
    folder = redeliver(pipeline)
    rewrite(folder, (folder / SCAN).read_bytes()[:-700])


def _cut_gzip(pipeline: Pipeline) -> None:
    folder = redeliver(pipeline, deliveries.make_rows((LAST,), 300, dirt=False))
    packed = gzip.compress((folder / SCAN).read_bytes(), mtime=0)
    rewrite(folder, packed[:-2000], name=f"{SCAN}.gz")


def _cut_parquet(pipeline: Pipeline) -> None:
    folder = redeliver(pipeline)
    whole = [row for row in make_planted_rows() if len(row) == len(LAYOUT)]
    deliveries.write_scan(folder / "scan.parquet", whole)
    content = (folder / "scan.parquet").read_bytes()
    (folder / "scan.parquet").unlink()
    rewrite(folder, content[:-50], name="scan.parquet")


def _encoded(encoding: str) -> Callable[[Pipeline], None]:
    def deliver(pipeline: Pipeline) -> None:
        folder = redeliver(pipeline, [*make_planted_rows(), *_with(surname="Müller")])
        rewrite(folder, (folder / SCAN).read_text().encode(encoding))

    return deliver


def _with(**changes: str) -> Records:
    start = {"date_of_registration": "2003-05-01", "date_of_arrival": "2003-05-01"}
    return [[(deliveries.PLAIN | start | changes)[name] for name in LAYOUT]]


def _no_rows(pipeline: Pipeline) -> None:
    rewrite(redeliver(pipeline), (",".join(LAYOUT) + "\n").encode(), records=0)


def _no_bytes(pipeline: Pipeline) -> None:
    rewrite(redeliver(pipeline), b"", records=1)


def _file_missing(pipeline: Pipeline) -> None:
    (redeliver(pipeline) / SCAN).unlink()


def _scan_of(quarter: str) -> Callable[[Pipeline], None]:
    def deliver(pipeline: Pipeline) -> None:
        redeliver(pipeline, make_planted_rows(quarter)[:40])

    return deliver


def _every_postcode_unknown(pipeline: Pipeline) -> None:
    records = make_planted_rows()
    place = LAYOUT.index("postcode")
    for number, record in enumerate(records):
        if len(record) == len(LAYOUT):
            record[place] = f"ZZ{number % 9 + 1} 9ZZ"
    redeliver(pipeline, records)


DELIVERIES: dict[str, tuple[Callable[[Pipeline], object], tuple[str, ...]]] = {
    "a column is missing": (
        _another_header(lambda names: [name.replace("sex", "gender") for name in names]),
        (FILE, "missing: sex", "columns of its layout"),
    ),
    "a column too many": (
        _another_header(lambda names: [*names, "title"]),
        (FILE, "not in the layout: title"),
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
    "a manifest that lacks a word": (_manifest_text("{}"), (f"{LAST}/manifest.json", "is missing")),
    "a file outside its folder": (
        _files(name="../../keys/record_key.csv"),
        (f"{LAST}/manifest.json",),
    ),
}


@pytest.mark.parametrize("case", DELIVERIES)
def test_a_delivery_that_is_refused(pipeline: Pipeline, case: str):
    break_it, words = DELIVERIES[case]
    before = hash_results(pipeline.data)
    break_it(pipeline)
    assert_refused(pipeline, before, pipeline.build(LAST), *words)


def test_every_postcode_unknown(pipeline: Pipeline):
    before = hash_results(pipeline.data)
    _every_postcode_unknown(pipeline)
    ended = pipeline.build(LAST)
    blocked = "BLOCKED by geocoded_records.none_located"
    assert_refused(pipeline, before, ended, blocked, "landing/nspl", rule="Failed: ")


def test_a_register_without_its_own_quarters(pipeline: Pipeline):
    before = hash_results(pipeline.data)
    redeliver(pipeline, make_planted_rows("2003-Q3")[:40], extract="register")
    assert_refused(pipeline, before, pipeline.build(LAST, FIRST), f"landing/{LAST}", "dated in")


def test_nothing_serves_the_quarter(pipeline: Pipeline):
    before = hash_results(pipeline.data)
    assert_refused(pipeline, before, pipeline.build("2003-Q3"), "landing/2003-Q3/")


def test_a_refused_delivery_can_be_put_right(pipeline: Pipeline):
    """The true delivery again: the same bytes, whatever was refused in between."""
    before = hash_results(pipeline.data)
    kept = {path: path.read_bytes() for path in (pipeline.landing / LAST).iterdir()}
    _every_postcode_unknown(pipeline)
    assert pipeline.build(LAST).code == 1
    for path, content in kept.items():
        path.write_bytes(content)
    ended = pipeline.build(LAST)
    assert ended.code == 0, ended.text
    assert drop_unreadable(hash_results(pipeline.data)) == drop_unreadable(before)
