"""The sub-groups, and single nationalities."""

from __future__ import annotations

from nino_assets.publishing.bulletin.blocks import (
    Block,
    BulletinSection,
    BulletinTable,
    Drawing,
    Figure,
    Paragraph,
)
from nino_assets.publishing.bulletin.commentary.bulletin_context import (
    MEASURE,
    NO_LEADER,
    UNKNOWN_NATIONALITY,
    UNKNOWN_SUB_GROUP,
    BulletinContext,
    choose_title,
    claim_rank,
)
from nino_assets.publishing.bulletin.commentary.comparison_figures import build_comparison_figure
from nino_assets.publishing.bulletin.commentary.exact_tables import (
    build_exact_number,
)
from nino_assets.publishing.bulletin.map_lists import read_world_map
from nino_assets.publishing.bulletin.prose import (
    Claim,
    Sentence,
    join_sentences,
    list_with_and,
    say,
)
from nino_assets.publishing.cells import Cell
from nino_assets.statistic.nationality_list import list_sub_groups
from nino_assets.statistic.vocabulary import EU
from nino_assets.writers.maps.world_map import NARROW, WIDE

_LISTED = 15


def write_sub_groups(context: BulletinContext) -> BulletinSection:
    """Write all sub-groups against the year before."""
    cells = [(context.get_cell(code), label) for code, label in context.list_members("sub_group")]
    ordered = context.rank_cells(cells)
    known = [item for item in ordered if item[0].nationality != UNKNOWN_SUB_GROUP]
    leader, label = known[0]
    blocks: list[Block] = context.warn_of_breaks(leader)
    groups = {group.label: group for group in list_sub_groups(context.quarter)}
    short = [(cell, groups[name].short) for cell, name in known]
    title = context.write_lead_title(short, "sub_group", " of any sub-group")
    top = say(
        "{leads}. {n}.",
        leads=context.claim_lead(short, "sub_group", " of any sub-group"),
        n=context.describe_with_change(leader, f"to {groups[label].nationals}"),
    )
    blocks.append(Paragraph(join_sentences([top, *_describe_outside_the_eu(context, known)])))
    blocks.append(
        build_comparison_figure(
            context, "sub-groups", title, ordered, "Sub-group", "sub-group of nationality"
        )
    )
    return BulletinSection("sub-groups", "Sub-groups of nationality", tuple(blocks))


def _describe_outside_the_eu(
    context: BulletinContext, ranked: list[tuple[Cell, str]]
) -> list[Sentence]:
    """Say which sub-group leads outside the EU.

    There is nothing to say unless an EU sub-group leads all.
    """
    eu = {group.label for group in list_sub_groups(context.quarter) if group.world_area == EU}
    others = [item for item in ranked if item[1] not in eu]
    leader, label = others[0]
    if ranked[0][1] not in eu or len(context.find_leaders(others)) != 1:
        return []
    rivals = ",".join(str(cell) for cell, _ in others)
    return [
        say(
            f"Outside of the EU, {label} had {{claim}}: {{n}}{{change}}.",
            claim=Claim("the most registrations", f"largest-of({leader},{rivals})"),
            n=context.figures.quote_count(leader),
            change=context.write_change(leader),
        )
    ]


def write_nationalities(context: BulletinContext) -> BulletinSection:
    """Write the nationalities with most registrations."""
    ordered = _rank_known_nationalities(context)[:_LISTED]
    shown = [(cell, label) for cell, label in ordered if context.figures.get_value(cell)]
    blocks: list[Block] = []
    if not shown:
        blocks.append(Paragraph(say("No nationality had more than negligible registrations.")))
        return BulletinSection("nationalities", "Nationalities", tuple(blocks))
    blocks += context.warn_of_breaks(shown[0][0])
    blocks.append(Paragraph(join_sentences(describe_leading_nationalities(context))))
    leaders = context.find_leaders(_rank_known_nationalities(context))
    title = choose_title(_name_leaders(leaders)) if leaders else say(NO_LEADER)
    blocks.append(
        build_comparison_figure(
            context, "nationalities", title, shown, "Nationality", "leading nationality"
        )
    )
    blocks.append(_draw_world(context))
    blocks.append(
        Paragraph(
            say(
                "Every nationality is in the tables and in the open data. Nationality is as "
                "recorded at registration and is not updated afterwards."
            )
        )
    )
    return BulletinSection("nationalities", "Nationalities", tuple(blocks))


def _draw_world(context: BulletinContext) -> Figure:
    """Draw a circle for each nationality on a world map.

    The table has all of them.
    """
    ordered = [c for c in _rank_known_nationalities(context) if context.figures.get_value(c[0])]
    leading = list_with_and(
        say("{name}", name=claim_rank(cell, "nationality", place, name))
        for place, (cell, name) in enumerate(ordered[:3], start=1)
    )
    words = context.name_period(ordered[0][0]).removeprefix("the ")
    counts = {cell.nationality: context.figures.get_value(cell) for cell, _ in ordered}
    names = {cell.nationality: name for cell, name in ordered}
    picture = f"Registrations by nationality, {words}"
    caption = f"NINo registrations by nationality, UK, {words}"
    return Figure(
        "world",
        say("{leading} stand out on the map", leading=leading)
        if len(ordered) > 1
        else say("One nationality is on the map"),
        f"{caption}. Circle areas are in proportion to registrations",
        join_sentences(
            [
                say(
                    "A map of the world with a circle in the country of each nationality; Europe "
                    "is enlarged below it."
                ),
                say(
                    f"{{claim}} in {context.name_period(ordered[0][0])} are {{top}}.",
                    claim=claim_rank(ordered[0][0], "nationality", 1, "The largest circles"),
                    top=list_with_and(
                        say(f"{name} ({{n}})", n=context.figures.quote_count(cell))
                        for cell, name in ordered[:5]
                    ),
                ),
                say("The table gives every nationality with registrations."),
            ]
        ),
        Drawing(
            *(
                read_world_map().draw(
                    counts, names, picture, context.write_count, size, measure=MEASURE
                )
                for size in (WIDE, NARROW)
            )
        ),
        BulletinTable(
            caption,
            ("Nationality", "Registrations"),
            tuple((name, build_exact_number(context.figures, cell)) for cell, name in ordered),
        ),
        notes=(
            say(
                "The land is drawn without borders. Nationalities are listed as they were "
                "published; those with nil or negligible registrations, and those that are "
                "unknown, are left out."
            ),
        ),
    )


def describe_leading_nationalities(context: BulletinContext) -> list[Sentence]:
    """Say which nationalities were the most common."""
    figures = context.figures
    ordered = [
        item for item in _rank_known_nationalities(context)[:3] if figures.get_value(item[0])
    ]
    if not ordered:
        return []
    leader = ordered[0][0]
    leaders = context.find_leaders(_rank_known_nationalities(context))
    if not leaders:
        period = context.name_period(leader)
        return [say(f"No nationality was clearly ahead of the others in {period}.")]
    others = ordered[len(leaders) :]
    sentence = say(
        f"{{names}} in {context.name_period(leader)}, with {{n}} "
        f"{'registration' if figures.get_value(leaders[-1][0]) == 1 else 'registrations'}",
        names=_name_leaders(leaders),
        n=list_with_and(say("{n}", n=figures.quote_count(cell)) for cell, _ in leaders),
    )
    if len(leaders) == 1 and figures.is_percentage_base(context.get_cell()):
        sentence += say(
            " ({share} of the total)", share=figures.quote_share(leader, context.get_cell())
        )
    if others:
        sentence += say(
            ", followed by {others}",
            others=list_with_and(
                say(
                    "{place} ({n})",
                    place=claim_rank(cell, "nationality", place, name),
                    n=figures.quote_count(cell),
                )
                for place, (cell, name) in enumerate(others, start=len(leaders) + 1)
            ),
        )
    return [sentence + say(".")]


def _name_leaders(leaders: list[tuple[Cell, str]]) -> Sentence:
    """Write `India was the most common nationality`."""
    names = list_with_and(say(name) for _, name in leaders)
    verb, noun = ("was", "nationality") if len(leaders) == 1 else ("were", "nationalities")
    most = claim_rank(leaders[-1][0], "nationality", len(leaders), "the most common")
    return say(f"{{names}} {verb} {{claim}} {noun}", names=names, claim=most)


def _rank_known_nationalities(context: BulletinContext) -> list[tuple[Cell, str]]:
    return context.rank_cells(
        [
            (context.get_cell(code), label)
            for code, label in context.list_members("nationality")
            if code != UNKNOWN_NATIONALITY
        ]
    )
