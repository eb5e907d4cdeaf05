"""Streams become one file a quarter, whole and at once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from cryptography.exceptions import InvalidTag

from nino_assets.errors import SecretKeyError
from nino_assets.store import parquet
from nino_assets.store.encryption import Encryption
from nino_assets.store.parquet import (
    is_whole,
    read_origin,
    read_parquet,
    write_by_quarter,
    write_parquet,
)

ENCRYPTION = Encryption(b"k" * 32)
SCHEMA = pa.schema([("n", pa.int64()), ("text", pa.string()), ("quarter", pa.string())])
LABELS = ("2020-Q1", "2020-Q2", "2020-Q3")


def batch(numbers: range) -> pa.RecordBatch:
    return pa.record_batch(
        [
            pa.array(numbers, pa.int64()),
            pa.array([f"secret {n}" for n in numbers]),
            pa.array([LABELS[n % 2] for n in numbers]),
        ],
        schema=SCHEMA,
    )


def split(folder: Path, batches: Iterator[pa.RecordBatch]) -> dict[str, int]:
    return write_by_quarter(
        batches, SCHEMA, lambda label: folder / f"{label}.parquet", LABELS, ENCRYPTION
    )


@pytest.mark.parametrize("encryption", [None, ENCRYPTION])
def test_what_is_written_is_read(tmp_path: Path, encryption: Encryption | None) -> None:
    path = tmp_path / "x.parquet"
    rows = write_parquet(path, SCHEMA, iter([batch(range(5)), batch(range(5, 9))]), encryption)
    assert rows == 9
    for repetitive in ((), ("text", "not_there")):
        dataset = read_parquet([path], encryption, repetitive)
        con = duckdb.connect()
        con.register("written", dataset)
        assert con.sql("SELECT n, text FROM written ORDER BY n").fetchall() == [
            (n, f"secret {n}") for n in range(9)
        ]
    assert (b"secret" in path.read_bytes()) == (encryption is None)


def test_a_stream_is_split_into_its_quarters_in_order(tmp_path: Path) -> None:
    rows = split(tmp_path, iter([batch(range(10)), batch(range(10, 11)), batch(range(11, 30))]))
    assert rows == {"2020-Q1": 15, "2020-Q2": 15, "2020-Q3": 0}
    for place, label in enumerate(LABELS):
        numbers = read_parquet([tmp_path / f"{label}.parquet"], ENCRYPTION).to_table()["n"]
        assert numbers.to_pylist() == ([] if place == 2 else list(range(place, 30, 2)))


def test_a_stream_that_breaks_replaces_nothing(tmp_path: Path) -> None:
    split(tmp_path, iter([batch(range(4))]))
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    def broken() -> Iterator[pa.RecordBatch]:
        yield batch(range(100))
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        split(tmp_path, broken())
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_another_key_reads_nothing_and_says_so(tmp_path: Path) -> None:
    split(tmp_path, iter([batch(range(4))]))
    with pytest.raises(SecretKeyError, match="another storage key") as caught:
        read_parquet([tmp_path / "2020-Q1.parquet"], Encryption(b"x" * 32)).to_table()
    assert not isinstance(caught.value.__cause__, InvalidTag)


def test_a_changed_byte_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    write_parquet(path, SCHEMA, iter([batch(range(1000))]), ENCRYPTION)
    content = bytearray(path.read_bytes())
    content[200] ^= 1
    path.write_bytes(content)
    with pytest.raises(OSError, match=r"(?i)decrypt|tag|corrupt|AES"):
        read_parquet([path], ENCRYPTION).to_table()


def test_a_file_says_what_it_was_made_from_and_whether_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    assert read_origin(path) is None
    write_parquet(path, SCHEMA, iter([batch(range(5))]), None)
    assert read_origin(path) is None
    write_parquet(path, SCHEMA, iter([batch(range(50_000))]), None, origin="this")
    assert read_origin(path) == "this"
    assert is_whole(path)
    content = bytearray(path.read_bytes())
    content[1000] ^= 1
    path.write_bytes(content)
    assert read_origin(path) == "this"
    assert not is_whole(path)


def test_rows_of_many_quarters_wait_for_more_of_their_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever is written early, each quarter has all of its rows, in their order."""
    monkeypatch.setattr(parquet, "GROUP_ROWS", 7)
    monkeypatch.setattr(parquet, "HELD_ROWS", 5)
    assert split(tmp_path, (batch(range(n, n + 3)) for n in range(0, 60, 3)))["2020-Q1"] == 30
    for place, label in enumerate(LABELS[:2]):
        numbers = read_parquet([tmp_path / f"{label}.parquet"], ENCRYPTION).to_table()["n"]
        assert numbers.to_pylist() == list(range(place, 60, 2))
