"""No identifier leaves the restricted zone: not in files, logs, the event log, or what is printed.

Planted values (`identifiers.py`) are searched for in everything but `landing/` and `keys/`, after a
build that went well and after every kind of failure. Refused input is searched in
`test_bad_input.py` too. Source: `nino_assets/docs/method.md`, Pseudonyms.
"""

from __future__ import annotations

import csv
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from nino_assets.deliveries import intake
from nino_assets.orchestration.assets import cubes, publication, records
from nino_assets.orchestration.checks import factory
from nino_assets_tests.pipeline.conftest import LAST, World
from nino_assets_tests.support import identifiers
from nino_assets_tests.support.commands import files, standing

SECRET = " ".join((identifiers.NINO, *identifiers.VALUES.values()))


class PanicException(BaseException):
    """What a library of Rust raises when it gives up: no Exception at all."""


def test_the_search_finds_what_is_planted(built: World, tmp_path: Path):
    """The search itself: it finds every value in the delivery, and in packed files."""
    found = identifiers.found_in(built.data, but=("warehouse", "dagster", "publications"))
    for word in (*identifiers.VALUES.values(), "19710823", "Plantedtype"):
        assert any(line.endswith(word.lower()) for line in found), word
    table = pa.table({"surname": [identifiers.VALUES["surname"]] * 9, "n": list(range(9))})
    pq.write_table(table, tmp_path / "clear.parquet", compression="zstd")
    assert len(identifiers.found_in(tmp_path)) == 1


def test_nothing_is_found_after_a_build(built: World):
    assert identifiers.found_in(built.data) == []
    assert identifiers.found_in_text(built.printed) == []


def test_the_restricted_zone_is_shut_and_unreadable(built: World):
    restricted = built.data / "warehouse" / "restricted"
    assert stat.S_IMODE(restricted.stat().st_mode) == 0o700
    paths = list(files(restricted))
    assert {path.relative_to(restricted).parts[0] for path in paths} >= {
        *("raw_scan", "cleaned_records", "rejected_records", "geocoded_records"),
        *("keyed_counts", "perturbation_table.parquet"),
    }
    for path in paths:
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path
        if path.suffix == ".parquet":
            with pytest.raises((pa.ArrowInvalid, OSError)):
                pq.read_schema(path)


def test_counts_before_perturbation_stay_in_the_restricted_zone(built: World):
    """Of everything outside, only what is published counts people by cell, and no cell is small."""
    counting = {"key_sum", "record_key", "pseudonym", "pvalue", "pcv", "ckey", "nino8"}
    for path in files(built.data, but=("landing", "keys")):
        if path.suffix == ".parquet" and "restricted" not in path.parts:
            columns = pq.read_schema(path).names
            assert not counting & set(columns), path
            if "registrations" in columns:
                counts = set(pq.read_table(path)["registrations"].to_pylist())
                assert not counts & {1, 2, 3, 4}, path
    with built.cells().with_suffix(".csv").open(encoding="utf-8", newline="") as file:
        assert not {"1", "2", "3", "4"} & {row["registrations"] for row in csv.DictReader(file)}


def _raises(error: type[BaseException]) -> Callable[..., object]:
    def fail(*_: object, **__: object) -> object:
        try:
            raise ValueError(SECRET)
        except ValueError as cause:
            raise error(f"cannot convert {SECRET}") from cause

    return fail


def _raises_while_streaming(*_: object, **__: object) -> Iterator[object]:
    yield from ()
    raise pa.ArrowInvalid(f"In CSV column #1: invalid value '{SECRET}'")


@pytest.mark.parametrize(
    ("module", "name", "fault"),
    [
        (records, "ingest_delivery", _raises(ValueError)),
        (intake, "read_scan_file", _raises_while_streaming),
        (records, "clean_scan", _raises(pa.ArrowInvalid)),
        (records, "geocode_sql", _raises(PanicException)),
        (cubes, "count_registrations_sql", _raises(KeyError)),
        (cubes, "stream_release", _raises(PanicException)),
        (publication, "write_workbook", _raises(RuntimeError)),
        (factory, "run_suite", _raises(ValueError)),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_nothing_is_found_after_an_unexpected_fault(
    world: World, monkeypatch: pytest.MonkeyPatch, module, name: str, fault
):
    before = standing(world.data)
    monkeypatch.setattr(module, name, fault)
    ended = world.build(LAST)
    assert ended.code == 1, ended.text
    assert identifiers.found_in_text(ended.text) == []
    assert identifiers.found_in(world.data) == []
    assert "Traceback" not in ended.text
    kept = {
        name: digest for name, digest in standing(world.data).items() if "restricted" not in name
    }
    assert kept == {name: digest for name, digest in before.items() if "restricted" not in name}
