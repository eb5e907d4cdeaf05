"""The full series by year ending and quarter, as line charts."""

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
    name_period,
)
from nino_assets.publishing.bulletin.commentary.chart_events import (
    build_key,
    explain_breaks,
    explain_shading,
    find_breaks_within,
    letter_events,
    place_marks,
)
from nino_assets.publishing.bulletin.commentary.exact_tables import build_chart_table
from nino_assets.publishing.bulletin.prose import (
    Claim,
    Sentence,
    join_sentences,
    list_with_and,
    say,
)
from nino_assets.publishing.bulletin.quoted_figures import Pair
from nino_assets.publishing.cells import Cell
from nino_assets.statistic.published_domain import QUARTER_NATIONALITY, YEAR_NATIONALITY, Cube
from nino_assets.statistic.quarters import Quarter
from nino_assets.writers.charts.chart import LINE, Chart, EventMark, build_series

_TICKS = 7


def write_registrations_over_time(context: BulletinContext) -> BulletinSection:
    """Write two line charts, with every event explained."""
    blocks: list[Block] = []
    years = context.cells.list_quarters(YEAR_NATIONALITY)
    if len(years) > 1:
        blocks += _write_years(context, years)
    elif not years:
        blocks.append(context.explain_missing_quarters("Figures for a year ending are", 4))
    blocks += _write_quarters(context)
    blocks += explain_breaks(context)
    return BulletinSection("series", "Registrations over time", tuple(blocks))


def build_line_chart(
    context: BulletinContext,
    cube: Cube,
    quarters: list[Quarter],
    members: tuple[tuple[str, str], ...],
    marks: tuple[EventMark, ...] = (),
) -> Chart:
    """Build a line chart of nationality groups over periods."""
    yearly = cube.period == "year_ending"
    runs = (
        (label, context.build_points([Cell(cube, q, nationality=code) for q in quarters]))
        for code, label in members
    )
    return Chart(
        LINE,
        MEASURE,
        "Year ending" if yearly else "Quarter",
        tuple(f"{q.last_month} {q.year}" if yearly else q.title for q in quarters),
        build_series(*runs),
        choose_ticks(quarters, yearly),
        marks,
    )


def describe_line(
    context: BulletinContext, cell: Cell, quarters: list[Quarter], label: str
) -> Sentence:
    """Describe a line: its ends, its peak and its lowest point.

    An extreme that is written as another of these points is left out.
    """
    figures = context.figures
    values = {q: figures.get_value(cell.move_to(q)) for q in quarters}
    top, low = max(values, key=lambda q: values[q]), min(values, key=lambda q: values[q])
    first, last = quarters[0], quarters[-1]

    def point(quarter: Quarter) -> Sentence:
        words = name_period(cell.cube, quarter)
        return say(f"{{n}} in {words}", n=figures.quote_count(cell.move_to(quarter)))

    span = f"{cell.move_to(first)},{cell.move_to(last)}"
    texts = {q: figures.quote_count(cell.move_to(q)).text for q in (first, last, top, low)}
    extremes = [
        say("{claim} at {n}", claim=Claim(word, f"{name}({cell.move_to(q)},{span})"), n=point(q))
        for word, name, q in (("highest", "peak", top), ("lowest", "trough", low))
        if all(text != texts[q] for other, text in texts.items() if other != q)
    ]
    ends = say(f"{label}: {{first}} and {{last}}", first=point(first), last=point(last))
    if extremes:
        ends += say("; {extremes}", extremes=list_with_and(extremes))
    return ends + say(".")


def choose_ticks(quarters: list[Quarter], yearly: bool) -> tuple[tuple[int, str], ...]:
    """Choose about seven periods to name on the axis.

    They are the first quarter of years, or December and the last year ending. A short series has
    every period.
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


def _write_years(context: BulletinContext, years: list[Quarter]) -> list[Block]:
    members = ((ALL, "Total"), (EU, "EU"), (NON_EU, "Non-EU"))
    broken = find_breaks_within(context, years, 3)
    marks = place_marks(broken, years, reach=3)
    chart = build_line_chart(context, YEAR_NATIONALITY, years, members, marks)
    descriptions = [
        describe_line(
            context, Cell(YEAR_NATIONALITY, context.quarter, nationality=code), years, label
        )
        for code, label in members
    ]
    cell = context.get_cell()
    pair = context.find_pair(cell)
    title = say("Registrations over rolling years")
    if pair:
        title = _write_moved_title(context, pair)
    return [
        Paragraph(
            join_sentences(
                [
                    say(
                        "Registrations move with the seasons and with operations. A year ending, "
                        "the total of four quarters adjusted in its own right, shows the trend "
                        "best."
                    ),
                    say("{total}.", total=context.describe_with_change(cell)),
                ]
            )
        ),
        Figure(
            "year-endings",
            title,
            f"NINo registrations by nationality group, year endings, UK, "
            f"{years[0].last_month} {years[0].year} to {years[-1].last_month} {years[-1].year}",
            join_sentences([say("A line chart of rolling years."), *descriptions]),
            chart,
            build_chart_table(chart, "NINo registrations by nationality group, year endings, UK"),
            key=build_key(broken),
            notes=explain_shading(marks),
        ),
    ]


def _write_moved_title(context: BulletinContext, pair: Pair[Cell]) -> Sentence:
    """Write `Registrations fell by 12% in the year ending June 2020`."""
    moved = context.figures.describe_move(pair, "rose", "fell", "stayed broadly unchanged")
    return say(f"Registrations {{moved}} in {context.name_period(pair.now)}", moved=moved) + (
        context.figures.mark_break(pair)
    )


def _write_quarters(context: BulletinContext) -> list[Block]:
    quarters = context.cells.list_quarters(QUARTER_NATIONALITY)
    cell = context.get_quarter_cell()
    lettered = letter_events(context)
    marks = place_marks(lettered, quarters, by_nationality=False)
    chart = build_line_chart(context, cell.cube, quarters, ((ALL, "Total"),), marks)
    pair = context.find_pair(cell)
    title = say("Quarterly registrations follow seasons and events")
    if pair:
        moved = context.figures.describe_move(pair, "rose", "fell", "stayed broadly unchanged")
        words = f"Registrations in {context.name_period(cell)} {{moved}} on a year earlier"
        title = say(words, moved=moved) + context.figures.mark_break(pair)
    describe_quarters = describe_line(context, cell, quarters, "Total")
    return [
        Subheading("By quarter"),
        Paragraph(
            join_sentences(
                [
                    say(
                        "Compare a quarter with the same quarter of another year. Quarters are "
                        "seasonal, and policy and operations affect when people register."
                    ),
                    say("{total}.", total=context.describe_with_change(cell)),
                ]
            )
        ),
        Figure(
            "quarters",
            title,
            f"NINo registrations, quarters, UK, {context.edition.coverage}",
            join_sentences([say("A line chart of quarters."), describe_quarters]),
            chart,
            build_chart_table(chart, "NINo registrations by quarter, UK"),
            key=build_key(lettered),
            notes=explain_shading(marks),
        ),
    ]
