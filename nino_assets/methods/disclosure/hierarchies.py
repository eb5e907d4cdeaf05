"""Parents and their parts among the published members of one dimension."""

from __future__ import annotations

from dataclasses import dataclass

from nino_assets.methods.disclosure.dimensions import Dimension


@dataclass(frozen=True)
class ParentAndParts:
    """A member and its largest published parts.

    All are positions in the dimension's labels. `is_complete`: whether the parts hold everything
    that the parent holds. The parts of the United Kingdom do not, because some registrations have
    no area. `level` is the parent's.
    """

    level: str
    parent: int
    parts: tuple[int, ...]
    is_complete: bool


def list_parents_and_parts(dimension: Dimension) -> list[ParentAndParts]:
    """Every member of a dimension that has parts, in published order.

    Parts are the largest members that hold less than the parent; of members that hold the same
    (Wales the country and Wales the region) only the first is used.
    """
    held: dict[int, set[int]] = {}
    for ordinal, value_class in dimension.holds.select("ordinal", "class").iter_rows():
        held.setdefault(ordinal, set()).add(value_class)
    members = {frozenset(held[ordinal]): ordinal for ordinal in sorted(held, reverse=True)}
    found = []
    for whole, parent in sorted(members.items(), key=lambda item: item[1]):
        parts: list[frozenset[int]] = []
        for smaller in sorted((part for part in members if part < whole), key=len, reverse=True):
            if not any(smaller < larger for larger in parts):
                parts.append(smaller)
        if parts:
            places = tuple(sorted(members[part] for part in parts))
            complete = frozenset().union(*parts) == whole and sum(map(len, parts)) == len(whole)
            found.append(ParentAndParts(_name_level(dimension, parent), parent, places, complete))
    return found


def _name_level(dimension: Dimension, ordinal: int) -> str:
    """`nationality: world_area`, or the dimension alone where it has one level."""
    levels = [name for name in dimension.labels.columns if name.endswith("_level")]
    if not levels:
        return dimension.keyed
    return f"{dimension.keyed}: {dimension.labels[levels[0]][ordinal]}"
