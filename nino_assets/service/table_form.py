"""Reads the form of a table, and writes its address.

The address is the table: equal forms have one address, and what a form asks for is the query of the
open data API.
"""

from __future__ import annotations

import base64
import binascii
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

from nino_assets.service.api_error import ApiError, shorten
from nino_assets.service.edition_cells import EditionCells
from nino_assets.service.identifiers import DATABASE
from nino_assets.service.levels import FIELD_LABELS, LEVELS, PLACED_FIRST, Level, Value
from nino_assets.service.members import PERIOD

SHEETS, ROWS, COLUMNS = "sheets", "rows", "columns"
PLACES = (SHEETS, ROWS, COLUMNS)
_LATEST = 8
_MOST_TEXT = 200_000
"""Characters of an address that a short form may stand for."""
_MOST_PAIRS = 20_000
_MOST_DIGITS = 6


class FormError(ApiError):
    """A fault of the form; `place` is its field, if any."""

    def __init__(self, message: str, place: str = "") -> None:
        super().__init__(400, "MALFORMED_QUERY", message)
        self.place = place


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

    `latest` is the number of newest periods, 0 for those that are chosen or all. `finds` are the
    words with which lists of values are searched. `shown` is whether the table is asked for.
    """

    fields: tuple[FormField, ...]
    latest: int = 0
    finds: tuple[tuple[str, str], ...] = ()
    shown: bool = False
    page: int = 1
    sheet: int = 1
    edition: str = ""

    @property
    def by_field(self) -> dict[str, FormField]:
        return {each.field: each for each in self.fields}

    def list_placed(self, place: str) -> list[FormField]:
        """The fields that stand in a place."""
        return [each for each in self.fields if each.place == place]

    def list_values(self, chosen: FormField, edition: EditionCells) -> list[Value]:
        """The values of a field of this form. Raises FormError."""
        values = chosen.list_values(edition)
        if chosen.field == PERIOD and self.latest:
            return values[:: -chosen.level.step][: self.latest][::-1]
        return values

    def build_query(self, edition: EditionCells) -> dict[str, Any]:
        """The body of an API request for this table."""
        recodes, dimensions = {}, []
        for place in PLACES:
            axis = []
            for chosen in self.list_placed(place):
                name = chosen.level.name
                values = [[each.uri] for each in self.list_values(chosen, edition)]
                uri = DATABASE.name_value_set(name, chosen.level.value_set)
                recodes[uri] = {"map": values, "total": chosen.total}
                axis.append(uri)
            if axis:
                dimensions.append(axis)
        return {"database": DATABASE.uri, "recodes": recodes, "dimensions": dimensions}

    def name_periods(self, edition: EditionCells) -> TableForm:
        """The same table with its periods by name."""
        fixed = tuple(
            replace(each, codes=tuple(v.code for v in self.list_values(each, edition)))
            if each.field == PERIOD
            else each
            for each in self.fields
        )
        return replace(self, fields=fixed, latest=0)

    def write_address(self, **changes: Any) -> str:
        """Write the query of the address, with some parts changed."""
        form = replace(self, **changes)
        pairs: list[tuple[str, Any]] = []
        for each in form.fields:
            pairs += [("f", each.field), (f"{each.field}.level", each.level.key)]
            pairs += [(f"{each.field}.value", code) for code in each.codes]
            pairs.append((f"{each.field}.place", each.place))
            if each.total:
                pairs.append(("total", each.field))
        if form.latest:
            pairs.append(("latest", form.latest))
        pairs += [(f"{field}.find", words) for field, words in form.finds]
        for name, value in (("page", form.page), ("sheet", form.sheet)):
            if value > 1:
                pairs.append((name, value))
        if form.edition:
            pairs.append(("edition", form.edition))
        if form.shown:
            pairs.append(("show", 1))
        return urlencode(pairs)

    def write_short(self, **changes: Any) -> str:
        """Write the short name of the table."""
        packed = zlib.compress(self.write_address(**changes).encode(), 9)
        return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def read_short(name: str) -> str:
    """Read the address behind a short name. Raises ApiError 404."""
    try:
        packed = base64.urlsafe_b64decode(name + "=" * (-len(name) % 4))
        unpacking = zlib.decompressobj()
        text = unpacking.decompress(packed, _MOST_TEXT)
        if not unpacking.eof:
            raise ValueError
        return text.decode("ascii")
    except (ValueError, binascii.Error, zlib.error):
        raise ApiError(
            404,
            "NOT_FOUND",
            "There is no table at this address. Copy the whole link, or build the table again.",
        ) from None


def read_form(address: str) -> TableForm:
    """Read the form from the query of an address. Raises FormError."""
    try:
        pairs = parse_qsl(address, keep_blank_values=True, max_num_fields=_MOST_PAIRS)
    except ValueError:
        raise FormError("The address has more parts than a table can have.") from None
    asked = [value for key, value in pairs if key == "f"]
    unknown = [each for each in asked if each not in LEVELS]
    if unknown:
        raise FormError(f"There is no field {shorten(unknown[0])} to count by.", "fields")
    names = [each for each in FIELD_LABELS if each in asked or each == PERIOD]
    fresh = not asked and not any(key.startswith(f"{PERIOD}.") for key, _ in pairs)
    fields = tuple(_read_field(each, pairs) for each in (PLACED_FIRST if fresh else names))
    given = dict(pairs)
    period = fields[0]
    latest = _LATEST if fresh else _read_number(given, "latest", 0, PERIOD)
    return TableForm(
        fields,
        latest=0 if period.codes else latest,
        finds=tuple(
            (each.field, words)
            for each in fields
            if (words := given.get(f"{each.field}.find", "").strip()[:100])
        ),
        shown="show" in given,
        page=max(1, _read_number(given, "page", 1)),
        sheet=max(1, _read_number(given, "sheet", 1)),
        edition=given.get("edition", "")[:20],
    )


def _read_field(field: str, pairs: Sequence[tuple[str, str]]) -> FormField:
    given = dict(pairs)
    levels = LEVELS[field]
    first = next(iter(levels))
    level = levels.get(given.get(f"{field}.level", first))
    if level is None:
        raise FormError(f"{FIELD_LABELS[field]} has no such level. Choose one of those.", field)
    place = given.get(f"{field}.place", ROWS if field == PERIOD else COLUMNS)
    if place not in PLACES:
        raise FormError("A field stands in rows, in columns or on sheets.", "layout")
    codes = dict.fromkeys(value for key, value in pairs if key == f"{field}.value" and value)
    # The page says of which level its list is: another level is another list.
    if given.get(f"{field}.of", level.key) != level.key:
        codes = {}
    return FormField(
        field,
        level,
        tuple(codes),
        place,
        total=("total", field) in pairs and field != PERIOD,
    )


def _read_number(given: dict[str, str], name: str, default: int, place: str = "") -> int:
    text = given.get(name, "").strip()
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS):
        raise FormError("A number of periods, of a page or of a sheet is in digits.", place)
    return int(text)
