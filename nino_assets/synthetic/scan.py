"""Writes the scan and its truth, some quarters at a time.

Memory does not grow with the number of quarters.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import polars as pl

from nino_assets.statistic.quarters import SERIES_START, Quarter
from nino_assets.statistic.scan_columns import SCAN_COLUMNS
from nino_assets.synthetic.defects import EXTRA_FIELD, NO_FIELD, Defect, list_defects, plant_defects
from nino_assets.synthetic.directory_reader import DirectoryPostcodes
from nino_assets.synthetic.draws import count_rows
from nino_assets.synthetic.persons import Persons, draw_persons, find_first_number, join_persons
from nino_assets.synthetic.scan_postcodes import draw_residences
from nino_assets.synthetic.scan_text import list_nino8s, write_persons
from nino_assets.synthetic.truth import Truth

SCAN_FILE = "migrant_workers_scan.csv"
_ROWS_AT_ONCE = 150_000
_SEEN_BEFORE_SHARE = 0.0005


@dataclass(frozen=True)
class Scan:
    """A requested scan: one quarter, or with `register` every quarter to it."""

    quarter: Quarter
    scale: float
    seed: int
    register: bool

    @property
    def quarters(self) -> list[Quarter]:
        return SERIES_START.list_until(self.quarter) if self.register else [self.quarter]


def write_scan(
    scan: Scan, folder: Path, directory: DirectoryPostcodes, progress: Callable[[str], None]
) -> tuple[int, str]:
    """Write the scan's CSV and the truth into `folder`.

    Returns the number of records of the CSV and its sha256.
    """
    kinds = list_defects(scan.quarter, register=scan.register)
    quota = _Quota(kinds, sum(count_rows(quarter, scan.scale) for quarter in scan.quarters))
    truth = Truth(folder)
    digest = hashlib.sha256()
    with (folder / SCAN_FILE).open("wb") as file:
        header = (",".join(SCAN_COLUMNS) + "\n").encode()
        file.write(header)
        digest.update(header)
        for members in _group_quarters(scan):
            progress(f"registrations to {members[-1]}")
            wanted = quota.allocate(_count_rows(members, scan), last=members[-1] == scan.quarter)
            rows = _write_rows(scan, members, directory, wanted, truth)
            file.write(rows)
            digest.update(rows)
    extract = "register" if scan.register else "quarter"
    truth.write(quarter=scan.quarter.label, extract=extract, scale=scan.scale, seed=scan.seed)
    return truth.rows, digest.hexdigest()


def _write_rows(
    scan: Scan,
    members: list[Quarter],
    directory: DirectoryPostcodes,
    wanted: list[tuple[Defect, int]],
    truth: Truth,
) -> bytes:
    """A run of quarters as CSV, valid and rejected rows mixed.

    Both are added to the truth.
    """
    last = members[-1]
    rng = np.random.default_rng([scan.seed, 7, last.year, last.number, scan.register])
    persons = join_persons([draw_persons(q, scale=scan.scale, seed=scan.seed) for q in members])
    seen_before = 0
    if not scan.register and scan.quarter > SERIES_START:
        persons, seen_before = _repeat_earlier_persons(persons, scan, rng)
    homes = draw_residences(persons.area, directory, rng)
    truth.add_valid(persons, homes.status, seen_before=seen_before)
    valid = write_persons(persons, homes, seed=scan.seed, rng=rng)
    unused = find_first_number(last) + count_rows(last, scan.scale)
    fresh = list_nino8s(unused + np.arange(sum(count for _, count in wanted)), scan.seed)
    last_day = (scan.quarter.last_day - Quarter(1970, 1).first_day).days
    rejected, done = plant_defects(valid, wanted, last_day=last_day, fresh=fresh, rng=rng)
    truth.add_rejected([kind for kind, _ in wanted], done)
    rows = pl.concat([valid.select(SCAN_COLUMNS), rejected])
    return _format_csv(rows[rng.permutation(rows.height)])


class _Quota:
    """How many rows of each defect the next run holds.

    Each run gets its share, and no kind is left out at the end.
    """

    def __init__(self, kinds: tuple[Defect, ...], expected: int) -> None:
        self._kinds = kinds
        self._owed = dict.fromkeys((kind.name for kind in kinds), 0.0)
        self._given = dict.fromkeys((kind.name for kind in kinds), 0)
        of_each_reason = 0 if expected < 30 else 1 if expected < 200 else 3
        seen: dict[str, int] = {}
        self._least: dict[str, int] = {}
        for kind in kinds:
            seen[kind.reason] = seen.get(kind.reason, 0) + 1
            needed = expected >= 2_000 or seen[kind.reason] <= of_each_reason
            self._least[kind.name] = int(needed)

    def allocate(self, rows: int, *, last: bool) -> list[tuple[Defect, int]]:
        """The count of every kind for a run of valid rows."""
        wanted = []
        for kind in self._kinds:
            self._owed[kind.name] += kind.share * rows
            count = int(self._owed[kind.name]) - self._given[kind.name]
            if last:
                count = max(count, self._least[kind.name] - self._given[kind.name])
            self._given[kind.name] += count
            wanted.append((kind, count))
        return wanted


def _group_quarters(scan: Scan) -> Iterator[list[Quarter]]:
    """Group the quarters into runs that fit in memory."""
    members: list[Quarter] = []
    for quarter in scan.quarters:
        members.append(quarter)
        if _count_rows(members, scan) >= _ROWS_AT_ONCE or quarter == scan.quarter:
            yield members
            members = []


def _count_rows(quarters: list[Quarter], scan: Scan) -> int:
    return sum(count_rows(quarter, scan.scale) for quarter in quarters)


def _repeat_earlier_persons(
    persons: Persons, scan: Scan, rng: np.random.Generator
) -> tuple[Persons, int]:
    """Give a few registrations the number of an earlier person.

    The person registered in the quarter before.
    """
    rows = len(persons)
    before = scan.quarter - 1
    pool = count_rows(before, scan.scale)
    wanted = min(pool, max(round(rows * _SEEN_BEFORE_SHARE), 3 if rows >= 300 else 0))
    number = persons.number.copy()
    places = rng.choice(rows, wanted, replace=False)
    number[places] = find_first_number(before) + rng.choice(pool, wanted, replace=False)
    return replace(persons, number=number), wanted


def _format_csv(rows: pl.DataFrame) -> bytes:
    blank_as_nothing = (pl.when(pl.col(name) != "").then(name) for name in rows.columns)
    buffer = io.BytesIO()
    rows.select(blank_as_nothing).write_csv(buffer, include_header=False)
    text = buffer.getvalue()
    return text.replace(f",{NO_FIELD}".encode(), b"").replace(EXTRA_FIELD.encode(), b",")
