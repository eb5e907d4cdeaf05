"""Writes the bulletin as Govspeak, the markdown of GOV.UK.

Pictures are named as the image list of the publishing application will hold them; their alternative
texts are in a separate table, because Govspeak has no place for them. Source: alphagov/govspeak.
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
from nino_assets.publishing.bulletin.prose import Part, ProseLink, Quotation, Sentence
from nino_assets.publishing.edition import Edition
from nino_assets.statistic.identity import SYNTHETIC_BANNER
from nino_assets.statistic.written_dates import format_date
from nino_assets.writers import safe_text

_HEADLINE_END = "{/stat-headline}"


def write_govspeak(bulletin: Bulletin, edition: Edition) -> str:
    """Write the body of the publication.

    Its title is typed into the application's own field.
    """
    numbers = {figure.name: n for n, figure in bulletin.figures}
    lines = [f"%{SYNTHETIC_BANNER}%", ""] if edition.synthetic else []
    for note in edition.corrections[-1:]:
        day = format_date(note.corrected_on)
        lines += [f"^This edition was corrected on {day}: see Revisions and corrections.^", ""]
    for n, section in enumerate(bulletin.sections, start=1):
        lines += [f"## {n}. {section.title}", ""]
        for block in section.blocks:
            lines += [*_write_block(block, numbers), ""]
    return "\n".join(lines).rstrip() + "\n"


PACK = "publishers-pack"
"""The folder of the publisher's pack, in that of the edition."""


def name_file(number: int, figure: Figure, ending: str) -> str:
    """Return `figure-1-year-endings.svg`."""
    return f"figure-{number}-{figure.name}.{ending}"


def _write_block(block: Block, numbers: dict[str, int]) -> list[str]:  # noqa: PLR0911 - one a kind of block
    match block:
        case Paragraph():
            return [_write_sentence(block.sentence)]
        case WarningBlock():
            return [f"%{_write_sentence(block.sentence)}%"]
        case Bullets():
            return [f"- {_write_sentence(item)}" for item in block.items]
        case Subheading():
            return [f"### {block.words}"]
        case Headline():
            return [
                line
                for number, words in block.items
                for line in (
                    "{stat-headline}",
                    f"**{number.text}** {_write_sentence(words)}",
                    _HEADLINE_END,
                )
            ]
        case BulletinTable():
            return _write_table(block)
        case Figure():
            return _write_figure(block, numbers[block.name])


def _write_figure(figure: Figure, number: int) -> list[str]:
    key = [f"- {letter}: {_write_sentence(words)}" for letter, words in figure.key]
    lines = [
        f"### Figure {number}: {_write_sentence(figure.title)}",
        "",
        figure.subtitle,
        "",
        f"[Image:{name_file(number, figure, 'svg')}]",
        "",
    ]
    lines += [*key, ""] if key else []
    for note in figure.notes:
        lines += [_write_sentence(note), ""]
    lines += [figure.source, ""]
    return [
        *lines,
        *_write_table(figure.table),
        "",
        f"[Attachment:{name_file(number, figure, 'csv')}]",
    ]


def _write_table(table: BulletinTable) -> list[str]:
    """Write a kramdown table; `#` makes a row's first cell its header."""
    rows = [
        f"|# {row[0]} | " + " | ".join(c if isinstance(c, str) else c.text for c in row[1:]) + " |"
        for row in table.rows
    ]
    rule = "|" + "|".join(["---", *("---:" for _ in table.header[1:])]) + "|"
    return [f"**{table.caption}**", "", f"| {' | '.join(table.header)} |", rule, *rows]


def _write_sentence(sentence: Sentence) -> str:
    return "".join(_write_part(part) for part in sentence.parts)


def _write_part(part: Part) -> str:
    if isinstance(part, str):
        return part
    if isinstance(part, Quotation):
        return safe_text.write_govspeak(part.text)
    if isinstance(part, ProseLink) and part.target.startswith(("http", "mailto:")):
        return f"[{part.text}]({part.target})"
    return part.text
