"""Compares the files of each cube with the files of all cubes."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO

from nino_assets.publishing.open_data.cube_names import (
    CSV_ENDING,
    CUBES_FOLDER,
    find_periods,
    is_file_of_cube,
    name_cube_description,
    name_cube_parquet,
)
from nino_assets.publishing.open_data.metadata import CSV_NAME, DCAT_NAME, PARQUET_NAME
from nino_assets.publishing.open_data.open_data_agreement import have_same_rows
from nino_assets.publishing.open_data.open_data_rows import MOST_ROWS
from nino_assets.statistic.published_domain import CUBES, Cube

_BLOCK_BYTES = 1 << 20


def list_cube_csvs(folder: Path) -> list[str]:
    """The cubes' CSV files in published order, as they lie there."""
    held = sorted(
        path.relative_to(folder).as_posix()
        for path in (folder / CUBES_FOLDER).glob(f"*{CSV_ENDING}")
    )
    return [name for cube in CUBES for name in held if is_file_of_cube(name, cube)]


def count_cube_files_differing(folder: Path) -> int:
    """Count the cubes' files that are not their rows of the whole.

    Together the CSV files are the large one, record by record, each under the same header, and the
    Parquet files its rows. A file that cannot be read, or is no cube's, counts too.
    """
    names = list_cube_csvs(folder)
    wanted = {
        *names,
        *(name(cube) for cube in CUBES for name in (name_cube_parquet, name_cube_description)),
    }
    strays = {path.relative_to(folder).as_posix() for path in (folder / CUBES_FOLDER).glob("*")}
    parquet = [folder / name_cube_parquet(cube) for cube in CUBES]
    missing = sum(not path.is_file() for path in parquet)
    if not missing:
        missing = int(not have_same_rows(folder / PARQUET_NAME, *parquet))
    return len(strays - wanted) + _count_csvs_differing(folder, names) + missing


def count_crowded_csvs(folder: Path) -> int:
    """Count the cubes' CSV files that a spreadsheet cannot hold."""
    return sum(
        sum(block.count(b"\r\n") for block in _read_blocks(folder / name)) > MOST_ROWS + 1
        for name in list_cube_csvs(folder)
    )


def count_files_undescribed(folder: Path) -> int:
    """Count data files that DCAT or CSVW leaves out or invents."""
    listed = _read_listed(folder / DCAT_NAME, "dcat:distribution")
    links = {each["dcat:downloadURL"]["@id"] for each in listed}
    names = list_cube_csvs(folder)
    held = {CSV_NAME, PARQUET_NAME, *names, *map(name_cube_parquet, CUBES)}
    own = {link for link in links if "/" not in link or link.startswith(f"{CUBES_FOLDER}/")}
    return len(held ^ own) + sum(_count_tables_undescribed(folder, names, cube) for cube in CUBES)


def _count_tables_undescribed(folder: Path, names: Sequence[str], cube: Cube) -> int:
    described = _read_listed(folder / name_cube_description(cube), "tables")
    tables = {f"{CUBES_FOLDER}/{table['url']}" for table in described}
    held = {name.removesuffix(".gz") for name in names if is_file_of_cube(name, cube)}
    return len(tables ^ held)


def _read_listed(path: Path, name: str) -> list[dict[str, Any]]:
    """A list of a description; empty where it cannot be read."""
    try:
        return list(json.loads(path.read_text("utf-8"))[name])
    except (OSError, ValueError, KeyError, TypeError):
        return []


def _count_csvs_differing(folder: Path, names: Sequence[str]) -> int:
    differing = sum(not any(is_file_of_cube(name, cube) for name in names) for cube in CUBES)
    with (folder / CSV_NAME).open("rb") as whole:
        header = whole.readline()
        for name in names:
            differing += not _holds_next_records(folder / name, whole, header)
        return differing + bool(whole.read(1))


def _holds_next_records(path: Path, whole: BinaryIO, header: bytes) -> bool:
    """Whether a file has the records that come next in the whole.

    They begin and end with the cube and the periods that its name gives.
    """
    stem = path.name.removesuffix(CSV_ENDING)
    periods = find_periods(path.name)
    first, last = (
        (f"{stem.split('-', 1)[0]},{period}".encode() for period in periods)
        if periods
        else (f"{stem},".encode(),) * 2
    )
    blocks = _read_blocks(path)
    text = next(blocks, b"")
    alike = text.startswith(header + first) or text == header
    tail = b""
    for records in chain([text[len(header) :]], blocks):
        alike &= whole.read(len(records)) == records
        tail = (tail + records)[-_BLOCK_BYTES:]
    return alike and (not tail or tail[:-2].rsplit(b"\r\n", 1)[-1].startswith(last))


def _read_blocks(path: Path) -> Iterator[bytes]:
    """The text of a compressed file; what cannot be unpacked ends it."""
    try:
        with gzip.open(path) as packed:
            while block := packed.read(_BLOCK_BYTES):
                yield block
    except (OSError, EOFError, zlib.error):
        yield b"\0"
