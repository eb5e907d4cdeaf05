"""Finds and streams the postcode directory in `landing/nspl/`.

It comes as the zip as downloaded, its CSV, or its folder of CSVs.
"""

from __future__ import annotations

import csv
import hashlib
import io
import os
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO, cast

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from nino_assets.deliveries.postcode_values import refuse_odd_values
from nino_assets.errors import DeliveryError, WarehouseError
from nino_assets.methods.records.postcode_directory import match_directory_columns
from nino_assets.store.folders import Folders
from nino_assets.store.warehouse import Warehouse

_CSV_FORMS = (".csv", ".csv.gz")
_PER_AREA_FOLDER = "multi_csv"
_POSTCODE = "pcds"
_NAMED_AT_MOST = 4
_MOST_MEMBERS = 2000
"""Of a zip; a download has one CSV for each of 124 postcode areas, and lists of names."""
_BLOCK_BYTES = 8 << 20
_HASHED_BYTES = 8 << 20
_EDITION = re.compile(r"([A-Z]{3})_([0-9]{4})")
"""Month and year in the name of a download, such as NSPL_NOV_2021_UK.csv."""
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True)
class DirectoryFile:
    """One CSV of the directory, and how to open it."""

    name: str
    place: PurePosixPath
    open: Callable[[], AbstractContextManager[BinaryIO]]
    compressed: bool


def find_directory_files(folders: Folders) -> list[DirectoryFile]:
    """The CSVs that together hold the directory, each postcode once.

    A whole CSV and its per-area copies in `multi_csv/` are the same directory: the whole one is
    read. Other CSVs of the download (names and codes) have no postcode column and are passed over.
    Raises DeliveryError when there is no directory, or more than one.
    """
    landing = folders.postcode_landing
    landed = _list_landed(landing)
    zips = [path for path in landed if path.name.lower().endswith(".zip")]
    loose = [path for path in landed if path.name.lower().endswith(_CSV_FORMS)]
    if len(zips) > 1 or (zips and loose):
        raise _build_error([path.name for path in [*zips, *loose]])
    found = (
        _list_zip_members(zips[0]) if zips else [_build_loose_file(path, landing) for path in loose]
    )
    headers = {file: _read_header(file) for file in found}
    directory = [
        file for file in found if _POSTCODE in [name.strip().lower() for name in headers[file]]
    ]
    if found and not directory:
        # A CSV that lacks the postcode column is most likely another product: name its columns.
        match_directory_columns(headers[found[0]], file=f"landing/nspl/{found[0].name}")
    if not directory:
        raise DeliveryError(
            "landing/nspl holds no postcode directory",
            rule="the directory is the NSPL zip as downloaded, its CSV, or its folder of CSVs",
            next_step="download the NSPL from the Open Geography portal into landing/nspl/",
        )
    chosen = [file for file in directory if not _is_per_area(file)] or directory
    editions = {match.groups() for file in chosen if (match := _EDITION.search(file.name.upper()))}
    if len(editions) > 1 or any(headers[file] != headers[chosen[0]] for file in chosen):
        raise _build_error([file.name for file in chosen])
    return chosen


def _build_error(names: list[str]) -> DeliveryError:
    more = ", ..." if len(names) > _NAMED_AT_MOST else ""
    return DeliveryError(
        f"landing/nspl holds more than one directory: {', '.join(names[:_NAMED_AT_MOST])}{more}",
        rule="one postcode directory is in use at a time",
        next_step="leave only the directory of this quarter in landing/nspl/",
    )


def find_directory_vintage(files: Sequence[DirectoryFile]) -> str:
    """The date of a directory's areas as `2021-11` or `2025`.

    It is that of the download's name, else the year in the name of the column of local authorities,
    and blank where nothing says it.
    """
    for file in files:
        if (match := _EDITION.search(file.name.upper())) and match[1] in _MONTHS:
            return f"{match[2]}-{_MONTHS.index(match[1]) + 1:02}"
    place = f"landing/nspl/{files[0].name}"
    column = match_directory_columns(_read_header(files[0]), file=place)["local_authority"]
    year = re.search("[0-9]{2}", column)
    return f"20{year[0]}" if year else ""


def hash_directory_files(folders: Folders) -> str:
    """sha256 over the directory's files as delivered, in name order."""
    digest = hashlib.sha256()
    for path in _list_landed(folders.postcode_landing):
        digest.update(_hash_file(path))
    return digest.hexdigest()


def _list_landed(landing: Path) -> list[Path]:
    """Every file below the folder, sorted; links to folders are followed."""
    return sorted(
        Path(folder, name)
        for folder, _, names in os.walk(landing, followlinks=True)
        for name in names
        if Path(folder, name).is_file()
    )


def _is_per_area(file: DirectoryFile) -> bool:
    return _PER_AREA_FOLDER in [part.lower() for part in file.place.parts]


def _hash_file(path: Path) -> bytes:
    """The sha256 of a file, read in large parts.

    Small parts would make the thread wait for Python's lock after each.
    """
    digest, part = hashlib.sha256(), memoryview(bytearray(_HASHED_BYTES))
    with path.open("rb", buffering=0) as handle:
        while length := handle.readinto(part):
            digest.update(part[:length])
    return digest.digest()


def stream_directory_file(file: DirectoryFile) -> Iterator[pa.RecordBatch]:
    """The rows of one CSV as text, columns named as in `methods.postcode_directory`.

    Raises DeliveryError when columns lack, the file cannot be read to its end or holds no row, or
    a value is nothing that its column can hold.
    """
    columns = match_directory_columns(_read_header(file), file=f"landing/nspl/{file.name}")
    with _report_unreadable(file), file.open() as raw:
        stream = pa.input_stream(raw, compression="gzip" if file.compressed else None)
        reader = pa_csv.open_csv(
            stream,
            read_options=pa_csv.ReadOptions(block_size=_BLOCK_BYTES),
            convert_options=pa_csv.ConvertOptions(
                include_columns=list(columns.values()),
                column_types={name: pa.string() for name in columns.values()},
                strings_can_be_null=False,
            ),
        )
        rows = 0
        for batch in reader:
            # Fields padded with spaces, hard ones too, would lose their output area.
            trimmed = [pc.utf8_trim_whitespace(column) for column in batch.columns]
            values = pa.RecordBatch.from_arrays(trimmed, names=list(columns))
            refuse_odd_values(values, columns, file=f"landing/nspl/{file.name}")
            rows += values.num_rows
            yield values
    if not rows:
        raise DeliveryError(
            f"landing/nspl/{file.name} holds no postcode",
            rule="a postcode directory has a row for each postcode",
            next_step="download the NSPL again",
        )


@contextmanager
def _report_unreadable(file: DirectoryFile) -> Iterator[None]:
    try:
        yield
    except (NotImplementedError, RuntimeError) as error:
        # What `zipfile` raises for a member that it cannot open; its text holds no field.
        raise DeliveryError(
            f"landing/nspl/{file.name} cannot be opened: {error}",
            rule="the zip is the one downloaded from the Open Geography portal: without a "
            "password, in the usual compression",
            next_step="unzip it yourself and put the CSV into landing/nspl/ in place of the zip",
        ) from None
    except (pa.ArrowException, OSError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise DeliveryError(
            f"landing/nspl/{file.name} cannot be read to its end ({type(error).__name__})",
            rule="the postcode directory is whole and in UTF-8",
            next_step="download the NSPL again",
        ) from None


def _list_zip_members(path: Path) -> list[DirectoryFile]:
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.namelist()
    except zipfile.BadZipFile:
        raise DeliveryError(
            f"landing/nspl/{path.name} is not a whole zip file",
            rule="the zip is the one downloaded from the Open Geography portal",
            next_step="download the NSPL again",
        ) from None
    if len(members) > _MOST_MEMBERS:
        raise DeliveryError(
            f"landing/nspl/{path.name} holds {len(members):,} files",
            rule=f"the zip as downloaded holds a few hundred files, and at most {_MOST_MEMBERS:,}",
            next_step="download the NSPL again from the Open Geography portal",
        )
    names = sorted(name for name in members if name.lower().endswith(".csv"))
    return [_build_zip_member(path, name) for name in names]


def _build_zip_member(path: Path, name: str) -> DirectoryFile:
    def open_file() -> AbstractContextManager[BinaryIO]:
        return cast("AbstractContextManager[BinaryIO]", zipfile.ZipFile(path).open(name))

    # Windows tools write folders with backslashes.
    place = PurePosixPath(name.replace("\\", "/"))
    return DirectoryFile(f"{path.name}/{place}", place, open_file, compressed=False)


def _build_loose_file(path: Path, landing: Path) -> DirectoryFile:
    def open_file() -> AbstractContextManager[BinaryIO]:
        return path.open("rb")

    place = PurePosixPath(path.relative_to(landing).as_posix())
    return DirectoryFile(str(place), place, open_file, compressed=path.name.lower().endswith(".gz"))


def _read_header(file: DirectoryFile) -> list[str]:
    with _report_unreadable(file), file.open() as raw:
        stream = pa.input_stream(raw, compression="gzip" if file.compressed else None)
        start = bytes(stream.read(1 << 14))
    if start.startswith(_UTF_16):
        raise DeliveryError(
            f"landing/nspl/{file.name} is in UTF-16",
            rule="the postcode directory is in UTF-8, as it is downloaded",
            next_step="download the NSPL again, or save the file as CSV in UTF-8",
        )
    line = re.split(rb"[\r\n]", start, maxsplit=1)[0].decode("utf-8-sig", errors="replace")
    return next(csv.reader(io.StringIO(line)), [])


def read_directory_origin(warehouse: Warehouse) -> str:
    """The delivered files, code and vintage of the directory.

    The files are named by their sha256. Raises WarehouseError when the directory does not say.
    """
    origin = warehouse.tables.read_origin("postcode_directory")
    if origin is None:
        raise WarehouseError(
            "postcode_directory does not say which delivered files it was made from",
            rule="a publication names all that it was made from",
            next_step="materialise postcode_directory again",
        )
    return origin


def read_directory_digest(warehouse: Warehouse) -> str:
    """The sha256 of the delivered files that made the directory.

    Raises WarehouseError as `read_directory_origin` does.
    """
    return read_directory_origin(warehouse).split()[0]


def read_directory_vintage(warehouse: Warehouse) -> str:
    """The date of the areas of the directory, as `find_directory_vintage` gives it.

    Raises WarehouseError as `read_directory_origin` does.
    """
    return read_directory_origin(warehouse).partition(" of ")[2]
