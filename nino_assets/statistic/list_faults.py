"""Finds the first fault of a reference list, in words."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from nino_assets.statistic.list_schema import WHOLE_NUMBER, ListColumn, ListSchema, Row

_LONGEST_NAME = 40
NumberedFields = Sequence[tuple[int, Sequence[str]]]
"""The fields of each row below the header, with the number of the row in a spreadsheet."""
Members = Callable[[str, str], Collection[str]]
"""Gives the texts in a column of another list, by list and column."""


@dataclass(frozen=True)
class Fault:
    """The first thing wrong with a list.

    `what` follows the name of the file in a message.
    """

    what: str
    rule: str


def find_fault(
    schema: ListSchema, header: Sequence[str], rows: NumberedFields, members: Members
) -> Fault | None:
    """Find the first fault of a list; None when there is none."""
    each = sorted(members(*schema.one_each)) if schema.one_each else []
    columns = (*schema.columns, *(ListColumn(name, WHOLE_NUMBER, optional=True) for name in each))
    fault = _find_in_header(header, [column.name for column in columns])
    if not fault and not rows and not schema.may_be_empty:
        fault = Fault("no row stands below the header", "a list has at least one row")
    fault = fault or _find_in_fields(columns, header, rows)
    if fault:
        return fault
    named = [(number, dict(zip(header, row, strict=True))) for number, row in rows]
    return _find_in_rows(schema, named, members) or _find_in_whole(schema, named)


def _find_in_header(header: Sequence[str], names: Sequence[str]) -> Fault | None:
    rule = f"the columns are {', '.join(names)}, each once, in any order"
    missing = [name for name in names if name not in header]
    if missing:
        return Fault(f"row 1: there is no column {missing[0]}", rule)
    unknown = [name for name in header if name not in names]
    if unknown:
        return Fault(f"row 1: '{unknown[0][:_LONGEST_NAME]}' is no column of this list", rule)
    repeated = [name for name in names if header.count(name) > 1]
    return Fault(f"row 1: column {repeated[0]} stands twice", rule) if repeated else None


def _find_in_fields(
    columns: Sequence[ListColumn], header: Sequence[str], rows: NumberedFields
) -> Fault | None:
    for number, row in rows:
        if not any(row):
            return Fault(f"row {number}: the row is blank", "a list has no blank rows")
        if len(row) != len(header):
            return Fault(
                f"row {number}: it has {len(row)} fields, and the header has {len(header)}",
                "each row has a field for each column; a text with a comma stands in quotes",
            )
        fields = dict(zip(header, row, strict=True))
        for column in columns:
            text = fields[column.name]
            if (text or not column.optional) and not column.kind.holds(text):
                what = f"is not {column.kind.words}" if text else "is blank"
                return Fault(
                    f"row {number}, column {column.name}: the field {what}",
                    f"each {column.name} is {column.kind.words}"
                    + (", or blank" if column.optional else ""),
                )
    return None


def _find_in_rows(
    schema: ListSchema, rows: Sequence[tuple[int, Row]], members: Members
) -> Fault | None:
    others = [(r, members(r.other_list, r.other_column)) for r in schema.references]
    seen: dict[tuple[tuple[str, ...], tuple[str, ...]], int] = {}
    for number, row in rows:
        for rule in schema.row_rules:
            if not rule.holds(row):
                what = f"row {number}, column {rule.column}: the row breaks a rule"
                return Fault(what, rule.words)
        for reference, known in others:
            if row[reference.column] and row[reference.column] not in known:
                other = f"{reference.other_list}.csv, column {reference.other_column}"
                return Fault(
                    f"row {number}, column {reference.column}: the field is not in {other}",
                    f"each {reference.column} is one of {other}",
                )
        for columns in schema.unique:
            key = (columns, tuple(row[column] for column in columns))
            if key in seen:
                return Fault(
                    f"row {number}, column {columns[0]}: the row repeats row {seen[key]}",
                    f"no two rows have the same {' and '.join(columns)}",
                )
            seen[key] = number
    return None


def _find_in_whole(schema: ListSchema, rows: Sequence[tuple[int, Row]]) -> Fault | None:
    each = [row for _, row in rows]
    broken = next((rule for rule in schema.whole_rules if not rule.holds(each)), None)
    return Fault("the list as a whole breaks a rule", broken.words) if broken else None
