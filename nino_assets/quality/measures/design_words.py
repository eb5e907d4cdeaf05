"""Looks for the design of the p-table in published files.

A reader who knows how far, how often and from which count on figures are adjusted can undo part of
it. No published text may tell.
"""

from __future__ import annotations

import gzip
import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from pathlib import Path, PurePosixPath

import pyarrow.parquet as pq

from nino_assets.methods.disclosure.perturbation_table.validation import PerturbationTable
from nino_assets.publishing.open_data.cube_names import CSV_ENDING, CUBES_FOLDER

_SUBJECTS = (
    "noise",
    "perturb",
    "p-table",
    "cell key",
    "cell-key",
    "record key",
    "record-key",
    "adjust",
    "standard deviation",
    "variance",
)
_BLOCK = 4_000_000
_OVERLAP = max(map(len, _SUBJECTS))
_FIGURES_ONLY = ".npy"
_CUBES = f"open-data/{CUBES_FOLDER}/"
"""Arrays of whole numbers, without a sentence."""
_MARKED_UP = {".html", ".svg", ".ods", ".xml", ".atom"}
_WORDS = (
    "zero one two three four five six seven eight nine ten eleven twelve".split()  # noqa: SIM905
)


@dataclass(frozen=True)
class DesignValues:
    """What a p-table's entries give away of its design. Secret."""

    keys: int
    reaches: frozenset[int]
    spreads: frozenset[str]
    smallest: int


def read_design_values(table: PerturbationTable) -> DesignValues:
    """The values of a p-table that no text may tell.

    `spreads` are standard deviations, with one decimal and with two.
    """
    spreads = table.noise.std(axis=1)
    return DesignValues(
        keys=table.keys,
        reaches=frozenset(table.reach.values()),
        spreads=frozenset(f"{spread:.{places}f}" for spread in spreads for places in (1, 2)),
        smallest=len(table.forbidden) + 1,
    )


def find_design_words(text: str, design: DesignValues) -> list[str]:
    """The sentences of a text that tell a value of the design."""
    if not _has_subject(text):
        return []
    told = _build_pattern(design)
    sentences = re.split(r"(?<=[.!?;])\s+|\n", text)
    return [each for each in sentences if _has_subject(each) and told.search(each)]


def list_files_with_design(publication: Path, design: DesignValues) -> list[str]:
    """The published files that tell a value of the design, by name.

    The rows of a Parquet file, and the CSV file of a cube, are not read: checks hold them against
    the CSV file or the array of the same figures. Names of columns and metadata are.
    """
    return [
        name
        for path in sorted(publication.rglob("*"))
        if path.is_file()
        and (name := path.relative_to(publication).as_posix()).split("/")[0] != "qa"
        and not (name.startswith(_CUBES) and name.endswith(CSV_ENDING))
        and _tells(_read_file(path), design)
    ]


def list_pages_with_design(pages: Mapping[str, bytes], design: DesignValues) -> list[str]:
    """The pages, path to content, that tell a value of the design."""
    return [
        name
        for name, content in sorted(pages.items())
        if _tells(_read_texts(name, io.BytesIO(content)), design)
    ]


def _tells(texts: Iterator[str], design: DesignValues) -> bool:
    return any(find_design_words(text, design) for text in texts)


def _read_file(path: Path) -> Iterator[str]:
    with path.open("rb") as file:
        yield from _read_texts(path.name, file)


def _read_texts(name: str, file: io.BufferedIOBase) -> Iterator[str]:
    """The texts of a file, of attributes, names and metadata too."""
    suffix = PurePosixPath(name).suffix
    if suffix == _FIGURES_ONLY:
        return
    if suffix == ".gz":
        with gzip.open(file) as unpacked:
            yield from _read_texts(PurePosixPath(name).stem, unpacked)
    elif zipfile.is_zipfile(file):
        with zipfile.ZipFile(file) as parts:
            for part in parts.namelist():
                yield from _read_texts(part, io.BytesIO(parts.read(part)))
    elif suffix == ".parquet":
        schema = pq.read_schema(file)
        yield "\n".join(schema.names)
        for key, value in (schema.metadata or {}).items():
            yield f"{key.decode()}: {value.decode('utf-8', errors='replace')}"
    elif _mentions_subject(file):
        file.seek(0)
        text = file.read().decode("utf-8", errors="replace")
        if suffix in _MARKED_UP:
            # An alternative text stands in a tag.
            yield unescape("\n".join(re.findall(r'="([^"]*)"', text)))
            text = unescape(re.sub(r"<[^>]*>", " ", text))
        yield text


def _has_subject(text: str) -> bool:
    lower = text.lower()
    return any(subject in lower for subject in _SUBJECTS)


def _mentions_subject(file: io.BufferedIOBase) -> bool:
    """Whether a file is about how figures are adjusted.

    The open data are not: they are millions of rows, and read a block at a time.
    """
    subjects = [subject.encode() for subject in _SUBJECTS]
    last = b""
    file.seek(0)
    while block := file.read(_BLOCK):
        lower = last + block.lower()
        if any(subject in lower for subject in subjects):
            return True
        last = lower[-_OVERLAP:]
    return False


def _build_pattern(design: DesignValues) -> re.Pattern[str]:
    reaches, smallest = _spell(*design.reaches), _spell(design.smallest)
    last_forbidden = _spell(design.smallest - 1)
    spreads = "|".join(re.escape(spread) for spread in sorted(design.spreads))
    told = (
        rf"\b{design.keys}\b(?:\W+\w+){{0,3}}?\W+keys?\b",
        rf"\bkeys?\b(?:\W+\w+){{0,3}}?\W+{design.keys}\b",
        rf"\bmodulo {design.keys}\b",
        rf"(?:\b(?:within|at most|up to|(?:no )?more than|plus or minus|bound(?:ed)?(?: at| of)?"
        rf"|reach(?:es)?(?: of)?|by)|±|\+/-)\s*(?:{reaches})\b",
        rf"(?<![\d.])(?:{spreads})(?![\d%])",
        rf"\b(?:below|under|(?:less|fewer|smaller) than|at least|from)\s+(?:{smallest})\b",
        rf"\b(?:{smallest}) (?:or|and) more\b",
        rf"\b(?:1|one) (?:to|and) (?:{last_forbidden})\b",
    )
    return re.compile("|".join(told), re.IGNORECASE)


def _spell(*numbers: int) -> str:
    """Numbers as digits and as words, as a pattern."""
    words = [_WORDS[number] for number in numbers if number < len(_WORDS)]
    return "|".join([*map(str, sorted(numbers)), *words])
