"""What can still be chosen, and why the rest cannot.

Judged as the query itself is, by the declared cuboids, on whole levels.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from nino_assets.service.edition_cells import EditionCells
from nino_assets.service.levels import LEVELS, Level, describe_level
from nino_assets.service.table_form import TableForm


@dataclass(frozen=True)
class Choice:
    """A level, and why it cannot be chosen, else blank."""

    level: Level
    reason: str


def list_choices(form: TableForm, edition: EditionCells) -> dict[str, list[Choice]]:
    """List every field's levels, judged with the other fields."""
    chosen = {each.field: each.level for each in form.fields}
    return {
        field: [
            Choice(level, _find_reason(field, level, chosen, edition)) for level in levels.values()
        ]
        for field, levels in LEVELS.items()
        if field in edition.fields
    }


def is_published(levels: Mapping[str, Level], edition: EditionCells) -> bool:
    """Whether one cuboid crosses the levels whole, other fields at total."""
    holders = _find_holders(edition)
    keys = {field: levels[field].key if field in levels else "" for field in edition.fields}
    return bool(frozenset.intersection(*(holders[each] for each in keys.items())))


@lru_cache(maxsize=2)
def _find_holders(edition: EditionCells) -> dict[tuple[str, str], frozenset[str]]:
    """Field and level → the cuboids that hold it whole.

    A blank level is the total. Kept, as a level may have thousands of members.
    """
    found = {}
    for field in edition.fields:
        levels = {
            key: [value.member for value in level.list_values(edition)]
            for key, level in LEVELS[field].items()
        }
        for key, members in levels.items():
            found[field, key] = frozenset(
                each.name
                for each in edition.cuboids
                if members and each.holds(edition.fields[field], members)
            )
        total = edition.fields[field].total
        found[field, ""] = frozenset(
            each.name
            for each in edition.cuboids
            if each.holds(edition.fields[field], [total] if total else [])
        )
    return found


def _find_reason(
    field: str, level: Level, chosen: Mapping[str, Level], edition: EditionCells
) -> str:
    others = {name: each for name, each in chosen.items() if name != field}
    if is_published({**others, field: level}, edition):
        return ""
    blamed = [
        name
        for name, each in others.items()
        if not is_published({name: each, field: level}, edition)
    ]
    words = [describe_level(each, _name(others[each])) for each in blamed or others]
    nearest = [
        _name(each)
        for name in (field, *blamed)
        for each in LEVELS[name].values()
        if is_published({**others, field: level, name: each}, edition)
    ]
    hint = f" Can be chosen instead: {', '.join(nearest)}." if nearest else ""
    return f"Not published with {' and '.join(words)}.{hint}"


def _name(level: Level) -> str:
    return level.label.lower()
