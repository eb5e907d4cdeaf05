"""Events and breaks beside the series: letters in a chart, their key, and what each break means.

Belongs here: the events of `data/reference/events.csv` as the bulletin shows them. Does not belong
here: the charts themselves (`series.py`), whether a comparison crosses a break (`figures.py`).
"""

from __future__ import annotations

from nino_assets.publishing.bulletin.blocks import Block, Bullets, Paragraph, Subheading
from nino_assets.publishing.bulletin.commentary.bulletin_context import BulletinContext
from nino_assets.publishing.bulletin.prose import Quotation, Sentence, say
from nino_assets.statistic import events
from nino_assets.statistic.events import Event
from nino_assets.statistic.quarters import Quarter
from nino_assets.writers.charts.chart import EventMark

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

Lettered = list[tuple[str, Event]]


def lettered_events(story: BulletinContext) -> Lettered:
    """Every event of the edition with its letter, the same in every chart."""
    happened = events.events_within(story.edition.first_quarter, story.quarter)
    return list(zip(_LETTERS, happened, strict=False))


def broken_within(story: BulletinContext, periods: list[Quarter], reach: int) -> Lettered:
    """The breaks that touch any of the periods, with their letters; `reach` as for `marks_of`."""
    broken = events.discontinuities(periods[0] - reach, periods[-1])
    return [(letter, event) for letter, event in lettered_events(story) if event in broken]


def marks_of(
    happened: Lettered, periods: list[Quarter], *, reach: int = 0
) -> tuple[EventMark, ...]:
    """Where events stand on an axis of periods.

    `reach` is the number of later periods that hold an event's last quarter: 3 for year endings.
    """
    return tuple(
        EventMark(
            letter,
            max(0, _place(event.first_quarter, periods)),
            min(len(periods) - 1, _place(event.last_quarter + reach, periods)),
            event.kind == events.DISCONTINUITY,
        )
        for letter, event in happened
    )


def key_of(happened: Lettered) -> tuple[tuple[str, Sentence], ...]:
    """The key of the letters: what happened, and when."""
    return tuple((letter, _named(event)) for letter, event in happened)


def note_of(happened: Lettered) -> tuple[Sentence, ...]:
    """What shading means, where there is any."""
    if not any(event.kind == events.DISCONTINUITY for _, event in happened):
        return ()
    return (say("Shaded bands are breaks in the series."),)


def breaks_explained(story: BulletinContext) -> list[Block]:
    """The breaks, and which comparisons to avoid; the target of every `[b]`."""
    found = events.discontinuities(story.edition.first_quarter, story.quarter)
    if not found:
        return []
    return [
        Subheading("Breaks in the series"),
        Paragraph(
            say(
                "A comparison across a break is marked [b]: it is not like for like, and the "
                "change may come from the way numbers were recorded rather than from how many "
                "people came."
            )
        ),
        Bullets(
            tuple(
                say(
                    f"{event.period}: {{words}}",
                    words=Quotation(event.description, f"events/{event.event}"),
                )
                for event in found
            )
        ),
    ]


def _named(event: Event) -> Sentence:
    when = event.period if event.last_quarter != event.first_quarter else event.first_quarter.title
    if event.kind == events.DISCONTINUITY:
        when += ", break in the series"
    return say(f"{{label}} ({when})", label=Quotation(event.label, f"events/{event.event}"))


def _place(quarter: Quarter, periods: list[Quarter]) -> int:
    return len(periods[0].until(quarter)) - 1
