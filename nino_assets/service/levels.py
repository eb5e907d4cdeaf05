"""The levels and values of each field that readers choose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from nino_assets.service.edition_cells import EditionCells
from nino_assets.service.identifiers import DATABASE, FieldName, ValueSetName
from nino_assets.service.members import AREA, LAG, NATIONALITY, PERIOD


@dataclass(frozen=True)
class Value:
    """One value to choose; `code` ends its identifier."""

    code: str
    label: str
    uri: str
    member: str


@dataclass(frozen=True)
class Level:
    """One level of a field.

    It is a value set, or of years those that end in December. `step` is the number of values from
    one period to the next that does not overlap it.
    """

    key: str
    label: str
    name: FieldName
    value_set: ValueSetName
    step: int = 1
    decembers: bool = False

    def list_values(self, edition: EditionCells) -> list[Value]:
        """The values of the level in an edition, in order."""
        members = edition.fields[self.name.field]
        return [
            Value(uri.rpartition(":")[2], members.by_id[member].label, uri, member)
            for uri, member in DATABASE.list_values(self.name, self.value_set, members)
            if not self.decembers or member.endswith("Q4")
        ]


FIELD_LABELS: Mapping[str, str] = {
    each.field: {PERIOD: "Period", AREA: "Area", LAG: "Time from arrival"}.get(
        each.field, each.label
    )
    for each in DATABASE.fields
}
"""What pages call each field, in the order in which they are offered."""


def _list_levels(name: FieldName) -> list[Level]:
    found = [Level(each.levels[0], each.label, name, each) for each in name.value_sets]
    if name.field != PERIOD:
        return found
    quarter, year = name.value_sets
    return [
        Level("quarter", "Quarter", name, quarter),
        Level("year_ending", "Year ending in each quarter", name, year, step=4),
        Level("calendar_year", "Calendar year", name, year, decembers=True),
    ]


LEVELS: Mapping[str, Mapping[str, Level]] = {
    name.field: {level.key: level for level in _list_levels(name)} for name in DATABASE.fields
}
"""Field → key of a level → level; the first is chosen where none is named."""

PLACED_FIRST = (PERIOD, NATIONALITY)
"""The fields of a form that is not filled in yet."""


def describe_level(field: str, level: str) -> str:
    """Describe a field at a level: `area (region)`, `sex`."""
    name = FIELD_LABELS[field].lower()
    return name if level.startswith(name) else f"{name} ({level})"
