"""Registrations compared with other sources, and why they differ.

Figures of others are never published cells of these statistics: their marks name the series and the
period that they come from.
"""

from __future__ import annotations

from collections.abc import Sequence

from nino_assets.publishing.bulletin.blocks import (
    Block,
    BulletinSection,
    Bullets,
    Figure,
    Paragraph,
    Subheading,
)
from nino_assets.publishing.bulletin.commentary.bulletin_context import (
    ALL,
    NON_EU,
    BulletinContext,
    name_period,
)
from nino_assets.publishing.bulletin.commentary.chart_events import (
    build_key,
    explain_shading,
    find_breaks_within,
    place_marks,
)
from nino_assets.publishing.bulletin.commentary.exact_tables import build_chart_table
from nino_assets.publishing.bulletin.commentary.time_series import choose_ticks
from nino_assets.publishing.bulletin.commentary.where_next import HOME_OFFICE, ONS
from nino_assets.publishing.bulletin.prose import (
    Claim,
    ProseLink,
    Sentence,
    join_sentences,
    list_with_and,
    say,
)
from nino_assets.publishing.bulletin.quoted_figures import Pair, Term
from nino_assets.publishing.bulletin.source_figures import OtherSource, SourceFigure
from nino_assets.publishing.cells import Cell
from nino_assets.statistic.published_domain import YEAR_NATIONALITY
from nino_assets.statistic.quarters import Quarter
from nino_assets.writers.charts.chart import LINE, Chart, Point, build_series

_CUBE = YEAR_NATIONALITY


def write_comparison(context: BulletinContext, sources: Sequence[OtherSource]) -> BulletinSection:
    """Write what other sources show, and why they differ."""
    blocks: list[Block] = [
        Paragraph(
            say(
                "Registrations, visas and estimates of migration measure different things and "
                "move apart for known reasons."
            )
        )
    ]
    compared = [(source, _find_common_periods(context, source)) for source in sources]
    shown = [(source, periods) for source, periods in compared if len(periods) > 1]
    blocks += [Bullets(tuple(_describe_latest(context, *each) for each in shown))] if shown else []
    blocks += [_draw_figure(context, *each) for each in shown]
    blocks += [Subheading("Why they differ"), _list_reasons(), _link_sources()]
    return BulletinSection("other-sources", "Comparison with other sources", tuple(blocks))


def _find_common_periods(context: BulletinContext, source: OtherSource) -> list[Quarter]:
    """Return the latest unbroken run of year endings in both."""
    common = set(context.cells.list_quarters(_CUBE)) & set(source.values)
    run: list[Quarter] = []
    at = max(common, default=None)
    while at in common:
        run.insert(0, at)
        at -= 1
    return run


def _describe_latest(
    context: BulletinContext, source: OtherSource, periods: list[Quarter]
) -> Sentence:
    """Say what the source and registrations show for one year."""
    theirs, ours = _pair_figures(source, periods)
    year = name_period(_CUBE, periods[-1])
    return join_sentences(
        [
            say(
                f"{source.producer} figures show {{n}} {source.counted} in {year}{{change}}.",
                n=context.figures.quote_count(theirs[0]),
                change=_describe_change(context, theirs),
            ),
            say(
                f"{_name_registrations(source)} in the same year were {{n}}{{change}}.",
                n=context.figures.quote_count(ours[0]),
                change=_describe_change(context, ours),
            ),
        ]
    )


def _describe_change(context: BulletinContext, pair: tuple[Term, Term | None]) -> Sentence:
    now, then = pair
    if then is None:
        return Sentence(())
    words = name_period(_CUBE, then.quarter)
    return say(": {change}", change=context.figures.describe_change(Pair(now, then), words))


def _pair_figures(
    source: OtherSource, periods: list[Quarter]
) -> tuple[tuple[Term, Term | None], tuple[Term, Term | None]]:
    """Return the latest and the previous year's figures of both."""
    latest = periods[-1]
    before = latest - 4 if latest - 4 in periods else None
    theirs = (
        _get_their_figure(source, latest),
        _get_their_figure(source, before) if before else None,
    )
    ours = _get_our_cell(source, latest), _get_our_cell(source, before) if before else None
    return theirs, ours


def _get_our_cell(source: OtherSource, quarter: Quarter) -> Cell:
    return Cell(_CUBE, quarter, nationality=source.nationality)


def _get_their_figure(source: OtherSource, quarter: Quarter) -> SourceFigure:
    return SourceFigure(source.series, quarter, source.values[quarter])


def _name_registrations(source: OtherSource) -> str:
    return "Registrations to non-EU nationals" if source.nationality == NON_EU else "Registrations"


def _draw_figure(context: BulletinContext, source: OtherSource, periods: list[Quarter]) -> Figure:
    figures = context.figures
    name = "Non-EU NINos" if source.nationality == NON_EU else "NINos"
    lines: dict[str, list[Term]] = {
        name: [_get_our_cell(source, q) for q in periods],
        source.label: [_get_their_figure(source, q) for q in periods],
    }
    grouped = source.nationality != ALL
    broken = find_breaks_within(context, periods, 3, by_nationality=grouped)
    marks = place_marks(broken, periods, reach=3, by_nationality=grouped)
    chart = Chart(
        LINE,
        "Number",
        "Year ending",
        tuple(f"{q.last_month} {q.year}" for q in periods),
        build_series(
            *(
                (label, tuple(Point(figures.get_value(term), str(term)) for term in terms))
                for label, terms in lines.items()
            )
        ),
        choose_ticks(periods, yearly=True),
        marks,
    )
    who = _name_registrations(source)
    caption = f"{who} and {source.counted}, year endings, UK"
    return Figure(
        source.series.replace("_", "-"),
        _write_message(context, source, periods),
        f"{caption}, {chart.categories[0]} to {chart.categories[-1]}",
        join_sentences(
            [
                say("A line chart of rolling years."),
                *(_describe_line(context, label, terms) for label, terms in lines.items()),
            ]
        ),
        chart,
        build_chart_table(chart, caption),
        key=build_key(broken),
        notes=explain_shading(marks),
        other_sources=source.cited,
    )


def _write_message(
    context: BulletinContext, source: OtherSource, periods: list[Quarter]
) -> Sentence:
    """Write `Visas fell by 3% and non-EU registrations rose by 2%`."""
    theirs, ours = _pair_figures(source, periods)
    who = "non-EU registrations" if source.nationality == NON_EU else "registrations"
    if theirs[1] is None or ours[1] is None:
        return say(f"{source.label} beside {who}")
    return say(
        f"{source.label} {{theirs}} and {who} {{ours}}",
        theirs=_describe_move(context, Pair(theirs[0], theirs[1])),
        ours=_describe_move(context, Pair(ours[0], ours[1])),
    )


def _describe_move(context: BulletinContext, pair: Pair[Term]) -> Sentence:
    moved = context.figures.describe_move(pair, "rose", "fell", "stayed broadly unchanged")
    return moved + context.figures.mark_break(pair)


def _describe_line(context: BulletinContext, label: str, terms: list[Term]) -> Sentence:
    """Describe a line: its ends, its peak and its lowest point.

    An extreme that is written as another of these points is left out.
    """
    figures = context.figures
    top, low = max(terms, key=figures.get_value), min(terms, key=figures.get_value)
    marks = ",".join(str(term) for term in terms)

    def point(term: Term) -> Sentence:
        return say(f"{{n}} in {name_period(_CUBE, term.quarter)}", n=figures.quote_count(term))

    texts = {term: figures.quote_count(term).text for term in (terms[0], terms[-1], top, low)}
    extremes = [
        say("{claim} at {n}", claim=Claim(word, f"{name}({term},{marks})"), n=point(term))
        for word, name, term in (("highest", "largest-of", top), ("lowest", "smallest-of", low))
        if all(text != texts[term] for other, text in texts.items() if other != term)
    ]
    ends = say(f"{label}: {{first}} and {{last}}", first=point(terms[0]), last=point(terms[-1]))
    if extremes:
        ends += say("; {extremes}", extremes=list_with_and(extremes))
    return ends + say(".")


def _list_reasons() -> Block:
    return Bullets(
        (
            say(
                "Long-term migration estimates count people who stay for a year or more. "
                "Registrations include people who stay for a short time."
            ),
            say(
                "A registration can come long after arrival, and waits for interviews have at "
                "times delayed it further."
            ),
            say(
                "Some people do not need a NINo, or not at once: many students and dependants, "
                "and people who do not work."
            ),
            say(
                "A visa is a permission to come. Not everyone who has one comes or registers, and "
                "some nationals need none."
            ),
        )
    )


def _link_sources() -> Block:
    return Paragraph(
        say(
            "See the {home_office} and the {ons}.",
            home_office=ProseLink("Home Office immigration statistics", HOME_OFFICE),
            ons=ProseLink("migration estimates of the Office for National Statistics", ONS),
        )
    )
