"""Sentences as data: words, numbers with their cells, and claims.

The HTML page, the Govspeak pack and the plain text edition write the same sentences.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Number:
    """One number: its unrounded value, its text and its mark.

    `expression` is a cell, or a derivation of cells as `agreement.py` describes it.
    """

    value: Fraction
    text: str
    expression: str

    @property
    def attribute(self) -> str:
        """The unrounded value as mark-up has it: an integer or six decimals."""
        if self.value.denominator == 1:
            return str(self.value.numerator)
        return f"{round(self.value * 10**6) / 10**6:.6f}"


@dataclass(frozen=True)
class Claim:
    """Words that say something about cells without a number: `increase`, `the highest`."""

    text: str
    expression: str


@dataclass(frozen=True)
class ProseLink:
    """A link to a part of the bulletin or to the web."""

    text: str
    target: str


@dataclass(frozen=True)
class Quotation:
    """Text taken word for word from a reviewed table or note.

    A check compares it with its source.
    """

    text: str
    source: str


Part = str | Number | Claim | ProseLink | Quotation


@dataclass(frozen=True)
class Sentence:
    """One or more sentences, in parts."""

    parts: tuple[Part, ...]

    def __add__(self, other: Sentence) -> Sentence:
        return Sentence(self.parts + other.parts)

    @property
    def plain(self) -> str:
        """The words without marks or links."""
        return "".join(part if isinstance(part, str) else part.text for part in self.parts)


_SLOT = re.compile(r"\{(\w+)\}")


def say(template: str, **slots: Part | Sentence) -> Sentence:
    """Fill `{name}` slots of a sentence.

    Raises KeyError for a slot that is not given.
    """
    parts: list[Part] = []
    for n, piece in enumerate(_SLOT.split(template)):
        filling: Part | Sentence = slots[piece] if n % 2 else piece
        parts.extend(filling.parts if isinstance(filling, Sentence) else [filling])
    return Sentence(tuple(part for part in parts if part != ""))


def list_with_and(items: Iterable[Sentence]) -> Sentence:
    """Join items as `A, B and C`."""
    items = list(items)
    joined = Sentence(())
    for n, item in enumerate(items):
        if n:
            joined += Sentence((" and " if n == len(items) - 1 else ", ",))
        joined += item
    return joined


def join_sentences(sentences: Iterable[Sentence]) -> Sentence:
    """Join the sentences of one paragraph with spaces."""
    paragraph = Sentence(())
    for sentence in sentences:
        if paragraph.parts and sentence.parts:
            paragraph += Sentence((" ",))
        paragraph += sentence
    return paragraph
