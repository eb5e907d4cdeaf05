"""The nationalities that a change is mostly the result of."""

from __future__ import annotations

from nino_assets.publishing.bulletin.commentary.bulletin_context import (
    UNKNOWN_NATIONALITY,
    BulletinContext,
)
from nino_assets.publishing.bulletin.prose import Claim, Sentence, list_with_and, say
from nino_assets.publishing.bulletin.quoted_figures import Pair
from nino_assets.publishing.cells import Cell

_MOST_NAMED = 3

Move = tuple[Pair[Cell], str]
"""A nationality's figures of two years, and its name."""


def describe_drivers(context: BulletinContext) -> list[Sentence]:
    """Say which nationalities a yearly change was mostly the result of.

    They are the few that moved most in its direction and make up half of it or more. The one that
    moved most against it is named too. Nothing is said of a change that is no movement, of one
    across a break, or where no three nationalities make up half.
    """
    figures, total = context.figures, context.find_pair(context.get_cell())
    if total is None or not figures.is_movement(total) or not figures.find_direction(total):
        return []
    way = figures.find_direction(total)
    moves = sorted(_list_moves(context), key=lambda move: -way * _measure(context, move[0]))
    if not moves or any(figures.find_breaks(pair) for pair in (total, moves[0][0])):
        return []
    named = _choose_named(context, moves, abs(_measure(context, total)), way)
    if not named:
        return []
    cells = ",".join(str(pair.now) for pair, _ in named)
    expression = f"mostly({total.now},{total.then},nationality,{cells})"
    sentence = say(
        "The {change} was {mostly} {named}",
        change=figures.claim_direction(total, "increase", "decrease"),
        mostly=Claim("mostly the result of", expression),
        named=list_with_and(_describe_move(context, move) for move in named),
    )
    pair = moves[-1][0]
    if way * _measure(context, pair) < 0 and figures.is_movement(pair):
        expression = f"largest-{'fall' if way > 0 else 'rise'}({pair.now},{pair.then},nationality)"
        sentence += say(
            ", {despite} {move}",
            despite=Claim("despite", expression),
            move=_describe_move(context, moves[-1]),
        )
    return [sentence + say(".")]


def _list_moves(context: BulletinContext) -> list[Move]:
    pairs = (
        (context.find_pair(context.get_cell(code)), label)
        for code, label in context.list_members("nationality")
        if code != UNKNOWN_NATIONALITY
    )
    return [(pair, label) for pair, label in pairs if pair]


def _choose_named(context: BulletinContext, moves: list[Move], size: int, way: int) -> list[Move]:
    """Return the few moves that make up half of a change."""
    held = 0
    for n, (pair, _) in enumerate(moves[:_MOST_NAMED], start=1):
        moved = way * _measure(context, pair)
        if moved <= 0 or not context.figures.is_movement(pair):
            return []
        held += moved
        if 2 * held >= size:
            return moves[:n]
    return []


def _measure(context: BulletinContext, pair: Pair[Cell]) -> int:
    return context.figures.get_value(pair.now) - context.figures.get_value(pair.then)


def _describe_move(context: BulletinContext, move: Move) -> Sentence:
    """Write `India (up by 28,000)`."""
    pair, name = move
    return say(
        f"{name} ({{way}} by {{size}})",
        way=context.figures.claim_direction(pair, "up", "down"),
        size=context.figures.quote_change(pair),
    )
