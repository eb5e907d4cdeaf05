"""The main stories and the headline figures."""

from __future__ import annotations

from nino_assets.publishing.bulletin.blocks import (
    Block,
    BulletinSection,
    BulletinTable,
    Bullets,
    Headline,
    Paragraph,
    WarningBlock,
)
from nino_assets.publishing.bulletin.commentary.areas import leading_region
from nino_assets.publishing.bulletin.commentary.bulletin_context import (
    ALL,
    EU,
    NON_EU,
    UNKNOWN_SUB_GROUP,
    BulletinContext,
    short_name,
)
from nino_assets.publishing.bulletin.commentary.exact_tables import (
    change_headings,
    change_row,
    exact,
)
from nino_assets.publishing.bulletin.commentary.nationalities import leading_nationalities
from nino_assets.publishing.bulletin.commentary.people import leading_ages
from nino_assets.publishing.bulletin.prose import Claim, Quotation, Sentence, run_on, say
from nino_assets.publishing.bulletin.quoted_figures import Pair
from nino_assets.publishing.cells import Cell

_RUNS = (
    "",
    ", unlike in the quarter before",
    *(
        f" for the {place} quarter in a row"
        for place in ("second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")
    ),
)
"""How long one group has outnumbered the other, by the number of quarters."""


def main_stories(story: BulletinContext) -> BulletinSection:
    """Five or six bullets for a reader with two minutes."""
    bullets = [_total(story), *_eu_and_non_eu(story)]
    bullets += _movers(story)
    bullets += leading_nationalities(story)
    if story.has_year:
        bullets.append(_latest_quarter(story))
    bullets += leading_region(story) + leading_ages(story)
    blocks: list[Block] = [Paragraph(say("The main stories are:")), Bullets(tuple(bullets))]
    if not story.has_year:
        blocks.append(story.not_yet("Figures for a year ending are", 4))
    elif not story.has_previous:
        blocks.append(story.not_yet("Comparisons with the year before are", 8))
    breaks = story.breaks([story.cell(), story.quarter_cell()])
    if breaks:
        opening = say("[b] marks a comparison across a break in the series.")
        described = [say("{e}", e=Quotation(e.description, f"events/{e.event}")) for e in breaks]
        blocks.append(WarningBlock(run_on([opening, *described])))
    return BulletinSection("main-stories", "Main stories", tuple(blocks))


def headline_figures(story: BulletinContext) -> BulletinSection:
    """The totals, exact, with their changes."""
    members = ((ALL, "All nationalities"), (EU, "European Union"), (NON_EU, "Non-European Union"))
    blocks: list[Block] = story.break_warning(story.cell()) or story.break_warning(
        story.quarter_cell()
    )
    blocks.append(_headline(story))
    for make in [story.cell] if not story.has_year else [story.cell, story.quarter_cell]:
        cells = [(make(code), label) for code, label in members]
        blocks.append(_table(story, cells))
    blocks.append(
        Paragraph(
            say(
                "The figures in tables are published exactly as adjusted and the commentary rounds "
                "them. All nationalities includes registrations whose nationality is unknown, "
                "which neither group holds."
            )
        )
    )
    return BulletinSection("headline-figures", "Headline figures", tuple(blocks))


def _headline(story: BulletinContext) -> Headline:
    """The total and the two groups of the leading period, set large."""
    words = story.words(story.cell())
    members = (
        (ALL, f"registrations in {words}"),
        (EU, "to EU nationals"),
        (NON_EU, "to non-EU nationals"),
    )
    return Headline(
        tuple(
            (story.figures.count(story.cell(code)), say(label) + story.change(story.cell(code)))
            for code, label in members
        )
    )


def _table(story: BulletinContext, cells: list[tuple[Cell, str]]) -> BulletinTable:
    words = story.words(cells[0][0])
    caption = f"NINo registrations to adult overseas nationals, UK, {words.removeprefix('the ')}"
    now = _column(cells[0][0], story)
    pair = story.pair(cells[0][0])
    if pair is None:
        return BulletinTable(
            caption,
            ("Nationality", now),
            tuple((label, exact(story.figures, cell)) for cell, label in cells),
        )
    then = _column(cells[0][0].move_to(story.quarter - 4), story)
    return BulletinTable(
        caption,
        ("Nationality", then, now, *change_headings(story.figures, pair)),
        tuple(
            change_row(story.figures, label, Pair(cell, cell.move_to(story.quarter - 4)))
            for cell, label in cells
        ),
    )


def _column(cell: Cell, story: BulletinContext) -> str:
    words = story.words(cell).removeprefix("the ")
    return words[0].upper() + words[1:]


def _total(story: BulletinContext) -> Sentence:
    cell = story.cell()
    kind = "year ending" if story.has_year else "quarter"
    sentence = say(
        "{total}.", total=story.registered_with_change(cell, "to adult overseas nationals")
    )
    return run_on([sentence, *story.record_sentence(cell, "This was", kind)])


def _eu_and_non_eu(story: BulletinContext) -> list[Sentence]:
    bullets = []
    total = story.cell()
    for code, who in ((EU, "European Union (EU)"), (NON_EU, "non-EU")):
        cell = story.cell(code)
        sentences = [say("{n}.", n=story.registered_with_change(cell, f"to {who} nationals"))]
        if story.figures.value(total):
            share = story.figures.share(cell, total)
            sentences.append(say("They were {share} of all registrations.", share=share))
        bullets.append(run_on(sentences))
    return bullets


def _movers(story: BulletinContext) -> list[Sentence]:
    """The sub-groups that moved most, by count, up and down."""
    if not story.has_previous:
        return []
    figures = story.figures
    pairs = [
        (Pair(cell, cell.move_to(cell.quarter - 4)), label)
        for code, label in story.names("sub_group")
        if code != UNKNOWN_SUB_GROUP and (cell := story.cell(code))
    ]
    moves = sorted(pairs, key=lambda p: figures.value(p[0].then) - figures.value(p[0].now))
    phrases = []
    for (pair, label), way, name in ((moves[0], 1, "rise"), (moves[-1], -1, "fall")):
        if figures.direction(pair) == way:
            phrases.append(
                say(
                    f"The {{claim}} was for {short_name(label)} nationals, "
                    "{moved} by {size} to {now}",
                    claim=_largest(pair, name),
                    moved=figures.moved(pair, "up", "down"),
                    size=figures.size_of_change(pair),
                    now=figures.count(pair.now),
                )
                + figures.break_mark(pair)
                + say(".")
            )
    return [run_on(phrases)] if phrases else []


def _largest(pair: Pair[Cell], way: str) -> Claim:
    words = f"largest {'increase' if way == 'rise' else 'decrease'} among sub-groups"
    return Claim(words, f"largest-{way}({pair.now},{pair.then},sub_group)")


def _latest_quarter(story: BulletinContext) -> Sentence:
    cell = story.quarter_cell()
    sentence = say("{n}.", n=story.registered_with_change(cell))
    records = story.record_sentence(cell, "This was", "quarter")
    return run_on([sentence, *records, *_which_outnumbers(story)])


def _which_outnumbers(story: BulletinContext) -> list[Sentence]:
    """`Non-EU registrations (920) outnumbered EU registrations (730)`, and for how long.

    Said when it is news: of a run of a few quarters that is not the whole series.
    """
    eu, non_eu = (story.quarter_cell(code) for code in (EU, NON_EU))
    high, low = (eu, non_eu) if _above(story, eu, non_eu) else (non_eu, eu)
    names = {eu: "EU registrations", non_eu: "Non-EU registrations"}
    quarters = story.cells.list_quarters(high.cube)
    above = [_above(story, high.move_to(q), low.move_to(q)) for q in reversed(quarters)]
    run = next((n for n, so in enumerate(above) if not so), len(above))
    if not 0 < run < min(len(_RUNS), len(above)):
        return []
    return [
        say(
            f"{names[high]} ({{high}}) {{claim}} {names[low].replace('Non', 'non')} ({{low}})"
            f"{_RUNS[run]}.",
            high=story.figures.count(high),
            claim=Claim("outnumbered", f"above-for({high},{low},{run})"),
            low=story.figures.count(low),
        )
    ]


def _above(story: BulletinContext, high: Cell, low: Cell) -> bool:
    return story.figures.value(high) > story.figures.value(low)
