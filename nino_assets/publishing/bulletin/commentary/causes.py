"""What affected a figure, and the last year before a break."""

from __future__ import annotations

from collections.abc import Collection

from nino_assets.publishing.bulletin.commentary.bulletin_context import BulletinContext
from nino_assets.publishing.bulletin.prose import Quotation, Sentence, list_with_and, say
from nino_assets.publishing.bulletin.quoted_figures import Pair
from nino_assets.publishing.cells import Cell
from nino_assets.statistic import events
from nino_assets.statistic.commentary_lists import OPERATIONAL, SHIFTED
from nino_assets.statistic.events import Event


def describe_causes(
    context: BulletinContext, cell: Cell, told: Collection[Event] = ()
) -> list[Sentence]:
    """Name what affected a figure or that a year before.

    They are changes of operation, and breaks that touch one of the two. Events `told` already are
    left out.
    """
    pair = context.find_pair(cell)
    if pair is None:
        return []
    broken = context.figures.find_breaks(pair)
    found = [
        event
        for event in events.read_events()
        if event not in told
        and (event in broken or (event.kind == OPERATIONAL and _touches(event, pair)))
    ]
    if not found:
        return []
    return [
        say("These figures were affected by: {events}.", events=list_with_and(map(_name, found)))
    ]


def describe_before_break(context: BulletinContext) -> tuple[list[Sentence], list[Event]]:
    """Compare the latest year with the last one before a break.

    It is done where the year before has the break. Returns the sentences and the events that they
    tell. There is none for a break that only moved registrations between quarters.
    """
    figures, pair = context.figures, context.find_pair(context.get_cell())
    if not context.has_year or pair is None:
        return [], []
    found = [e for e in figures.find_breaks_in(pair.then) if e.effect != SHIFTED]
    if not found:
        return [], []
    base = pair.now.move_to(found[0].first_quarter - 1)
    if (
        not figures.has(base)
        or figures.find_breaks_in(base)
        or not figures.is_percentage_base(base)
    ):
        return [], []
    change = figures.describe_change(Pair(pair.now, base), context.name_period(base))
    words = "Compared with the last year before a break, {event}, it was {change}."
    return [say(words, event=_name(found[0]), change=change)], found[:1]


def _touches(event: Event, pair: Pair[Cell]) -> bool:
    return any(
        event.first_quarter <= cell.quarter
        and event.last_quarter > cell.quarter - cell.cube.quarters
        for cell in pair
    )


def _name(event: Event) -> Sentence:
    """Write `Interviews suspended (January 2020 to March 2021)`."""
    return say(f"{{label}} ({event.period})", label=Quotation(event.label, f"events/{event.event}"))
