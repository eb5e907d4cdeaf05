"""Writes the bulletin out as Govspeak, the markdown of GOV.UK, for the publishing application.

Belongs here: Govspeak of the same blocks as the page. Does not belong here: sentences. Pictures
are named as the application's image list will hold them; their alternative texts are in a table
beside them, because Govspeak has no place for them. Source: alphagov/govspeak.
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
from nino_assets.statistic.identity import SYNTHETIC_BANNER
from nino_assets.statistic.written_dates import format_date

_HEADLINE_END = "{/stat-headline}"


def govspeak(bulletin: Bulletin, edition: Edition) -> str:
    """The body of the publication; its title is typed into the application's own field."""
    numbers = {figure.name: n for n, figure in bulletin.figures}
    lines = [f"%{SYNTHETIC_BANNER}%", ""] if edition.synthetic else []
    for note in edition.corrections[-1:]:
        day = format_date(note.corrected_on)
        lines += [f"^This edition was corrected on {day}: see Revisions and corrections.^", ""]
    for n, section in enumerate(bulletin.sections, start=1):
        lines += [f"## {n}. {section.title}", ""]
        for block in section.blocks:
            lines += [*_block(block, numbers), ""]
    return "\n".join(lines).rstrip() + "\n"


def file_name(number: int, figure: Figure, ending: str) -> str:
    """`figure-1-year-endings.svg`."""
    return f"figure-{number}-{figure.name}.{ending}"


def _block(block: Block, numbers: dict[str, int]) -> list[str]:  # noqa: PLR0911 - one a kind of block
    match block:
        case Paragraph():
            return [_words(block.sentence)]
        case WarningBlock():
            return [f"%{_words(block.sentence)}%"]
        case Bullets():
            return [f"- {_words(item)}" for item in block.items]
        case Subheading():
            return [f"### {block.words}"]
        case Headline():
            return [
                line
                for number, words in block.items
                for line in ("{stat-headline}", f"**{number.text}** {_words(words)}", _HEADLINE_END)
            ]
        case BulletinTable():
            return _table(block)
        case Figure():
            return _figure(block, numbers[block.name])


def _figure(figure: Figure, number: int) -> list[str]:
    key = [f"- {letter}: {_words(words)}" for letter, words in figure.key]
    lines = [
        f"### Figure {number}: {_words(figure.title)}",
        "",
        figure.subtitle,
        "",
        f"[Image:{file_name(number, figure, 'svg')}]",
        "",
    ]
    lines += [*key, ""] if key else []
    for note in figure.notes:
        lines += [_words(note), ""]
    lines += [figure.source, ""]
    return [*lines, *_table(figure.table), "", f"[Attachment:{file_name(number, figure, 'csv')}]"]


def _table(table: BulletinTable) -> list[str]:
    """A kramdown table; `#` makes the first cell of a row its header."""
    rows = [
        f"|# {row[0]} | " + " | ".join(c if isinstance(c, str) else c.text for c in row[1:]) + " |"
        for row in table.rows
    ]
    rule = "|" + "|".join(["---", *("---:" for _ in table.header[1:])]) + "|"
    return [f"**{table.caption}**", "", f"| {' | '.join(table.header)} |", rule, *rows]


def _words(sentence: Sentence) -> str:
    return "".join(_part(part) for part in sentence.parts)


def _part(part: Part) -> str:
    if isinstance(part, str):
        return part
    if isinstance(part, ProseLink) and part.target.startswith(("http", "mailto:")):
        return f"[{part.text}]({part.target})"
    return part.text
