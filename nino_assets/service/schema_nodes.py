"""The schema: folder, databases, fields, value sets and values, as nodes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from nino_assets.service.api_error import build_component_error, build_malformed_query
from nino_assets.service.edition_cells import EditionCells
from nino_assets.service.identifiers import (
    DATABASES,
    MEASURE_LABEL,
    DatabaseName,
    FieldName,
    ValueSetName,
)
from nino_assets.service.saved_tables import SAVED_TABLES
from nino_assets.statistic.identity import TITLE

ROOT = "str:folder:root"
DEPTHS = ("folder", "database", "group", "field", "valueset", "value")

Node = dict[str, Any]
_Children = Callable[[], Iterator["_Component"]]


class _Component:
    """One component of the schema; its children are listed when asked for."""

    def __init__(self, uri: str, label: str, kind: str, children: _Children) -> None:
        self.uri, self.label, self.kind, self.children = uri, label, kind, children

    @property
    def depth(self) -> int:
        """Its place in `DEPTHS`; after the last where children are none."""
        return DEPTHS.index(kind) if (kind := self.kind.lower()) in DEPTHS else len(DEPTHS)


def build_node(uri: str, depth: str | None, edition: EditionCells, address: str) -> Node:
    """Build the node of a component with its children, to a depth.

    `address` is that of /schema. Raises ApiError 400 for an unknown component or depth.
    """
    if depth is not None and depth not in DEPTHS:
        raise build_malformed_query(f"`depth` is one of {', '.join(DEPTHS)}.")
    component = _find_component(uri, edition)
    limit = DEPTHS.index(depth) if depth is not None else 0
    return _describe(component, address) | {
        "children": [_expand(each, limit, address) for each in component.children()]
    }


def _expand(component: _Component, limit: int, address: str) -> Node:
    node = _describe(component, address)
    if component.depth < limit:
        node["children"] = [_expand(each, limit, address) for each in component.children()]
    return node


def _describe(component: _Component, address: str) -> Node:
    return {
        "id": component.uri,
        "label": component.label,
        "location": f"{address}/{component.uri}",
        "type": component.kind,
    }


def _list_none() -> Iterator[_Component]:
    return iter(())


def _find_component(uri: str, edition: EditionCells) -> _Component:
    """Find a component by its identifier, without walking the tree."""
    if uri == ROOT:
        return _Component(ROOT, TITLE, "FOLDER", lambda: _list_root(edition))
    for each in _list_root(edition):
        if each.uri == uri:
            return each
    for each in _list_branches(edition):
        if each.uri == uri:
            return each
    if uri in edition.value_by_uri:
        _, field, _, member = edition.value_by_uri[uri]
        label = edition.fields[field.field].by_id[member].label
        return _Component(uri, label, "VALUE", _list_none)
    raise build_component_error(uri, status=400)


def _list_branches(edition: EditionCells) -> Iterator[_Component]:
    """Every measure, field and value set."""
    for database in DATABASES:
        yield _build_measure(database)
        for field in database.fields:
            if field.field in edition.fields:
                yield _build_field(database, field, edition)
                yield from _list_value_sets(database, field, edition)


def _list_root(edition: EditionCells) -> Iterator[_Component]:
    for database in DATABASES:
        yield _build_database(database, edition)
    for table in SAVED_TABLES:
        yield _Component(table.uri, table.label, "TABLE", _list_none)


def _build_database(database: DatabaseName, edition: EditionCells) -> _Component:
    def list_children() -> Iterator[_Component]:
        yield _build_measure(database)
        for field in database.fields:
            if field.field in edition.fields:
                yield _build_field(database, field, edition)

    return _Component(database.uri, database.label, "DATABASE", list_children)


def _build_measure(database: DatabaseName) -> _Component:
    return _Component(database.measure_uri, MEASURE_LABEL, "COUNT", _list_none)


def _build_field(database: DatabaseName, field: FieldName, edition: EditionCells) -> _Component:
    return _Component(
        database.name_field(field),
        field.label,
        "FIELD",
        lambda: _list_value_sets(database, field, edition),
    )


def _list_value_sets(
    database: DatabaseName, field: FieldName, edition: EditionCells
) -> Iterator[_Component]:
    """The value sets that have values in this edition."""
    for each in field.value_sets:
        values = _list_values(database, field, each, edition)
        if values:
            yield _Component(
                database.name_value_set(field, each),
                each.label,
                "VALUESET",
                partial(iter, values),
            )


def _list_values(
    database: DatabaseName, field: FieldName, value_set: ValueSetName, edition: EditionCells
) -> list[_Component]:
    """The values of a value set, with labels that differ."""
    known = edition.fields[field.field]
    values = database.list_values(field, value_set, known)
    labels = [known.by_id[member].label for _, member in values]
    repeated = {label for label, count in Counter(labels).items() if count > 1}
    return [
        _Component(
            uri,
            f"{label} ({known.by_id[member].code})" if label in repeated else label,
            "VALUE",
            _list_none,
        )
        for (uri, member), label in zip(values, labels, strict=True)
    ]
