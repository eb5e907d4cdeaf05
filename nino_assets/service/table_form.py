"""The form of a table, and the address that it has.

The address is the table: equal forms have one address, and what a form asks for is the query of the
open data API.
"""

from __future__ import annotations

import base64
import zlib
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from nino_assets.service.api_error import ApiError, shorten
from nino_assets.service.edition_cells import EditionCells
from nino_assets.service.identifiers import DATABASE
from nino_assets.service.levels import Level, Value
from nino_assets.service.members import PERIOD

SHEETS, ROWS, COLUMNS = "sheets", "rows", "columns"
PLACES = (SHEETS, ROWS, COLUMNS)
LONGEST_ADDRESS = 2000
"""Characters of the query of an address that every program passes on."""
PERCENTAGES = {"row": (COLUMNS,), "column": (ROWS,), "table": (ROWS, COLUMNS)}
"""What a percentage may be of → the places of the fields whose total is its base."""


class FormError(ApiError):
    """A fault of the form.

    `place` is its part of the page, if any, and `typed` what the reader wrote there.
    """

    def __init__(self, message: str, place: str = "", *, typed: str = "") -> None:
        super().__init__(400, "MALFORMED_QUERY", message)
        self.place = place
        self.typed = typed


@dataclass(frozen=True)
class FormField:
    """One field to count by; without codes, by every value."""

    field: str
    level: Level
    codes: tuple[str, ...] = ()
    place: str = ROWS
    total: bool = False

    def list_values(self, edition: EditionCells) -> list[Value]:
        """The values chosen, in the order of the edition. Raises FormError."""
        values = self.level.list_values(edition)
        if not self.codes:
            return values
        unknown = set(self.codes) - {each.code for each in values}
        if unknown:
            raise FormError(
                f"{shorten(min(unknown))} is not one of the values of {self.level.label}. "
                "Choose from the list.",
                self.field,
            )
        return [each for each in values if each.code in self.codes]


@dataclass(frozen=True)
class TableForm:
    """The whole form: the period first, then the other fields.

    `start` is the code of the period from which every period up to the newest is asked for, and
    `latest` a number of newest periods; without either they are those chosen, or all. `percent` is
    a key of `PERCENTAGES`, or blank. `finds` are the words with which lists of values are searched.
    `shown` is whether the table is asked for.
    """

    fields: tuple[FormField, ...]
    latest: int = 0
    start: str = ""
    percent: str = ""
    finds: tuple[tuple[str, str], ...] = ()
    shown: bool = False
    page: int = 1
    sheet: int = 1
    edition: str = ""

    @property
    def by_field(self) -> dict[str, FormField]:
        return {each.field: each for each in self.fields}

    @property
    def percent_of(self) -> tuple[str, ...]:
        """The fields whose total is the base of percentages; never the period."""
        places = PERCENTAGES.get(self.percent, ())
        return tuple(e.field for e in self.fields if e.place in places and e.field != PERIOD)

    def list_placed(self, place: str) -> list[FormField]:
        """The fields that stand in a place."""
        return [each for each in self.fields if each.place == place]

    def list_values(self, chosen: FormField, edition: EditionCells) -> list[Value]:
        """The values of a field of this form. Raises FormError."""
        values = chosen.list_values(edition)
        if chosen.field != PERIOD:
            return values
        if self.start:
            codes = [each.code for each in values]
            if self.start not in codes:
                raise FormError(
                    f"No period of {chosen.level.label.lower()} has the code "
                    f"{shorten(self.start)}. Choose the first period from the list.",
                    PERIOD,
                )
            return values[codes.index(self.start) :]
        if self.latest:
            return values[:: -chosen.level.step][: self.latest][::-1]
        return values

    def build_query(self, edition: EditionCells) -> dict[str, Any]:
        """The body of an API request for this table.

        A whole value set is an empty map, which stays whole when members come. Raises FormError.
        """
        recodes, dimensions = {}, []
        for place in PLACES:
            axis = []
            for chosen in self.list_placed(place):
                name = chosen.level.name
                values = self.list_values(chosen, edition)
                if not values:
                    raise FormError(
                        f"{chosen.level.label} has no values in this edition. Choose another "
                        "level.",
                        chosen.field,
                    )
                uri = DATABASE.name_value_set(name, chosen.level.value_set)
                listed = DATABASE.list_values(
                    name, chosen.level.value_set, edition.fields[name.field]
                )
                is_whole = len(values) == len(listed)
                recodes[uri] = {
                    "map": [] if is_whole else [[each.uri] for each in values],
                    "total": chosen.total,
                }
                axis.append(uri)
            if axis:
                dimensions.append(axis)
        return {"database": DATABASE.uri, "recodes": recodes, "dimensions": dimensions}

    def follow_periods(self, edition: EditionCells) -> TableForm | None:
        """The same table with new figures to come, None for older periods."""
        [period] = [each for each in self.fields if each.field == PERIOD]
        if not period.codes:
            return self
        newest = [each.code for each in period.level.list_values(edition)][-len(period.codes) :]
        if set(newest) != set(period.codes):
            return None
        rest = tuple(each for each in self.fields if each.field != PERIOD)
        return replace(self, fields=(replace(period, codes=()), *rest), start=newest[0])

    def name_periods(self, edition: EditionCells) -> TableForm:
        """The same table with its periods by name."""
        fixed = tuple(
            replace(each, codes=tuple(v.code for v in self.list_values(each, edition)))
            if each.field == PERIOD
            else each
            for each in self.fields
        )
        return replace(self, fields=fixed, latest=0, start="")

    def write_address(self, **changes: Any) -> str:
        """Write the query of the address, with some parts changed."""
        return urlencode(replace(self, **changes).list_pairs())

    def list_pairs(self) -> list[tuple[str, Any]]:
        """List the name and value of each part of the address."""
        pairs: list[tuple[str, Any]] = []
        for each in self.fields:
            pairs += [("f", each.field), (f"{each.field}.level", each.level.key)]
            pairs += [(f"{each.field}.value", code) for code in each.codes]
            pairs.append((f"{each.field}.place", each.place))
            if each.total:
                pairs.append(("total", each.field))
        choices = {"latest": self.latest, "from": self.start, "percent": self.percent}
        pairs += [(name, value) for name, value in choices.items() if value]
        pairs += [(f"{field}.find", words) for field, words in self.finds]
        pairs += [(n, v) for n, v in (("page", self.page), ("sheet", self.sheet)) if v > 1]
        if self.edition:
            pairs.append(("edition", self.edition))
        if self.shown:
            pairs.append(("show", 1))
        return pairs

    def write_path(self, **changes: Any) -> str:
        """Write the path of the table, short where its address is long."""
        address = self.write_address(**changes)
        if len(address) > LONGEST_ADDRESS:
            return f"/tables/{self.write_short(**changes)}"
        return f"/build?{address}"

    def write_short(self, **changes: Any) -> str:
        """Write the short name of the table."""
        packed = zlib.compress(self.write_address(**changes).encode(), 9)
        return base64.urlsafe_b64encode(packed).decode().rstrip("=")
