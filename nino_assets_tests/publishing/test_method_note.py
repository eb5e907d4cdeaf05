"""The note says what readers need, and nothing of the design."""

from __future__ import annotations

import re

from nino_assets.publishing.bulletin.blocks import Paragraph, Subheading
from nino_assets.publishing.bulletin.commentary.adjustment import write_adjustment
from nino_assets.publishing.bulletin.prose import Quotation
from nino_assets.publishing.edition import Edition
from nino_assets.publishing.method_note import METHOD_NOTE
from nino_assets.publishing.workbook.notes import NoteBook
from nino_assets.publishing.workbook.workbook_tables import TABLE_NAMES
from nino_assets.statistic.vocabulary import LOW

TEXT = "\n".join(line for section in METHOD_NOTE for line in (section.heading, *section.paragraphs))


def test_the_note_answers_what_readers_ask():
    headings = [section.heading for section in METHOD_NOTE]
    assert headings == [
        "How figures are protected",
        "Why totals may not add up",
        "Why small differences mean nothing",
        f"What {LOW} means",
        "What the method cannot do",
    ]
    assert all(section.paragraphs for section in METHOD_NOTE)


def test_the_workbook_and_the_bulletin_say_it_word_for_word(edition_of_twelve: Edition) -> None:
    notes = {note.subject: note.text for note in NoteBook(edition_of_twelve, TABLE_NAMES).notes}
    page = write_adjustment()
    said = [block.words for block in page.blocks if isinstance(block, Subheading)]
    quoted = [
        part.text
        for block in page.blocks
        if isinstance(block, Paragraph)
        for part in block.sentence.parts
        if isinstance(part, Quotation)
    ]
    assert said == [section.heading for section in METHOD_NOTE]
    assert quoted == [text for section in METHOD_NOTE for text in section.paragraphs]
    for section in METHOD_NOTE:
        assert notes[section.heading] == " ".join(section.paragraphs)


def test_no_number_of_the_design_is_named():
    """The only figure in the note is the 0 that stands beside [low]."""
    assert re.findall(r"\d+", TEXT) == ["0"]
    for word in ("variance", "standard deviation", "modulo", "±", "p-table", "plus or minus"):
        assert word not in TEXT.lower()


def test_plain_words():
    """Sentences stay short enough to be read once."""
    sentences = re.split(r"(?<=[.:])\s", TEXT)
    assert max(len(sentence.split()) for sentence in sentences) <= 40
