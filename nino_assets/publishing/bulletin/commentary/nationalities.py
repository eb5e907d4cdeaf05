"""EU and non-EU, the sub-groups, and single nationalities."""

from __future__ import annotations

from nino_assets.publishing.bulletin.blocks import (
    Block,
    BulletinSection,
    BulletinTable,
    Bullets,
    Drawing,
    Figure,
    Paragraph,
)
from nino_assets.publishing.bulletin.commentary.bulletin_context import (
    EU,
    MEASURE,
    NON_EU,
    UNKNOWN_NATIONALITY,
    UNKNOWN_SUB_GROUP,
    BulletinContext,
    ranks,
    short_name,
)
from nino_assets.publishing.bulletin.commentary.chart_events import (
    broken_within,
    key_of,
    marks_of,
    note_of,
)
from nino_assets.publishing.bulletin.commentary.exact_tables import (
    change_headings,
    change_row,
    chart_table,
    exact,
)
from nino_assets.publishing.bulletin.commentary.time_series import describe, line
from nino_assets.publishing.bulletin.map_lists import read_world_map
from nino_assets.publishing.bulletin.prose import Claim, Sentence, listed, run_on, say
from nino_assets.publishing.cells import Cell
from nino_assets.statistic.published_domain import slug
from nino_assets.writers.charts import palette
from nino_assets.writers.charts.chart import BARS, Chart, Series
from nino_assets.writers.maps.world_map import NARROW, WIDE

EU_SUB_GROUPS = (
    ("European Union EU15", "EU15"),
    ("European Union EU8", "EU8"),
    ("European Union EU2", "EU2"),
    ("European Union Other", "EU Other"),
)
_LISTED = 15


def eu_and_non_eu(story: BulletinContext) -> BulletinSection:
    """The two groups compared, and the EU by its sub-groups over time."""
    figures = story.figures
    eu, non_eu = story.cell(EU), story.cell(NON_EU)
    blocks: list[Block] = story.break_warning(eu)
    high, low = (eu, non_eu) if figures.value(eu) >= figures.value(non_eu) else (non_eu, eu)
    names = {eu: "EU", non_eu: "non-EU"}
    sentences = [
        say(
            f"In {story.words(eu)}, registrations to {names[high]} nationals ({{high}}) "
            f"{{claim}} those to {names[low]} nationals ({{low}}).",
            high=figures.count(high),
            low=figures.count(low),
            claim=Claim(
                "outnumbered" if figures.value(high) > figures.value(low) else "equalled",
                f"at-least({high},{low})",
            ),
        )
    ]
    for cell, who in ((eu, "EU"), (non_eu, "non-EU")):
        kind = "year ending" if story.has_year else "quarter"
        sentences += story.record_sentence(cell, f"The {who} figure was", kind)
    blocks.append(Paragraph(run_on(sentences)))
    changes = [_change_sentence(story, slug(label), short) for label, short in EU_SUB_GROUPS]
    blocks += [Paragraph(say("Within the EU:")), Bullets(tuple(changes))]
    years = story.cells.list_quarters(story.cell().cube)
    if len(years) > 1:
        members = tuple((slug(label), short) for label, short in EU_SUB_GROUPS)
        reach = 3 if story.has_year else 0
        broken = broken_within(story, years, reach)
        chart = line(story, eu.cube, years, members, marks_of(broken, years, reach=reach))
        best = max(members, key=lambda m: figures.value(story.cell(m[0])))
        others = ",".join(str(story.cell(code)) for code, _ in members)
        period = "year endings" if story.has_year else "quarters"
        blocks.append(
            Figure(
                "eu-sub-groups",
                say(
                    f"{best[1]} nationals were {{claim}} EU group in {story.words(eu)}",
                    claim=Claim("the largest", f"largest-of({story.cell(best[0])},{others})"),
                ),
                f"NINo registrations by EU sub-group, {period}, UK, "
                f"{chart.categories[0]} to {chart.categories[-1]}",
                run_on(
                    [
                        say("A line chart of four sub-groups."),
                        *(describe(story, story.cell(code), years, name) for code, name in members),
                    ]
                ),
                chart,
                chart_table(chart, f"NINo registrations by EU sub-group, {period}, UK"),
                key=key_of(broken),
                notes=(
                    *note_of(broken),
                    say(
                        "EU15 here is the member states before May 2004 other than the UK. EU8 "
                        "joined in May 2004, EU2 (Bulgaria and Romania) in January 2007. EU Other "
                        "is Croatia, Cyprus and Malta. Countries are grouped as they are today "
                        "for the whole series."
                    ),
                ),
            )
        )
    return BulletinSection("eu-and-non-eu", "EU and non-EU nationals", tuple(blocks))


def sub_groups(story: BulletinContext) -> BulletinSection:
    """All sub-groups against the year before."""
    cells = [(story.cell(code), label) for code, label in story.names("sub_group")]
    ordered = story.ranked(cells)
    known = [item for item in ordered if item[0].nationality != UNKNOWN_SUB_GROUP]
    leader, label = known[0]
    blocks: list[Block] = story.break_warning(leader)
    top = say(
        "{leads}. {n}.",
        leads=story.leads(leader, "sub_group", short_name(label), " of any sub-group"),
        n=story.registered_with_change(leader, f"to {short_name(label)} nationals"),
    )
    blocks.append(Paragraph(run_on([top, *_outside_the_eu(story, known)])))
    title = story.leads(leader, "sub_group", short_name(label), " of any sub-group")
    blocks.append(
        comparison_figure(
            story, "sub-groups", title, ordered, "Sub-group", "sub-group of nationality"
        )
    )
    return BulletinSection("sub-groups", "Sub-groups of nationality", tuple(blocks))


def _outside_the_eu(story: BulletinContext, ranked: list[tuple[Cell, str]]) -> list[Sentence]:
    """The leading sub-group outside the EU, when an EU sub-group leads all."""
    eu = {label for label, _ in EU_SUB_GROUPS}
    others = [item for item in ranked if item[1] not in eu]
    leader, label = others[0]
    if ranked[0][1] not in eu or not story.figures.value(leader):
        return []
    rivals = ",".join(str(cell) for cell, _ in others)
    return [
        say(
            f"Outside of the EU, {label} had {{claim}}: {{n}}{{change}}.",
            claim=Claim("the most registrations", f"largest-of({leader},{rivals})"),
            n=story.figures.count(leader),
            change=story.change(leader),
        )
    ]


def single_nationalities(story: BulletinContext) -> BulletinSection:
    """The nationalities with most registrations."""
    ordered = _known_nationalities(story)[:_LISTED]
    shown = [(cell, label) for cell, label in ordered if story.figures.value(cell)]
    blocks: list[Block] = []
    if not shown:
        blocks.append(Paragraph(say("No nationality had more than negligible registrations.")))
        return BulletinSection("nationalities", "Nationalities", tuple(blocks))
    blocks += story.break_warning(shown[0][0])
    blocks.append(Paragraph(run_on(leading_nationalities(story))))
    leader, label = shown[0]
    title = say(
        f"{label} was {{claim}} nationality",
        claim=ranks(leader, "nationality", 1, "the most common"),
    )
    blocks.append(
        comparison_figure(
            story, "nationalities", title, shown, "Nationality", "leading nationality"
        )
    )
    blocks.append(_world(story))
    blocks.append(
        Paragraph(
            say(
                "Every nationality is in the tables and in the open data. Nationality is as "
                "recorded at registration and is not updated afterwards."
            )
        )
    )
    return BulletinSection("nationalities", "Nationalities", tuple(blocks))


def _world(story: BulletinContext) -> Figure:
    """A map of the world with a circle for each nationality, and all of them in its table."""
    ordered = [c for c in _known_nationalities(story) if story.figures.value(c[0])]
    leading = listed(
        say("{name}", name=ranks(cell, "nationality", place, name))
        for place, (cell, name) in enumerate(ordered[:3], start=1)
    )
    words = story.words(ordered[0][0]).removeprefix("the ")
    counts = {cell.nationality: story.figures.value(cell) for cell, _ in ordered}
    names = {cell.nationality: name for cell, name in ordered}
    picture = f"Registrations by nationality, {words}"
    caption = f"NINo registrations by nationality, UK, {words}"
    return Figure(
        "world",
        say("{leading} stand out on the map", leading=leading)
        if len(ordered) > 1
        else say("One nationality is on the map"),
        f"{caption}. Circle areas are in proportion to registrations",
        run_on(
            [
                say(
                    "A map of the world with a circle in the country of each nationality; Europe "
                    "is enlarged below it."
                ),
                say(
                    f"{{claim}} in {story.words(ordered[0][0])} are {{top}}.",
                    claim=ranks(ordered[0][0], "nationality", 1, "The largest circles"),
                    top=listed(
                        say(f"{name} ({{n}})", n=story.figures.count(cell))
                        for cell, name in ordered[:5]
                    ),
                ),
                say("The table gives every nationality with registrations."),
            ]
        ),
        Drawing(
            *(
                read_world_map().draw(counts, names, picture, story.write, size, measure=MEASURE)
                for size in (WIDE, NARROW)
            )
        ),
        BulletinTable(
            caption,
            ("Nationality", "Registrations"),
            tuple((name, exact(story.figures, cell)) for cell, name in ordered),
        ),
        notes=(
            say(
                "The land is drawn without borders. Nationalities are listed as they were "
                "published; those with nil or negligible registrations, and those that are "
                "unknown, are left out."
            ),
        ),
    )


def leading_nationalities(story: BulletinContext) -> list[Sentence]:
    """`India was the most common nationality … followed by Romania and Poland.`"""
    figures = story.figures
    ordered = [item for item in _known_nationalities(story)[:3] if figures.value(item[0])]
    if not ordered:
        return []
    (leader, label), *others = ordered
    sentence = say(
        f"{label} was {{claim}} nationality in {story.words(leader)}, with {{n}} registrations",
        claim=ranks(leader, "nationality", 1, "the most common"),
        n=figures.count(leader),
    )
    if figures.value(story.cell()):
        sentence += say(" ({share} of the total)", share=figures.share(leader, story.cell()))
    if others:
        sentence += say(
            ", followed by {others}",
            others=listed(
                say(
                    "{place} ({n})",
                    place=ranks(cell, "nationality", place, name),
                    n=figures.count(cell),
                )
                for place, (cell, name) in enumerate(others, start=2)
            ),
        )
    return [sentence + say(".")]


def comparison_figure(  # noqa: PLR0913, PLR0917 - a figure has these words
    story: BulletinContext,
    name: str,
    title: Sentence,
    cells: list[tuple[Cell, str]],
    heading: str,
    what: str,
) -> Figure:
    """Bars of this period, beside those of a year before when the edition holds them."""
    labels = tuple(label for _, label in cells)
    now = [cell for cell, _ in cells]
    words = story.words(now[0]).removeprefix("the ")
    pairs = [story.pair(cell) for cell in now]
    caption = f"NINo registrations by {what}, UK, {words}"
    series = [Series(_heading(story, now[0]), story.points(now), palette.NAVY)]
    table = BulletinTable(
        caption,
        (heading, "Registrations"),
        tuple((label, exact(story.figures, cell)) for cell, label in cells),
    )
    compared = [pair for pair in pairs if pair]
    if len(compared) == len(cells):
        then = [pair.then for pair in compared]
        series.insert(0, Series(_heading(story, then[0]), story.points(then), palette.GREY))
        caption += " and a year earlier"
        table = BulletinTable(
            caption,
            (
                heading,
                series[0].label,
                series[1].label,
                *change_headings(story.figures, compared[0]),
            ),
            tuple(
                change_row(story.figures, label, pair)
                for label, pair in zip(labels, compared, strict=True)
            ),
        )
    return Figure(
        name,
        title,
        caption,
        _in_order(story, f"A bar chart by {what}.", story.ranked(cells)),
        Chart(BARS, MEASURE, heading, labels, tuple(series)),
        table,
    )


def _in_order(story: BulletinContext, opening: str, ordered: list[tuple[Cell, str]]) -> Sentence:
    """A description: the three largest and the smallest, with their figures."""
    figures = story.figures
    named = listed(say(f"{label} ({{n}})", n=figures.count(cell)) for cell, label in ordered[:3])
    order = f"descending({','.join(str(cell) for cell, _ in ordered)})"
    verb = "is" if len(ordered) == 1 else "are"
    sentence = say(
        f"{opening} In {story.words(ordered[0][0])} {{claim}} {verb} {{named}}",
        claim=Claim("the largest", order),
        named=named,
    )
    if len(ordered) > 3:
        last, label = ordered[-1]
        sentence += say(
            f"; {{claim}} is {label} ({{n}})",
            claim=Claim("the smallest", order),
            n=figures.count(last),
        )
    return sentence + say(".")


def _known_nationalities(story: BulletinContext) -> list[tuple[Cell, str]]:
    return story.ranked(
        [
            (story.cell(code), label)
            for code, label in story.names("nationality")
            if code != UNKNOWN_NATIONALITY
        ]
    )


def _change_sentence(story: BulletinContext, code: str, short: str) -> Sentence:
    cell = story.cell(code)
    return say(f"{short}: {{count}}", count=story.figures.count(cell)) + story.change(cell)


def _heading(story: BulletinContext, cell: Cell) -> str:
    words = story.words(cell).removeprefix("the ")
    return words[0].upper() + words[1:]
