"""The note says what readers need, and nothing of the design."""

from __future__ import annotations

import re

from nino_assets.publishing.method_note import METHOD_NOTE
from nino_assets.vocabulary import LOW

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


def test_no_number_of_the_design_is_named():
    """The only figure in the note is the 0 that stands beside [low]."""
    assert re.findall(r"\d+", TEXT) == ["0"]
    for word in ("variance", "standard deviation", "modulo", "±", "p-table", "plus or minus"):
        assert word not in TEXT.lower()


def test_plain_words():
    """Sentences stay short enough to be read once."""
    sentences = re.split(r"(?<=[.:])\s", TEXT)
    assert max(len(sentence.split()) for sentence in sentences) <= 40
