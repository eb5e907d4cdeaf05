"""Writes the bulletin out as plain text, for large print and screen readers.

Belongs here: plain text of the same blocks as the page. Does not belong here: sentences. Lines are
not wrapped, so that any size of print can; a table is read out row by row with its headings.
"""

from __future__ import annotations

from nino_assets.publishing.bulletin.blocks import (
    Block,
    Bulletin,
    BulletinTable,
    Bullets,
    Figure,
    Headline,
    Paragraph,
    Subheading,
    WarningBlock,
)
from nino_assets.publishing.bulletin.prose import Part, ProseLink, Sentence
from nino_assets.publishing.edition import Edition
from nino_assets.statistic.identity import CONTACT_EMAIL, PRODUCER, RELEASE_TIME, SYNTHETIC_BANNER
from nino_assets.statistic.written_dates import format_date, format_time


def plain_text(bulletin: Bulletin, edition: Edition, status: str) -> str:
    """The whole plain text edition."""
    numbers = {figure.name: n for n, figure in bulletin.figures}
    at = format_time(RELEASE_TIME)
    lines = [SYNTHETIC_BANNER, ""] if edition.synthetic else []
    lines += [
        edition.title,
        f"{status}. {PRODUCER}.",
        f"Published: {at}, {format_date(edition.published_on)}.",
        f"Next release: {at}, {format_date(edition.next_release_on)}.",
        *(f"Corrected: {format_date(note.corrected_on)}." for note in edition.corrections[-1:]),
        f"Contact: {CONTACT_EMAIL}",
        "",
        "Contents",
        *(f"{n}. {section.title}" for n, section in enumerate(bulletin.sections, start=1)),
        "",
    ]
    for n, section in enumerate(bulletin.sections, start=1):
        lines += ["", f"{n}. {section.title}", ""]
        for block in section.blocks:
            lines += [*_block(block, numbers), ""]
    return "\n".join(lines).rstrip() + "\n"


def _block(block: Block, numbers: dict[str, int]) -> list[str]:  # noqa: PLR0911 - one a kind of block
    match block:
        case Paragraph():
            return [_words(block.sentence)]
        case WarningBlock():
            return [f"Warning: {_words(block.sentence)}"]
        case Bullets():
            return [f"- {_words(item)}" for item in block.items]
        case Subheading():
            return [block.words]
        case Headline():
            return [f"- {number.text} {_words(words)}" for number, words in block.items]
        case BulletinTable():
            return _table(block)
        case Figure():
            return _figure(block, numbers[block.name])


def _figure(figure: Figure, number: int) -> list[str]:
    return [
        f"Figure {number}: {_words(figure.title)}",
        f"{figure.subtitle}.",
        f"Description: {_words(figure.description)}",
        *(f"{letter}: {_words(words)}." for letter, words in figure.key),
        *(_words(note) for note in figure.notes),
        figure.source,
        "",
        *_table(figure.table),
    ]


def _table(table: BulletinTable) -> list[str]:
    rows = []
    for row in table.rows:
        texts = [c if isinstance(c, str) else c.text for c in row[1:]]
        named = [f"{h} {text}" for h, text in zip(table.header[1:], texts, strict=True)]
        rows.append(f"{row[0]}: {', '.join(named if len(texts) > 1 else texts)}.")
    return [f"Table: {table.caption}.", *rows]


def _words(sentence: Sentence) -> str:
    return "".join(_part(part) for part in sentence.parts)


def _part(part: Part) -> str:
    if isinstance(part, str):
        return part
    if isinstance(part, ProseLink) and part.target.startswith("http"):
        return f"{part.text} ({part.target})"
    return part.text
