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
from nino_assets.publishing.bulletin.commentary.bulletin_context import (
    ALL,
    EU,
    NON_EU,
    UNKNOWN_SUB_GROUP,
    BulletinContext,
)
from nino_assets.publishing.bulletin.commentary.causes import (
    describe_before_break,
    describe_causes,
)
from nino_assets.publishing.bulletin.commentary.drivers import describe_drivers
from nino_assets.publishing.bulletin.commentary.exact_tables import (
    build_changes,
    build_exact_number,
)
from nino_assets.publishing.bulletin.commentary.nationalities import describe_leading_nationalities
from nino_assets.publishing.bulletin.commentary.people import describe_leading_ages
from nino_assets.publishing.bulletin.commentary.uk_areas import describe_leading_region
from nino_assets.publishing.bulletin.prose import Claim, Quotation, Sentence, join_sentences, say
from nino_assets.publishing.bulletin.quoted_figures import Pair
from nino_assets.publishing.cells import Cell
from nino_assets.statistic.nationality_list import list_sub_groups
from nino_assets.statistic.quarters import Quarter

_OPENING = (
    "These statistics count National Insurance numbers (NINos) registered to adult overseas "
    "nationals. The main stories are:"
)
_RUNS = (
    "",
    "",
    *(
        f" for the {place} quarter in a row"
        for place in ("second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")
    ),
)
"""How long one group has outnumbered the other, by the number of quarters."""


def write_main_stories(context: BulletinContext) -> BulletinSection:
    """Write five or six bullets for a reader with two minutes."""
    bullets = [_describe_total(context), *_describe_eu_and_non_eu(context)]
    bullets += _describe_movers(context)
    bullets += describe_leading_nationalities(context)
    if context.has_year:
        bullets.append(_describe_latest_quarter(context))
    bullets += describe_leading_region(context) + describe_leading_ages(context)
    blocks: list[Block] = [Paragraph(say(_OPENING)), Bullets(tuple(bullets))]
    if not context.has_year:
        blocks.append(context.explain_missing_quarters("Figures for a year ending are", 4))
    elif not context.has_previous:
        blocks.append(context.explain_missing_quarters("Comparisons with the year before are", 8))
    breaks = context.find_breaks(
        [context.get_cell(), context.get_cell(EU), context.get_quarter_cell()]
    )
    if breaks:
        opening = say("[b] marks a comparison across a break in the series.")
        described = [
            say(f"{e.period}: {{words}}", words=Quotation(e.description, f"events/{e.event}"))
            for e in breaks
        ]
        blocks.append(WarningBlock(join_sentences([opening, *described])))
    return BulletinSection("main-stories", "Main stories", tuple(blocks))


def write_headline_figures(context: BulletinContext) -> BulletinSection:
    """Write the totals, exact, with their changes."""
    members = ((ALL, "All nationalities"), (EU, "European Union"), (NON_EU, "Non-European Union"))
    blocks: list[Block] = context.warn_of_breaks(context.get_cell()) or context.warn_of_breaks(
        context.get_quarter_cell()
    )
    blocks.append(_build_headline(context))
    for make in (
        [context.get_cell] if not context.has_year else [context.get_cell, context.get_quarter_cell]
    ):
        cells = [(make(code), label) for code, label in members]
        blocks.append(_build_table(context, cells))
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


def _build_headline(context: BulletinContext) -> Headline:
    """Set the total and the two groups large."""
    words = context.name_period(context.get_cell())
    members = (
        (ALL, f"registrations in {words}"),
        (EU, "to EU nationals"),
        (NON_EU, "to non-EU nationals"),
    )
    return Headline(
        tuple(
            (
                context.figures.quote_count(context.get_cell(code)),
                say(label) + context.write_change(context.get_cell(code)),
            )
            for code, label in members
        )
    )


def _build_table(context: BulletinContext, cells: list[tuple[Cell, str]]) -> BulletinTable:
    words = context.name_period(cells[0][0])
    caption = f"NINo registrations to adult overseas nationals, UK, {words.removeprefix('the ')}"
    now = _name_column(cells[0][0], context)
    pair = context.find_pair(cells[0][0])
    if pair is None:
        return BulletinTable(
            caption,
            ("Nationality", now),
            tuple((label, build_exact_number(context.figures, cell)) for cell, label in cells),
        )
    then = _name_column(pair.then, context)
    pairs = [(label, Pair(cell, cell.move_to(context.quarter - 4))) for cell, label in cells]
    headings, rows = build_changes(context.figures, pairs)
    return BulletinTable(caption, ("Nationality", then, now, *headings), rows)


def _name_column(cell: Cell, context: BulletinContext) -> str:
    words = context.name_period(cell).removeprefix("the ")
    return words[0].upper() + words[1:]


def _describe_total(context: BulletinContext) -> Sentence:
    cell = context.get_cell()
    kind = "year ending" if context.has_year else "quarter"
    sentence = say(
        "{total}.", total=context.describe_with_change(cell, "to adult overseas nationals")
    )
    records = context.describe_record(cell, "This was", kind)
    compared, told = describe_before_break(context)
    causes = describe_causes(context, cell, told)
    drivers = describe_drivers(context)
    return join_sentences([sentence, *records, *drivers, *compared, *causes])


def _describe_eu_and_non_eu(context: BulletinContext) -> list[Sentence]:
    bullets = []
    total = context.get_cell()
    for code, who in ((EU, "European Union (EU)"), (NON_EU, "non-EU")):
        cell = context.get_cell(code)
        sentences = [say("{n}.", n=context.describe_with_change(cell, f"to {who} nationals"))]
        if context.figures.is_percentage_base(total):
            share = context.figures.quote_share(cell, total)
            sentences.append(say("They were {share} of all registrations.", share=share))
        bullets.append(join_sentences(sentences))
    return bullets


def _describe_movers(context: BulletinContext) -> list[Sentence]:
    """Describe the sub-groups that moved most, up and down."""
    if not context.has_previous:
        return []
    figures = context.figures
    pairs = [
        (Pair(cell, cell.move_to(cell.quarter - 4)), label)
        for code, label in context.list_members("sub_group")
        if code != UNKNOWN_SUB_GROUP and (cell := context.get_cell(code))
    ]
    moves = sorted(pairs, key=lambda p: figures.get_value(p[0].then) - figures.get_value(p[0].now))
    nationals = {group.label: group.nationals for group in list_sub_groups(context.quarter)}
    phrases = []
    for (pair, label), way, name in ((moves[0], 1, "rise"), (moves[-1], -1, "fall")):
        if figures.find_direction(pair) == way and figures.is_movement(pair):
            phrases.append(
                say(
                    f"The {{claim}} was for {nationals[label]}, {{moved}} by {{size}} to {{now}}",
                    claim=_claim_largest(pair, name),
                    moved=figures.claim_direction(pair, "up", "down"),
                    size=figures.quote_change(pair),
                    now=figures.quote_count(pair.now),
                )
                + figures.mark_break(pair)
                + say(".")
            )
    return [join_sentences(phrases)] if phrases else []


def _claim_largest(pair: Pair[Cell], way: str) -> Claim:
    words = f"largest {'increase' if way == 'rise' else 'decrease'} among sub-groups"
    return Claim(words, f"largest-{way}({pair.now},{pair.then},sub_group)")


def _describe_latest_quarter(context: BulletinContext) -> Sentence:
    cell = context.get_quarter_cell()
    sentence = say("{n}.", n=context.describe_with_change(cell))
    records = context.describe_record(cell, "This was", "quarter")
    causes = describe_causes(context, cell)
    return join_sentences([sentence, *records, *causes, *_describe_outnumbering(context)])


def _describe_outnumbering(context: BulletinContext) -> list[Sentence]:
    """Say which group outnumbered the other, and for how long.

    It is news only when it is true of a few quarters and not of the whole series.
    """
    eu, non_eu = (context.get_quarter_cell(code) for code in (EU, NON_EU))
    high, low = (eu, non_eu) if _is_above(context, eu, non_eu) else (non_eu, eu)
    names = {eu: "EU registrations", non_eu: "Non-EU registrations"}
    quarters = context.cells.list_quarters(high.cube)
    above = [_is_above(context, high.move_to(q), low.move_to(q)) for q in reversed(quarters)]
    run = next((n for n, so in enumerate(above) if not so), len(above))
    if not context.figures.is_clear(high, low) or not 0 < run < min(len(_RUNS), len(above)):
        return []
    return [
        say(
            f"{names[high]} ({{high}}) {{claim}} {names[low].replace('Non', 'non')} ({{low}})"
            f"{_RUNS[run]}{{first}}.",
            high=context.figures.quote_count(high),
            claim=Claim("outnumbered", f"above-for({high},{low},{run})"),
            low=context.figures.quote_count(low),
            first=_claim_first(Pair(high, low), quarters, above) if run == 1 else Sentence(()),
        )
    ]


def _claim_first(pair: Pair[Cell], quarters: list[Quarter], above: list[bool]) -> Sentence:
    """Write ` for the first time since October to December 2006`.

    `above` tells, latest first, in which quarters one group outnumbered the other.
    """
    earlier = [q for q, so in zip(reversed(quarters), above, strict=True) if so][1:]
    if not earlier:
        return say(
            " {claim}", claim=Claim("for the first time", f"first-above({pair.now},{pair.then})")
        )
    since = pair.now.move_to(earlier[0])
    claim = Claim(
        f"for the first time since {earlier[0].title}",
        f"first-above-since({pair.now},{pair.then},{since})",
    )
    return say(" {claim}", claim=claim)


def _is_above(context: BulletinContext, high: Cell, low: Cell) -> bool:
    return context.figures.get_value(high) > context.figures.get_value(low)
