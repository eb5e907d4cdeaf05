"""EU and non-EU nationals, and the EU by its sub-groups."""

from __future__ import annotations

from nino_assets.publishing.bulletin.blocks import (
    Block,
    BulletinSection,
    Bullets,
    Figure,
    Paragraph,
)
from nino_assets.publishing.bulletin.commentary.bulletin_context import (
    EU,
    NO_LEADER,
    NON_EU,
    BulletinContext,
    choose_title,
)
from nino_assets.publishing.bulletin.commentary.chart_events import (
    build_key,
    explain_shading,
    find_breaks_within,
    place_marks,
)
from nino_assets.publishing.bulletin.commentary.exact_tables import (
    build_chart_table,
)
from nino_assets.publishing.bulletin.commentary.time_series import build_line_chart, describe_line
from nino_assets.publishing.bulletin.prose import (
    Claim,
    Sentence,
    join_sentences,
    list_with_and,
    say,
)
from nino_assets.publishing.cells import Cell
from nino_assets.statistic.nationality_list import list_sub_groups
from nino_assets.statistic.published_domain import make_slug
from nino_assets.statistic.vocabulary import EU as EU_LABEL


def write_eu_and_non_eu(context: BulletinContext) -> BulletinSection:
    """Compare the two groups, and the EU sub-groups over time."""
    figures = context.figures
    eu, non_eu = context.get_cell(EU), context.get_cell(NON_EU)
    blocks: list[Block] = context.warn_of_breaks(eu)
    high, low = (eu, non_eu) if figures.get_value(eu) >= figures.get_value(non_eu) else (non_eu, eu)
    names = {eu: "EU", non_eu: "non-EU"}
    clear = figures.is_clear(high, low)
    sentences = [
        say(
            f"In {context.name_period(eu)}, registrations to {names[high]} nationals ({{high}}) "
            f"{{claim}} those to {names[low]} nationals ({{low}}).",
            high=figures.quote_count(high),
            low=figures.quote_count(low),
            claim=Claim(
                "outnumbered" if clear else "were about as many as",
                f"{'at-least' if clear else 'about-equal'}({high},{low})",
            ),
        )
    ]
    for cell, who in ((eu, "EU"), (non_eu, "non-EU")):
        kind = "year ending" if context.has_year else "quarter"
        sentences += context.describe_record(cell, f"The {who} figure was", kind)
    blocks.append(Paragraph(join_sentences(sentences)))
    groups = [group for group in list_sub_groups(context.quarter) if group.world_area == EU_LABEL]
    changes = [_describe_change(context, make_slug(each.label), each.short) for each in groups]
    blocks += [Paragraph(say("Within the EU:")), Bullets(tuple(changes))]
    years = context.cells.list_quarters(context.get_cell().cube)
    if len(years) > 1:
        members = tuple((make_slug(each.label), each.short) for each in groups)
        reach = 3 if context.has_year else 0
        broken = find_breaks_within(context, years, reach)
        marks = place_marks(broken, years, reach=reach)
        chart = build_line_chart(context, eu.cube, years, members, marks)
        ranked = context.rank_cells([(context.get_cell(code), name) for code, name in members])
        period = "year endings" if context.has_year else "quarters"
        blocks.append(
            Figure(
                "eu-sub-groups",
                _write_largest(context, ranked),
                f"NINo registrations by EU sub-group, {period}, UK, "
                f"{chart.categories[0]} to {chart.categories[-1]}",
                join_sentences(
                    [
                        say("A line chart of the sub-groups of the EU."),
                        *(
                            describe_line(context, context.get_cell(code), years, name)
                            for code, name in members
                        ),
                    ]
                ),
                chart,
                build_chart_table(chart, f"NINo registrations by EU sub-group, {period}, UK"),
                key=build_key(broken),
                notes=(
                    *explain_shading(marks),
                    say(
                        " ".join(f"{each.short} {each.about}." for each in groups if each.about)
                        + " Countries are grouped as they are today for the whole series."
                    ),
                ),
            )
        )
    return BulletinSection("eu-and-non-eu", "EU and non-EU nationals", tuple(blocks))


def _write_largest(context: BulletinContext, ranked: list[tuple[Cell, str]]) -> Sentence:
    """Write `EU2 nationals were the largest EU group in …`."""
    leaders = context.find_leaders(ranked)
    if not leaders:
        return say(NO_LEADER)
    names = list_with_and(say(name) for _, name in leaders)
    rest = [cell for cell, _ in ranked[len(leaders) - 1 :]]
    largest = Claim("the largest", f"largest-of({','.join(map(str, rest))})")
    words = f"{{names}} nationals were {{claim}} EU {'group' if len(leaders) == 1 else 'groups'}"
    return choose_title(
        say(f"{words} in {context.name_period(rest[0])}", names=names, claim=largest),
        say(words, names=names, claim=largest),
    )


def _describe_change(context: BulletinContext, code: str, short: str) -> Sentence:
    cell = context.get_cell(code)
    return say(
        f"{short}: {{count}}", count=context.figures.quote_count(cell)
    ) + context.write_change(cell)
