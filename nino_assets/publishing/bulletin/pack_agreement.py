"""Checks that the publisher's pack says what the page says.

It must have the same sentences, the same data and every picture.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path

from nino_assets.publishing.bulletin.page_reader import ParsedPage, read_page

_EDITIONS = {
    "bulletin.md": ("bulletin.md", "alternative-texts.csv"),
    "bulletin.txt": ("bulletin.txt",),
}
"""Each text edition with the files of its sentences: Govspeak has no room for descriptions."""
_PICTURE = re.compile(r"\[Image:(.*?)\]")


@dataclass(frozen=True)
class PackAgreement:
    """How many sentences were looked for, and each fault."""

    sentences: int
    faults: tuple[str, ...]


def check_pack(html: str, folder: Path) -> PackAgreement:
    """Compare the pack in `folder` with the page.

    A missing file is a fault, not an error.
    """
    page = read_page(html)
    sentences = [
        " ".join(block.whole.split())
        for block in page.words
        if block.marks and (block.tag == "p" or (block.tag == "li" and not block.figure))
    ]
    faults = [*_find_sentence_faults(sentences, folder), *_find_file_faults(page, folder)]
    return PackAgreement(len(sentences) if folder.is_dir() else 0, tuple(faults))


def _find_sentence_faults(sentences: list[str], folder: Path) -> Iterator[str]:
    for name, files in _EDITIONS.items():
        words = " ".join(" ".join(_read_text(folder / file) for file in files).split())
        words = unescape(words.replace("**", ""))
        for sentence in sentences:
            if sentence.removeprefix("Warning. ") not in words:
                yield f"{name} lacks '{sentence[:60]}'"


def _find_file_faults(page: ParsedPage, folder: Path) -> Iterator[str]:
    pictures = _PICTURE.findall(_read_text(folder / "bulletin.md"))
    if len(pictures) != len(page.files):
        yield f"bulletin.md names {len(pictures)} pictures, the page has {len(page.files)}"
    for name in pictures:
        if not (folder / name).is_file():
            yield f"{name} is named and is not there"
    for figure, text in page.files.items():
        (held,) = [*folder.glob(f"{figure}-*.csv")][:1] or [folder / f"{figure}.csv"]
        if not held.is_file() or held.read_bytes() != text.encode():
            yield f"{figure}: the data file differs from that of the page"


def _read_text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""
