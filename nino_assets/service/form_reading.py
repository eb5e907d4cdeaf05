"""Reads the form of a table from an address.

A part that cannot be read is told, and every other choice is kept.
"""

from __future__ import annotations

import base64
import binascii
import zlib
from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import parse_qsl

from nino_assets.service.api_error import ApiError, shorten
from nino_assets.service.levels import FIELD_LABELS, LEVELS, PLACED_FIRST
from nino_assets.service.members import AREA, NATIONALITY, PERIOD
from nino_assets.service.table_form import (
    COLUMNS,
    PERCENTAGES,
    PLACES,
    ROWS,
    FormError,
    FormField,
    TableForm,
)

_LATEST = 8
_MOST_TEXT = 200_000
"""Characters of the longest address."""
_MOST_PAIRS = 20_000
_MOST_DIGITS = 6
_LONGEST_CODE = 20

Pairs = Sequence[tuple[str, str]]


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
    """Read the form from an address. Raises FormError for its first fault."""
    form, faults = read_choices(address)
    if faults:
        raise faults[0]
    return form


def read_choices(address: str) -> tuple[TableForm, list[FormError]]:
    """Read what can be read, and the faults of the rest."""
    try:
        if len(address) > _MOST_TEXT:
            raise ValueError
        pairs = parse_qsl(address, keep_blank_values=True, max_num_fields=_MOST_PAIRS)
    except ValueError:
        fault = FormError(
            "More is chosen than an address can hold. Choose fewer values, or a whole level."
        )
        return read_form(""), [fault]
    faults: list[FormError] = []
    asked = [value for key, value in pairs if key == "f"]
    unknown = [each for each in asked if each not in LEVELS]
    if unknown:
        message = f"There is no field {shorten(unknown[0])} to count by. Choose from the list."
        faults.append(FormError(message, "fields"))
    names = [each for each in FIELD_LABELS if each in asked or each == PERIOD]
    fresh = not asked and not any(key.startswith(f"{PERIOD}.") for key, _ in pairs)
    fields = tuple(_read_field(each, pairs, faults) for each in (PLACED_FIRST if fresh else names))
    given = dict(pairs)
    period = fields[0]
    start = "" if period.codes else given.get("from", "").strip()[:_LONGEST_CODE]
    # The list of first periods is of the level that the page says it is of.
    if given.get(f"{PERIOD}.of", period.level.key) != period.level.key:
        start = ""
    latest = _LATEST if fresh else _read_number(given, "latest", 0, PERIOD, faults)
    form = TableForm(
        fields,
        latest=0 if period.codes or start else latest,
        start=start,
        percent=_read_percent(given, faults),
        finds=tuple(
            (each.field, words)
            for each in fields
            if (words := given.get(f"{each.field}.find", "").strip()[:100])
        ),
        shown="show" in given,
        page=max(1, _read_number(given, "page", 1, "", faults)),
        sheet=max(1, _read_number(given, "sheet", 1, "", faults)),
        edition=given.get("edition", "")[:_LONGEST_CODE],
    )
    if form.percent and not form.percent_of:
        where = " or ".join(PERCENTAGES[form.percent])
        message = (
            "Percentages are of the total of a field other than the period. "
            f"Place one in {where}, or choose no percentages."
        )
        faults.append(FormError(message, "percent"))
    return _add_bases(form), faults


def _add_bases(form: TableForm) -> TableForm:
    """The form with the totals that are the base of its percentages."""
    return replace(
        form,
        fields=tuple(
            replace(each, total=each.total or each.field in form.percent_of) for each in form.fields
        ),
    )


def _read_field(field: str, pairs: Pairs, faults: list[FormError]) -> FormField:
    given = dict(pairs)
    levels = LEVELS[field]
    first = next(iter(levels))
    level = levels.get(given.get(f"{field}.level", first))
    if level is None:
        message = f"{FIELD_LABELS[field]} has no such level. Choose one of those listed."
        faults.append(FormError(message, field))
        level = levels[first]
    # Long lists go down a page.
    default = ROWS if field in {PERIOD, AREA} or level.key == NATIONALITY else COLUMNS
    place = given.get(f"{field}.place", default)
    if place not in PLACES:
        message = "A field is in rows, in columns or on sheets. Choose one."
        faults.append(FormError(message, "layout"))
        place = default
    codes = dict.fromkeys(value for key, value in pairs if key == f"{field}.value" and value)
    # The page says of which level its list is: another level is another list.
    if given.get(f"{field}.of", level.key) != level.key:
        codes = {}
    total = ("total", field) in pairs and field != PERIOD
    return FormField(field, level, tuple(codes), place, total=total)


def _read_percent(given: dict[str, str], faults: list[FormError]) -> str:
    percent = given.get("percent", "")
    if percent and percent not in PERCENTAGES:
        message = "Percentages are of each row, of each column or of the table. Choose one."
        faults.append(FormError(message, "percent"))
        return ""
    return percent


def _read_number(
    given: dict[str, str], name: str, default: int, place: str, faults: list[FormError]
) -> int:
    text = given.get(name, "").strip()
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS):
        words = "latest periods" if name == "latest" else f"the {name} to show"
        message = f"Write the number of {words} in digits, for example 4."
        faults.append(FormError(message, place, typed=text[:_LONGEST_CODE]))
        return default
    return int(text)
