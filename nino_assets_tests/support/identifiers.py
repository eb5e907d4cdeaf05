"""Identifiers that occur nowhere else, and the search for them in everything a build leaves.

Belongs here: planting and searching. Does not belong here: what is built meanwhile
(`test_privacy.py`, `test_bad_input.py`).
"""

from __future__ import annotations

import gzip
import hashlib
import hmac
import io
import sqlite3
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from nino_assets_tests.support.commands import KEYS, list_files
from nino_assets_tests.support.deliveries import PLAIN
from nino_assets_tests.support.oracle import LAYOUT, quarter_days

NINO = "JR918273B"
VALUES = {
    "nino": NINO,
    "surname": "Quetzalcoatlius",
    "forenames": "Xanthippenia",
    "date_of_birth": "1971-08-23",
    "postcode": "ZQ7 7QZ",
}
_FORMS = ("1971-08-23", "23/08/1971", "19710823")
_CODED = {
    "sex": "Plantedsex",
    "nationality": "Plantedland",
    "registration_type": "Plantedtype",
    "account_status": "Plantedstatus",
    "country_of_residence": "Plantedcountry",
}
WORDS = tuple(
    word.lower().encode()
    for word in (
        *VALUES.values(),
        *_FORMS,
        *_CODED.values(),
        "JR918273",
        "JR 91 82 73",
        "ZQ77QZ",
        hmac.new(
            bytes.fromhex(KEYS["NINO_PSEUDONYM_KEY"]), b"JR918273", hashlib.sha256
        ).hexdigest(),
        *KEYS.values(),
    )
)
"""What may be found nowhere outside `landing/`, secret keys too: searched without case."""


def add_planted_rows(records: Sequence[Sequence[str]], quarter: str) -> list[list[str]]:
    """The records and the planted ones: accepted, rejected in several ways, and malformed."""
    start = quarter_days(quarter)[0].isoformat()
    mine = PLAIN | VALUES | {"date_of_registration": start, "date_of_arrival": start}
    changes: list[dict[str, str]] = [
        {},
        {"nino": "JR 91 82 73 B"},
        {"nino": "QQ918273B", "date_of_birth": _FORMS[1]},
        {"registration_type": "JUVENILE", "date_of_birth": _FORMS[2], "postcode": "ZQ77QZ"},
        {"nino": "JS918273B", "account_status": "CANCELLED"},
        {"nino": "JS918274B", "date_of_birth": _FORMS[1], **_CODED},
        {"nino": "JS918275B", "date_of_birth": _FORMS[2], "date_of_registration": "1971-08-23"},
    ]
    added = [[(mine | change)[name] for name in LAYOUT] for change in changes]
    whole = added[0]
    return [*map(list, records), *added, [*whole, "one more"], whole[:7], [NINO, VALUES["surname"]]]


def find_in_folder(folder: Path, *, but: tuple[str, ...] = ("landing", "keys")) -> list[str]:
    """Where a planted value stands in a data folder: the file and the value, a line each."""
    return [
        f"{path.relative_to(folder)}: {word.decode()}"
        for path in list_files(folder, but=but)
        for word in _words_in(_contents(path))
    ]


def find_in_text(text: str) -> list[str]:
    return [word.decode() for word in _words_in([text.encode()])]


def _words_in(contents: Iterable[bytes]) -> list[bytes]:
    found = set()
    for content in contents:
        lowered = content.lower()
        found |= {word for word in WORDS if word in lowered}
    return sorted(found)


def _contents(path: Path) -> Iterator[bytes]:
    """The bytes of a file, and all that is packed in it."""
    content = path.read_bytes()
    yield content
    if content[:2] == b"\x1f\x8b":
        yield gzip.decompress(content)
    elif content[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in archive.namelist():
                yield archive.read(name)
    elif content[:4] == b"PAR1":
        for column in pq.read_table(path).columns:
            is_list = pa.types.is_list(column.type)
            values = pa.compute.list_flatten(column) if is_list else column
            yield repr(pa.compute.unique(values).to_pylist()).encode()
    elif content[:15] == b"SQLite format 3":
        yield from _cells_of(path)


def _cells_of(path: Path) -> Iterator[bytes]:
    """Every text and packed value of an SQLite file."""
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as database:
        tables = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for (table,) in tables:
            for row in database.execute(f'SELECT * FROM "{table}"'):
                for value in row:
                    if isinstance(value, bytes):
                        try:
                            yield zlib.decompress(value)
                        except zlib.error:
                            yield value
