"""Registrations beside the figures of other sources, in words and pictures, and why they differ.

Belongs here: what the bulletin says of others' figures. They are never published cells of these
statistics: their marks name the series and period that they come from.
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
from nino_assets.publishing.bulletin.commentary.background import HOME_OFFICE, ONS
from nino_assets.publishing.bulletin.commentary.bulletin_context import (
    NON_EU,
    BulletinContext,
    period_words,
)
from nino_assets.publishing.bulletin.commentary.chart_events import (
    broken_within,
    key_of,
    marks_of,
    note_of,
)
from nino_assets.publishing.bulletin.commentary.exact_tables import chart_table
from nino_assets.publishing.bulletin.commentary.time_series import ticks
from nino_assets.publishing.bulletin.prose import Claim, ProseLink, Sentence, run_on, say
from nino_assets.publishing.bulletin.quoted_figures import Pair, Term
from nino_assets.publishing.bulletin.source_figures import OtherSource, SourceFigure
from nino_assets.publishing.cells import Cell
from nino_assets.statistic.published_domain import YEAR_NATIONALITY
from nino_assets.statistic.quarters import Quarter
from nino_assets.writers.charts.chart import LINE, Chart, Point, build_series

_CUBE = YEAR_NATIONALITY


def comparison(story: BulletinContext, sources: Sequence[OtherSource]) -> BulletinSection:
    """What other sources show, where they were given, and why they differ."""
    blocks: list[Block] = [
        Paragraph(
            say(
                "Registrations, visas and estimates of migration measure different things and "
                "move apart for known reasons."
            )
        )
    ]
    beside = [(source, _common(story, source)) for source in sources]
    shown = [(source, periods) for source, periods in beside if len(periods) > 1]
    blocks += [Bullets(tuple(_stated(story, *each) for each in shown))] if shown else []
    blocks += [_figure(story, *each) for each in shown]
    blocks += [Subheading("Why they differ"), _reasons(), _where_to_find_them()]
    return BulletinSection("other-sources", "Comparison with other sources", tuple(blocks))


def _common(story: BulletinContext, source: OtherSource) -> list[Quarter]:
    """The latest unbroken run of year endings that both have."""
    held = set(story.cells.list_quarters(_CUBE)) & set(source.values)
    run: list[Quarter] = []
    at = max(held, default=None)
    while at in held:
        run.insert(0, at)
        at -= 1
    return run


def _stated(story: BulletinContext, source: OtherSource, periods: list[Quarter]) -> Sentence:
    """What the source shows for its latest year, and registrations of the same year."""
    theirs, ours = _pairs(source, periods)
    year = period_words(_CUBE, periods[-1])
    return run_on(
        [
            say(
                f"{source.producer} figures show {{n}} {source.counted} in {year}{{change}}.",
                n=story.figures.count(theirs[0]),
                change=_change(story, theirs),
            ),
            say(
                f"{_who(source)} in the same year were {{n}}{{change}}.",
                n=story.figures.count(ours[0]),
                change=_change(story, ours),
            ),
        ]
    )


def _change(story: BulletinContext, pair: tuple[Term, Term | None]) -> Sentence:
    now, then = pair
    if then is None:
        return Sentence(())
    words = period_words(_CUBE, then.quarter)
    return say(": {change}", change=story.figures.change_phrase(Pair(now, then), words))


def _pairs(
    source: OtherSource, periods: list[Quarter]
) -> tuple[tuple[Term, Term | None], tuple[Term, Term | None]]:
    """The latest figure and that of a year before, of the source and of registrations."""
    latest = periods[-1]
    before = latest - 4 if latest - 4 in periods else None
    theirs = _theirs(source, latest), _theirs(source, before) if before else None
    ours = _ours(source, latest), _ours(source, before) if before else None
    return theirs, ours


def _ours(source: OtherSource, quarter: Quarter) -> Cell:
    return Cell(_CUBE, quarter, nationality=source.nationality)


def _theirs(source: OtherSource, quarter: Quarter) -> SourceFigure:
    return SourceFigure(source.series, quarter, source.values[quarter])


def _who(source: OtherSource) -> str:
    return "Registrations to non-EU nationals" if source.nationality == NON_EU else "Registrations"


def _figure(story: BulletinContext, source: OtherSource, periods: list[Quarter]) -> Figure:
    figures = story.figures
    name = "Non-EU NINos" if source.nationality == NON_EU else "NINos"
    lines: dict[str, list[Term]] = {
        name: [_ours(source, q) for q in periods],
        source.label: [_theirs(source, q) for q in periods],
    }
    broken = broken_within(story, periods, 3)
    chart = Chart(
        LINE,
        "Number",
        "Year ending",
        tuple(f"{q.last_month} {q.year}" for q in periods),
        build_series(
            *(
                (label, tuple(Point(figures.value(term), str(term)) for term in terms))
                for label, terms in lines.items()
            )
        ),
        ticks(periods, yearly=True),
        marks_of(broken, periods, reach=3),
    )
    who = _who(source)
    caption = f"{who} and {source.counted}, year endings, UK"
    return Figure(
        source.series.replace("_", "-"),
        _message(story, source, periods),
        f"{caption}, {chart.categories[0]} to {chart.categories[-1]}",
        run_on(
            [
                say("A line chart of rolling years."),
                *(_described(story, label, terms) for label, terms in lines.items()),
            ]
        ),
        chart,
        chart_table(chart, caption),
        key=key_of(broken),
        notes=note_of(broken),
        beside=source.cited,
    )


def _message(story: BulletinContext, source: OtherSource, periods: list[Quarter]) -> Sentence:
    """`Visas fell by 3% and non-EU registrations rose by 2%`."""
    theirs, ours = _pairs(source, periods)
    who = "non-EU registrations" if source.nationality == NON_EU else "registrations"
    if theirs[1] is None or ours[1] is None:
        return say(f"{source.label} beside {who}")
    return say(
        f"{source.label} {{theirs}} and {who} {{ours}}",
        theirs=_moved(story, Pair(theirs[0], theirs[1])),
        ours=_moved(story, Pair(ours[0], ours[1])),
    )


def _moved(story: BulletinContext, pair: Pair[Term]) -> Sentence:
    moved = story.figures.moved_by(pair, "rose", "fell", "stayed broadly unchanged")
    return moved + story.figures.break_mark(pair)


def _described(story: BulletinContext, label: str, terms: list[Term]) -> Sentence:
    """A line in words: where it begins, its peak, its lowest point, where it ends."""
    figures = story.figures
    top, low = max(terms, key=figures.value), min(terms, key=figures.value)
    marks = ",".join(str(term) for term in terms)

    def point(term: Term) -> Sentence:
        return say(f"{{n}} in {period_words(_CUBE, term.quarter)}", n=figures.count(term))

    return say(
        f"{label}: {{first}} and {{last}}; {{highest}} at {{top}}, {{lowest}} at {{low}}.",
        first=point(terms[0]),
        last=point(terms[-1]),
        highest=Claim("highest", f"largest-of({top},{marks})"),
        top=point(top),
        lowest=Claim("lowest", f"smallest-of({low},{marks})"),
        low=point(low),
    )


def _reasons() -> Block:
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


def _where_to_find_them() -> Block:
    return Paragraph(
        say(
            "See the {home_office} and the {ons}.",
            home_office=ProseLink("Home Office immigration statistics", HOME_OFFICE),
            ons=ProseLink("migration estimates of the Office for National Statistics", ONS),
        )
    )
