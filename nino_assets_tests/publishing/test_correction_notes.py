"""A correction is told in every form of the publication, in the same words, and is checked."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from lxml import html as lxml_html

from nino_assets.publishing.bulletin.bulletin_agreement import check_bulletin
from nino_assets.publishing.bulletin.bulletin_files import write_bulletin, write_publishers_pack
from nino_assets.publishing.correction_notes import CorrectionNote
from nino_assets.publishing.edition import Edition
from nino_assets.publishing.workbook.front_matter import build_cover
from nino_assets.publishing.workbook.notes import NoteBook
from nino_assets.publishing.workbook.workbook_tables import TABLE_NAMES
from nino_assets_tests.support.published_cells import POSITIONS, make_cells, make_edition

NOTES = (
    CorrectionNote(2, date(2021, 3, 4), "Areas were placed by an old directory.", 1_204),
    CorrectionNote(3, date(2021, 4, 12), "A title named the wrong month.", 0),
)
CELLS = make_cells(4)
FIRST_EDITION = make_edition(4)


@pytest.fixture(scope="module")
def corrected() -> Edition:
    return replace(FIRST_EDITION, corrections=NOTES)


@pytest.fixture(scope="module")
def html(corrected: Edition, tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("corrected") / "bulletin.html"
    write_bulletin(CELLS, corrected, POSITIONS, path)
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        (0, "No published figure changed."),
        (1, "1 published figure changed."),
        (1_204, "1,204 published figures changed."),
    ],
)
def test_the_extent_of_a_correction_in_words(changed: int, words: str) -> None:
    assert CorrectionNote(2, date(2021, 3, 4), "A reason.", changed).extent == words


def test_the_page_tells_each_correction_latest_first_and_points_to_it_at_the_top(html: str) -> None:
    tree = lxml_html.fromstring(html.encode())
    told = [li.text_content() for li in tree.xpath("//section[@id='revisions']//li")]
    assert told == [note.words for note in reversed(NOTES)]
    assert tree.xpath("//dl//a[@href='#revisions']/../text()")[0].startswith("12 April 2021")


def test_an_altered_correction_is_caught(html: str, corrected: Edition) -> None:
    assert check_bulletin(html, CELLS, corrected).disagreements == ()
    for altered in (
        html.replace("1,204 published", "12 published"),
        html.replace("an old directory", "a new directory"),
        html.replace("Edition 3,", "Edition 2,"),
    ):
        assert altered != html
        assert check_bulletin(altered, CELLS, corrected).faults["quotations"]
    assert check_bulletin(html, CELLS, FIRST_EDITION).faults["quotations"]


def test_the_text_editions_and_the_workbook_tell_the_same(
    corrected: Edition, tmp_path: Path
) -> None:
    write_publishers_pack(CELLS, corrected, POSITIONS, tmp_path)
    front = [line for line in build_cover(corrected, broken=False).lines if isinstance(line, str)]
    revisions = next(n for n in NoteBook(corrected, TABLE_NAMES).notes if n.key == "revisions")
    for note in NOTES:
        for name in ("bulletin.md", "bulletin.txt"):
            assert note.words in (tmp_path / name).read_text(encoding="utf-8")
        assert note.words in front
        assert note.words in revisions.text


def test_an_edition_without_corrections_says_so_and_no_more(tmp_path: Path) -> None:
    path = tmp_path / "bulletin.html"
    write_bulletin(CELLS, FIRST_EDITION, POSITIONS, path)
    html = path.read_text(encoding="utf-8")
    assert "No correction had been made when this edition was published." in html
    assert "Corrected" not in html
