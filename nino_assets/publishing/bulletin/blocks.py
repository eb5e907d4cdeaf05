"""The bulletin as data: sections of paragraphs, tables and pictures.

It is the same whichever form it is written in.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from nino_assets.publishing.bulletin.prose import Number, Sentence
from nino_assets.statistic.identity import PRODUCER
from nino_assets.writers.charts.chart import Chart

LONGEST_TITLE = 14
"""Words in the title of a figure."""


@dataclass(frozen=True)
class Paragraph:
    """One paragraph of prose."""

    sentence: Sentence


@dataclass(frozen=True)
class Bullets:
    """A bulleted list."""

    items: tuple[Sentence, ...]


@dataclass(frozen=True)
class WarningBlock:
    """Something to know before using the figures that follow."""

    sentence: Sentence


@dataclass(frozen=True)
class Subheading:
    """A heading within a section."""

    words: str


@dataclass(frozen=True)
class Headline:
    """A few figures set large, each with the words that it begins."""

    items: tuple[tuple[Number, Sentence], ...]


@dataclass(frozen=True)
class BulletinTable:
    """Rows under one header row; the first column heads each row.

    Numbers carry their cells.
    """

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[str | Number, ...], ...]


@dataclass(frozen=True)
class Drawing:
    """A picture already drawn as static SVG.

    There may be a second drawing for phones.
    """

    svg: str
    narrow: str = ""


@dataclass(frozen=True)
class Figure:
    """A picture with its message, measure, description and data.

    `title` states the message; `subtitle` the measure, geography and period; `description` is the
    text alternative; `key` explains letters in the picture, as (letter, words); `other_sources`
    cites the other sources of a picture that shows more than registrations.
    """

    name: str
    title: Sentence
    subtitle: str
    description: Sentence
    picture: Chart | Drawing
    table: BulletinTable
    key: tuple[tuple[str, Sentence], ...] = ()
    notes: tuple[Sentence, ...] = ()
    other_sources: tuple[str, ...] = ()

    @property
    def source(self) -> str:
        """Where the figures come from, as a line under the picture."""
        return (
            "; ".join((f"Source: {PRODUCER}, from the Migrant Workers Scan", *self.other_sources))
            + "."
        )


Block = Paragraph | Bullets | WarningBlock | Subheading | Headline | BulletinTable | Figure


@dataclass(frozen=True)
class BulletinSection:
    """A numbered section; `name` is its anchor."""

    name: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Bulletin:
    """The sections in order."""

    sections: tuple[BulletinSection, ...]

    @property
    def figures(self) -> Iterator[tuple[int, Figure]]:
        """Every figure with its number, from 1."""
        number = 0
        for section in self.sections:
            for block in section.blocks:
                if isinstance(block, Figure):
                    number += 1
                    yield number, block
