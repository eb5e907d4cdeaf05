from __future__ import annotations

import csv
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from lxml import html as lxml_html

from nino_assets.publishing.bulletin.bulletin_files import write_publishers_pack
from nino_assets.publishing.bulletin.source_figures import OtherSource
from nino_assets.publishing.cells import PublishedCells
from nino_assets.publishing.edition import Edition
from nino_assets.statistic.identity import SYNTHETIC_BANNER
from nino_assets_tests.support.published_cells import POSITIONS


@pytest.fixture(scope="module")
def pack(
    twelve_quarters: PublishedCells,
    edition_of_twelve: Edition,
    other_sources: tuple[OtherSource, ...],
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    folder = tmp_path_factory.mktemp("pack") / "gov-uk"
    write_publishers_pack(
        twelve_quarters, edition_of_twelve, POSITIONS, folder, sources=other_sources
    )
    return folder


def test_every_number_of_the_page_stands_in_both_text_editions_in_order(
    pack: Path, bulletin_html: str
) -> None:
    tree = lxml_html.fromstring(bulletin_html.encode())
    for sentence in tree.xpath("//section//p[data][not(@class)] | //section/ul/li[data]"):
        words = " ".join(sentence.text_content().split())
        for name in ("bulletin.md", "bulletin.txt"):
            held = (pack / name).read_text(encoding="utf-8").replace("**", "")
            assert words in held


def test_each_picture_named_in_the_govspeak_is_there_with_its_data_and_alternative_text(
    pack: Path,
) -> None:
    govspeak = (pack / "bulletin.md").read_text(encoding="utf-8")
    pictures = re.findall(r"\[Image:(.*?)\]", govspeak)
    files = re.findall(r"\[Attachment:(.*?)\]", govspeak)
    with (pack / "alternative-texts.csv").open(encoding="utf-8", newline="") as opened:
        texts = {row["picture"]: row["alternative_text"] for row in csv.DictReader(opened)}
    assert len(pictures) == len(files) >= 9
    assert list(texts) == pictures
    for picture, file in zip(pictures, files, strict=True):
        assert ElementTree.fromstring((pack / picture).read_text(encoding="utf-8")).tag.endswith(
            "svg"
        )
        assert (pack / file).read_bytes().count(b"\r\n") >= 3
        assert len(texts[picture]) > 60


def test_govspeak_begins_at_the_second_level_and_its_tables_have_row_headers(pack: Path) -> None:
    govspeak = (pack / "bulletin.md").read_text(encoding="utf-8")
    assert govspeak.startswith(f"%{SYNTHETIC_BANNER}%")
    assert not re.search(r"^# ", govspeak, re.MULTILINE)
    assert "<" not in govspeak
    for table in re.findall(r"(?:^\|.*\n)+", govspeak, re.MULTILINE):
        widths = {line.count("|") for line in table.splitlines()}
        assert len(widths) == 1
        assert all(line.startswith("|# ") for line in table.splitlines()[2:])


def test_plain_text_has_no_mark_up(pack: Path) -> None:
    text = (pack / "bulletin.txt").read_text(encoding="utf-8")
    assert text.startswith(SYNTHETIC_BANNER)
    assert not re.search(r"[<>|*#]|\]\(", text)
    assert "Description: A line chart" in text


def test_the_same_edition_gives_the_same_pack(
    pack: Path,
    twelve_quarters: PublishedCells,
    edition_of_twelve: Edition,
    other_sources: tuple[OtherSource, ...],
    tmp_path: Path,
) -> None:
    write_publishers_pack(
        twelve_quarters, edition_of_twelve, POSITIONS, tmp_path, sources=other_sources
    )
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == {
        p.name: p.read_bytes() for p in pack.iterdir()
    }
