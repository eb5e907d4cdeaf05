"""Events and breaks in charts: letters, their key and explanation."""

from __future__ import annotations

from collections.abc import Iterable

from nino_assets.publishing.bulletin.blocks import Block, Bullets, Paragraph, Subheading
from nino_assets.publishing.bulletin.commentary.bulletin_context import BulletinContext
from nino_assets.publishing.bulletin.prose import Quotation, Sentence, say
from nino_assets.statistic import events
from nino_assets.statistic.commentary_lists import BY_NATIONALITY
from nino_assets.statistic.events import Event
from nino_assets.statistic.quarters import Quarter
from nino_assets.writers.charts.chart import EventMark

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

LetteredEvents = list[tuple[str, Event]]


def letter_events(context: BulletinContext) -> LetteredEvents:
    """Give every event of the edition its letter.

    It is the same in every chart.
    """
    shown = events.find_events(context.edition.first_quarter, context.quarter)
    return list(zip(_LETTERS, shown, strict=False))


def find_breaks_within(
    context: BulletinContext, periods: list[Quarter], reach: int, *, by_nationality: bool = True
) -> LetteredEvents:
    """Return the lettered breaks that disturb any of the periods.

    `reach` is as for `place_marks`; `by_nationality` is whether the chart has a line of a
    nationality or a group.
    """
    return [
        (letter, event)
        for letter, event in letter_events(context)
        if _find_disturbed(event, periods, reach, by_nationality)
    ]


def place_marks(
    lettered: LetteredEvents,
    periods: list[Quarter],
    *,
    reach: int = 0,
    by_nationality: bool = True,
) -> tuple[EventMark, ...]:
    """Place events on an axis, and shade what a break disturbs.

    `reach` is the number of later periods that hold an event's last quarter: 3 for year endings.
    A break that disturbs none of them is marked as any other event. One that leaves a period
    between two undisturbed is shaded twice.
    """
    marks = []
    for letter, event in lettered:
        places = _find_disturbed(event, periods, reach, by_nationality)
        if not places:
            first, last = event.first_quarter, event.last_quarter + reach
            marks.append(
                EventMark(
                    letter,
                    max(0, _find_place(first, periods)),
                    min(len(periods) - 1, _find_place(last, periods)),
                    shaded=False,
                )
            )
        starts = [n for n in places if n - 1 not in places]
        ends = [n for n in places if n + 1 not in places]
        marks += [EventMark(letter, a, b, shaded=True) for a, b in zip(starts, ends, strict=True)]
    return tuple(marks)


def _find_disturbed(
    event: Event, periods: list[Quarter], reach: int, by_nationality: bool
) -> list[int]:
    """Return the places of the periods that an event breaks."""
    return [
        n
        for n, quarter in enumerate(periods)
        if event.is_break_in(quarter - reach, quarter, by_nationality=by_nationality)
    ]


def build_key(lettered: LetteredEvents) -> tuple[tuple[str, Sentence], ...]:
    """Return the key of the letters: each event and its period."""
    return tuple((letter, _name_event(event)) for letter, event in lettered)


def explain_shading(marks: Iterable[EventMark]) -> tuple[Sentence, ...]:
    """Say what shading means, where there is any."""
    if not any(mark.shaded for mark in marks):
        return ()
    return (say("Shaded bands are breaks in the series."),)


def explain_breaks(context: BulletinContext) -> list[Block]:
    """Write the breaks, and which comparisons to avoid.

    Every `[b]` links to it.
    """
    found = events.find_discontinuities(context.edition.first_quarter, context.quarter)
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
                    f"{event.period}: {{words}} {event.scope}",
                    words=Quotation(event.description, f"events/{event.event}"),
                )
                for event in found
            )
        ),
    ]


def _name_event(event: Event) -> Sentence:
    when = event.period if event.last_quarter != event.first_quarter else event.first_quarter.title
    if event.is_discontinuity:
        what = "figures by nationality" if event.members == BY_NATIONALITY else "series"
        when += f", break in the {what}"
    return say(f"{{label}} ({when})", label=Quotation(event.label, f"events/{event.event}"))


def _find_place(quarter: Quarter, periods: list[Quarter]) -> int:
    return len(periods[0].list_until(quarter)) - 1
