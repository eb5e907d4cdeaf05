"""The full series, by year ending and by quarter, as line charts and in words."""

from __future__ import annotations

from nino_assets.publishing.bulletin.blocks import (
    Block,
    BulletinSection,
    Figure,
    Paragraph,
    Subheading,
)
from nino_assets.publishing.bulletin.commentary.bulletin_context import (
    ALL,
    EU,
    MEASURE,
    NON_EU,
    BulletinContext,
    period_words,
)
from nino_assets.publishing.bulletin.commentary.chart_events import (
    breaks_explained,
    broken_within,
    key_of,
    lettered_events,
    marks_of,
    note_of,
)
from nino_assets.publishing.bulletin.commentary.exact_tables import chart_table
from nino_assets.publishing.bulletin.prose import Claim, Sentence, run_on, say
from nino_assets.publishing.bulletin.quoted_figures import Pair
from nino_assets.publishing.cells import Cell
from nino_assets.statistic.published_domain import QUARTER_NATIONALITY, YEAR_NATIONALITY, Cube
from nino_assets.statistic.quarters import Quarter
from nino_assets.writers.charts.chart import LINE, Chart, EventMark, build_series

_TICKS = 7


def registrations_over_time(story: BulletinContext) -> BulletinSection:
    """Two line charts, with every event of the period explained."""
    blocks: list[Block] = []
    years = story.cells.list_quarters(YEAR_NATIONALITY)
    if len(years) > 1:
        blocks += _years(story, years)
    elif not years:
        blocks.append(story.not_yet("Figures for a year ending are", 4))
    blocks += _quarters(story)
    blocks += breaks_explained(story)
    return BulletinSection("series", "Registrations over time", tuple(blocks))


def line(
    story: BulletinContext,
    cube: Cube,
    quarters: list[Quarter],
    members: tuple[tuple[str, str], ...],
    marks: tuple[EventMark, ...] = (),
) -> Chart:
    """A line chart of members of the nationality dimension over periods."""
    yearly = cube.period == "year_ending"
    runs = (
        (label, story.points([Cell(cube, q, nationality=code) for q in quarters]))
        for code, label in members
    )
    return Chart(
        LINE,
        MEASURE,
        "Year ending" if yearly else "Quarter",
        tuple(f"{q.last_month} {q.year}" if yearly else q.title for q in quarters),
        build_series(*runs),
        ticks(quarters, yearly),
        marks,
    )


def describe(story: BulletinContext, cell: Cell, quarters: list[Quarter], label: str) -> Sentence:
    """A line in words: where it begins, its peak, its lowest point, where it ends."""
    figures = story.figures
    values = {q: figures.value(cell.move_to(q)) for q in quarters}
    top, low = max(values, key=lambda q: values[q]), min(values, key=lambda q: values[q])
    first, last = quarters[0], quarters[-1]

    def point(quarter: Quarter) -> Sentence:
        words = period_words(cell.cube, quarter)
        return say(f"{{n}} in {words}", n=figures.count(cell.move_to(quarter)))

    span = f"{cell.move_to(first)},{cell.move_to(last)}"
    ends = say(f"{label}: {{first}} and {{last}}", first=point(first), last=point(last))
    high = Claim("highest", f"peak({cell.move_to(top)},{span})")
    bottom = Claim("lowest", f"trough({cell.move_to(low)},{span})")
    return ends + say(
        "; {highest} at {top}, {lowest} at {low}.",
        highest=high,
        top=point(top),
        lowest=bottom,
        low=point(low),
    )


def ticks(quarters: list[Quarter], yearly: bool) -> tuple[tuple[int, str], ...]:
    """The first quarter of years, or December and the last year ending, thinned to seven or so.

    Every period of a short series.
    """
    if len(quarters) <= 8:
        return tuple(
            (n, f"{q.last_month[:3]} {q.year}" if yearly else q.label.replace("-", " "))
            for n, q in enumerate(quarters)
        )
    starts = [(n, q) for n, q in enumerate(quarters) if q.number == (4 if yearly else 1)]
    step = -(-len(starts) // _TICKS)
    named = [(n, f"{'Dec ' if yearly else ''}{q.year}") for n, q in starts[::step]]
    if not yearly:
        return tuple(named)
    last = len(quarters) - 1
    kept = [tick for tick in named if last - tick[0] > len(quarters) / (2 * _TICKS)]
    return (*kept, (last, f"{quarters[-1].last_month[:3]} {quarters[-1].year}"))


def _years(story: BulletinContext, years: list[Quarter]) -> list[Block]:
    members = ((ALL, "Total"), (EU, "EU"), (NON_EU, "Non-EU"))
    broken = broken_within(story, years, 3)
    marks = marks_of(broken, years, reach=3)
    chart = line(story, YEAR_NATIONALITY, years, members, marks)
    descriptions = [
        describe(story, Cell(YEAR_NATIONALITY, story.quarter, nationality=code), years, label)
        for code, label in members
    ]
    cell = story.cell()
    pair = story.pair(cell)
    title = say("Registrations over rolling years")
    if pair:
        title = _moved_title(story, pair)
    return [
        Paragraph(
            run_on(
                [
                    say(
                        "Registrations move with the seasons and with operations. A year ending, "
                        "the total of four quarters adjusted in its own right, shows the trend "
                        "best."
                    ),
                    say("{total}.", total=story.registered_with_change(cell)),
                ]
            )
        ),
        Figure(
            "year-endings",
            title,
            f"NINo registrations by nationality group, year endings, UK, "
            f"{years[0].last_month} {years[0].year} to {years[-1].last_month} {years[-1].year}",
            run_on([say("A line chart of rolling years."), *descriptions]),
            chart,
            chart_table(chart, "NINo registrations by nationality group, year endings, UK"),
            key=key_of(broken),
            notes=note_of(broken),
        ),
    ]


def _moved_title(story: BulletinContext, pair: Pair[Cell]) -> Sentence:
    """A message: `Registrations fell by 12% in the year ending June 2020`."""
    moved = story.figures.moved_by(pair, "rose", "fell", "stayed broadly unchanged")
    return say(f"Registrations {{moved}} in {story.words(pair.now)}", moved=moved) + (
        story.figures.break_mark(pair)
    )


def _quarters(story: BulletinContext) -> list[Block]:
    quarters = story.cells.list_quarters(QUARTER_NATIONALITY)
    cell = story.quarter_cell()
    happened = lettered_events(story)
    chart = line(story, cell.cube, quarters, ((ALL, "Total"),), marks_of(happened, quarters))
    pair = story.pair(cell)
    title = say("Quarterly registrations follow seasons and events")
    if pair:
        moved = story.figures.moved_by(pair, "rose", "fell", "stayed broadly unchanged")
        words = f"Registrations in {story.words(cell)} {{moved}} on a year earlier"
        title = say(words, moved=moved) + story.figures.break_mark(pair)
    describe_quarters = describe(story, cell, quarters, "Total")
    return [
        Subheading("By quarter"),
        Paragraph(
            run_on(
                [
                    say(
                        "Compare a quarter with the same quarter of another year. Quarters are "
                        "seasonal, and policy and operations affect when people register."
                    ),
                    say("{total}.", total=story.registered_with_change(cell)),
                ]
            )
        ),
        Figure(
            "quarters",
            title,
            f"NINo registrations, quarters, UK, {story.edition.coverage}",
            run_on([say("A line chart of quarters."), describe_quarters]),
            chart,
            chart_table(chart, "NINo registrations by quarter, UK"),
            key=key_of(happened),
            notes=note_of(happened),
        ),
    ]
