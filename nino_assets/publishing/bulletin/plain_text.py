"""Writes the bulletin as plain text, for large print and screen readers.

Lines are not wrapped, so that any size of print can be used; a table is read out row by row with
its headings.
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


def write_plain_text(bulletin: Bulletin, edition: Edition, status: str) -> str:
    """Write the whole plain text edition."""
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
            lines += [*_write_block(block, numbers), ""]
    return "\n".join(lines).rstrip() + "\n"


def _write_block(block: Block, numbers: dict[str, int]) -> list[str]:  # noqa: PLR0911 - one a kind of block
    match block:
        case Paragraph():
            return [_write_sentence(block.sentence)]
        case WarningBlock():
            return [f"Warning: {_write_sentence(block.sentence)}"]
        case Bullets():
            return [f"- {_write_sentence(item)}" for item in block.items]
        case Subheading():
            return [block.words]
        case Headline():
            return [f"- {number.text} {_write_sentence(words)}" for number, words in block.items]
        case BulletinTable():
            return _write_table(block)
        case Figure():
            return _write_figure(block, numbers[block.name])


def _write_figure(figure: Figure, number: int) -> list[str]:
    return [
        f"Figure {number}: {_write_sentence(figure.title)}",
        f"{figure.subtitle}.",
        f"Description: {_write_sentence(figure.description)}",
        *(f"{letter}: {_write_sentence(words)}." for letter, words in figure.key),
        *(_write_sentence(note) for note in figure.notes),
        figure.source,
        "",
        *_write_table(figure.table),
    ]


def _write_table(table: BulletinTable) -> list[str]:
    rows = []
    for row in table.rows:
        texts = [c if isinstance(c, str) else c.text for c in row[1:]]
        named = [f"{h} {text}" for h, text in zip(table.header[1:], texts, strict=True)]
        rows.append(f"{row[0]}: {', '.join(named if len(texts) > 1 else texts)}.")
    return [f"Table: {table.caption}.", *rows]


def _write_sentence(sentence: Sentence) -> str:
    return "".join(_write_part(part) for part in sentence.parts)


def _write_part(part: Part) -> str:
    if isinstance(part, str):
        return part
    if isinstance(part, ProseLink) and part.target.startswith("http"):
        return f"{part.text} ({part.target})"
    return part.text
