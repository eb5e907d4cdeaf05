"""Reads a table query: which items of which fields, in which order."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import prod
from typing import Any

from nino_assets.service.api_error import build_component_error, build_malformed_query
from nino_assets.service.edition_cells import EditionCells
from nino_assets.service.identifiers import DATABASES, DatabaseName, FieldName, ValueSetName
from nino_assets.service.members import PERIOD

Item = tuple[str, ...]
"""The identifiers of the values of one item: one, or several for a group."""

_TRUE, _FALSE = (True, "true"), (False, "false", None)


@dataclass(frozen=True)
class QueryField:
    """One field of a query, its items, and whether a total follows."""

    name: FieldName
    items: tuple[Item, ...]
    total: bool


@dataclass(frozen=True)
class TableQuery:
    """A table as it is asked for: axes of fields, and filters.

    A filter is a field that is restricted and stands on no axis.
    """

    database: DatabaseName
    axes: tuple[tuple[QueryField, ...], ...]
    filters: tuple[QueryField, ...]

    @property
    def fields(self) -> tuple[QueryField, ...]:
        """The fields in the order of the answer's nesting."""
        return tuple(field for axis in self.axes for field in axis)

    def count_cells(self) -> int:
        """Count the figures that the answer has, totals included."""
        return prod(len(field.items) + field.total for field in self.fields)


@dataclass(frozen=True)
class _Recode:
    value_set: ValueSetName | None
    items: tuple[Item, ...] | None
    total: bool


def parse_query(body: bytes, edition: EditionCells) -> TableQuery:
    """Read the body of a POST.

    Raises ApiError 400 for what is no query, 422 for an unknown identifier.
    """
    return read_query(_load_object(body), edition)


def read_query(content: Mapping[str, Any], edition: EditionCells) -> TableQuery:
    """Read a query from its parsed JSON. Raises ApiError as `parse_query`."""
    database = _read_database(content)
    recodes = _read_recodes(content.get("recodes"), database, edition)
    axes: list[tuple[QueryField, ...]] = []
    asked: set[str] = set()
    for axis in _read_axes(content.get("dimensions")):
        fields = tuple(_read_field(each, database, recodes, edition) for each in axis)
        for uri, field in zip(axis, fields, strict=True):
            if field.name.field in asked:
                raise build_malformed_query(f"The field of {uri} stands in the table twice.")
            asked.add(field.name.field)
        axes.append(fields)
    if PERIOD not in asked:
        axes.insert(0, (_build_default_period(database, recodes, edition),))
        asked.add(PERIOD)
    shown = {field.name for axis in axes for field in axis}
    filters = []
    for uri, recode in recodes.items():
        name = database.field_by_uri[uri]
        if name in shown:
            continue
        if name.field in asked:
            raise build_malformed_query(f"{uri} is recoded under another name of its field.")
        if recode.items is not None:
            filters.append(QueryField(name, recode.items, False))
            asked.add(name.field)
    return TableQuery(database, tuple(axes), tuple(filters))


def _load_object(body: bytes) -> Mapping[str, Any]:
    def refuse_constant(_: str) -> None:
        raise ValueError

    def refuse_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            raise build_malformed_query("The body has a key twice in one object.")
        return found

    try:
        content = json.loads(
            body.decode().removeprefix("\ufeff"),
            parse_constant=refuse_constant,
            object_pairs_hook=refuse_duplicates,
        )
    except RecursionError:
        raise build_malformed_query("The body is nested too deep.") from None
    except ValueError:
        raise build_malformed_query("The body is not JSON in UTF-8.") from None
    if not isinstance(content, dict):
        raise build_malformed_query("The body is not an object.")
    return content


def _read_database(content: Mapping[str, Any]) -> DatabaseName:
    uri = content.get("database")
    if not isinstance(uri, str):
        raise build_malformed_query("`database` is missing or not a text.")
    for database in DATABASES:
        if database.uri == uri:
            for measure in _read_texts(content.get("measures"), "measures"):
                if measure != database.measure_uri:
                    raise build_component_error(measure)
            return database
    raise build_component_error(uri)


def _read_texts(content: Any, name: str) -> list[str]:
    """A list of texts, or one text; none when it is missing."""
    if content is None:
        return []
    if isinstance(content, str):
        return [content]
    if isinstance(content, list) and all(isinstance(each, str) for each in content):
        return content
    raise build_malformed_query(f"`{name}` is not a text or a list of texts.")


def _read_axes(content: Any) -> list[list[str]]:
    if content is None:
        return []
    if not isinstance(content, list):
        content = [content]
    if None in content:
        raise build_malformed_query("An axis of `dimensions` is null.")
    axes = [_read_texts(axis, "dimensions") for axis in content]
    return [axis for axis in axes if axis]


def _find_field(
    uri: str, database: DatabaseName, edition: EditionCells
) -> tuple[FieldName, ValueSetName | None]:
    field: FieldName | None = database.field_by_uri.get(uri)
    value_set: ValueSetName | None = None
    if uri in database.value_set_by_uri:
        field, value_set = database.value_set_by_uri[uri]
    if field is None or field.field not in edition.fields:
        raise build_component_error(uri)
    return field, value_set


def _read_recodes(
    content: Any, database: DatabaseName, edition: EditionCells
) -> dict[str, _Recode]:
    """The recodes by the identifier of their field."""
    if content is None:
        return {}
    if not isinstance(content, dict):
        raise build_malformed_query("`recodes` is not an object.")
    recodes: dict[str, _Recode] = {}
    for uri, recode in content.items():
        field, value_set = _find_field(uri, database, edition)
        if recode is None:
            continue
        if not isinstance(recode, dict):
            raise build_malformed_query("A recode is not an object.")
        total = recode.get("total")
        # 1 and 0 equal True and False, and are not among what a total may be.
        if not isinstance(total, bool | str | None) or total not in (*_TRUE, *_FALSE):
            raise build_malformed_query("`total` of a recode is not true or false.")
        if database.name_field(field) in recodes:
            raise build_malformed_query("A field is recoded twice.")
        items = _read_map(recode.get("map"), field, edition)
        recodes[database.name_field(field)] = _Recode(value_set, items, total in _TRUE)
    return recodes


def _read_map(content: Any, field: FieldName, edition: EditionCells) -> tuple[Item, ...] | None:
    if content is None or content == []:
        return None
    if not isinstance(content, list):
        raise build_malformed_query("`map` of a recode is not a list.")
    items = []
    for group in content:
        item = tuple(_read_texts(group, "map"))
        if not item:
            raise build_malformed_query("`map` of a recode has a group without a value.")
        for uri in item:
            found = edition.value_by_uri.get(uri)
            if found is None or found[1] != field:
                raise build_component_error(uri)
        items.append(item)
    return tuple(items)


def _read_field(
    uri: str, database: DatabaseName, recodes: Mapping[str, _Recode], edition: EditionCells
) -> QueryField:
    field, value_set = _find_field(uri, database, edition)
    recode = recodes.get(database.name_field(field), _Recode(None, None, False))
    if recode.items is not None:
        return QueryField(field, recode.items, recode.total)
    listed = value_set or recode.value_set or field.value_sets[0]
    values = database.list_values(field, listed, edition.fields[field.field])
    if not values:
        raise build_component_error(uri)
    return QueryField(field, tuple((value,) for value, _ in values), recode.total)


def _build_default_period(
    database: DatabaseName, recodes: Mapping[str, _Recode], edition: EditionCells
) -> QueryField:
    """The latest quarter, or the periods that a recode asks for."""
    field = next(each for each in database.fields if each.field == PERIOD)
    recode = recodes.get(database.name_field(field))
    if recode and recode.items is not None:
        return QueryField(field, recode.items, recode.total)
    values = database.list_values(field, field.value_sets[0], edition.fields[PERIOD])
    [latest] = [value for value, member in values if member == edition.latest_quarter]
    found = QueryField(field, ((latest,),), False)
    return replace(found, total=recode.total) if recode else found


def list_asked_members(
    fields: Sequence[QueryField], edition: EditionCells
) -> dict[str, tuple[str, ...]]:
    """The members of each field that a query names, wherever they stand."""
    return {
        field.name.field: tuple(
            dict.fromkeys(edition.value_by_uri[uri][3] for item in field.items for uri in item)
        )
        for field in fields
    }
