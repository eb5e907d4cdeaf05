"""Judges claims of what moved most, for the bulletin's check."""

from __future__ import annotations

from collections.abc import Collection, Mapping


def has_moved_most(moves: Mapping[str, int], moved: int, way: int) -> bool:
    """Tell whether no member moved farther, up (1) or down (-1)."""
    return way * moved == max(way * size for size in moves.values())


def make_up_most(moves: Mapping[str, int], change: int, named: Collection[str]) -> bool:
    """Tell whether the members named are mostly what changed.

    Each moved as the change did, none of the others moved farther, and together they make up half.
    """
    way = 1 if change > 0 else -1
    sizes = [way * moves[member] for member in named]
    others = [way * size for member, size in moves.items() if member not in named]
    return min(sizes) > 0 and min(sizes) >= max(others, default=0) and 2 * sum(sizes) >= abs(change)
