"""Groups and totals of a selection, by rule 6.

Nothing is perturbed here. A group that covers exactly what a member covers is that member's own
cell; any other is the sum of its parts' published cells, and is marked as one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nino_assets.service.api_error import build_overlap_error
from nino_assets.service.edition_cells import EditionCells
from nino_assets.service.members import FieldMembers
from nino_assets.service.query import Item, QueryField


@dataclass(frozen=True)
class Selection:
    """One item of a field: the parts asked for, and equal members.

    `values` are the identifiers as asked; a total has none.
    """

    values: Item
    parts: tuple[str, ...]
    equal: tuple[str, ...]

    @property
    def is_sum(self) -> bool:
        """Whether no single member covers it."""
        return not self.equal


def list_selections(field: QueryField, uri: str, edition: EditionCells) -> list[Selection]:
    """List the items of a field, its total last.

    Raises ApiError 422 DOUBLE_COUNTING where parts overlap.
    """
    known = edition.fields[field.name.field]
    found = [_build_selection(item, _list_parts(item, edition), uri, known) for item in field.items]
    if field.total:
        parts = tuple(part for each in found for part in each.parts)
        total = _build_selection((), parts, uri, known)
        if known.total is not None and _is_whole_value_set(field, edition, parts):
            total = Selection((), parts, (known.total,))
        found.append(total)
    return found


def merge_filter(field: QueryField, uri: str, edition: EditionCells) -> list[Selection]:
    """The one item to which a filter restricts a table."""
    merged = QueryField(field.name, (tuple(v for item in field.items for v in item),), False)
    return list_selections(merged, uri, edition)


def _list_parts(item: Item, edition: EditionCells) -> tuple[str, ...]:
    return tuple(edition.value_by_uri[value][3] for value in item)


def _build_selection(
    values: Item, parts: Sequence[str], uri: str, known: FieldMembers
) -> Selection:
    parts = tuple(parts)
    if len(parts) == 1:
        return Selection(values, parts, parts)
    if known.has_overlap(parts):
        raise build_overlap_error(uri)
    return Selection(values, parts, tuple(known.find_equal(parts)))


def _is_whole_value_set(field: QueryField, edition: EditionCells, parts: Sequence[str]) -> bool:
    """Whether the selection is a whole value set that covers everybody.

    Middle-layer areas do not: Northern Ireland has none.
    """
    known = edition.fields[field.name.field]
    selected = set(parts)
    return known.covers_known(parts) and any(
        selected == set(known.list_level(*each.levels))
        for each in field.name.value_sets
        if each.levels[0] not in {"quarter", "year_ending"}
    )
