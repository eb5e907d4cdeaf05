"""Refuses a postcode directory with values that nothing in it can be.

A field with something around it or in its place (an apostrophe, a time, NULL) would be taken for
one without an area, and the registrations there would have none.
"""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

from nino_assets.errors import DeliveryError

_CODE = r"(?:[A-Z0-9]{0,9}[0-9][A-Z0-9]{0,9})?", "capital letters and digits, such as E00000001"
_NUMBER = r"(?:-?[0-9]+(?:\.[0-9]*)?)?", "a number, such as 53.5"
_FORMS: Mapping[str, tuple[str, str]] = {
    "postcode": (r"[A-Z][A-Z0-9 \x{a0}]*[0-9][A-Z]{2}", "a postcode, such as M1 1AA"),
    "terminated_on": (r"(?:[0-9]{6})?", "a year and a month, such as 199606, or blank"),
    "grid_quality": (r"[0-9]?", "a digit"),
    "latitude": _NUMBER,
    "longitude": _NUMBER,
    **dict.fromkeys(("output_area", "lsoa", "msoa", "local_authority"), _CODE),
    **dict.fromkeys(("region", "country", "constituency"), _CODE),
}
"""Column → the form of its values as a regular expression, and in words."""


def refuse_odd_values(rows: pa.RecordBatch, columns: Mapping[str, str], *, file: str) -> None:
    """Raise DeliveryError for a column with values of another form.

    `columns` has the delivered name of each column of `rows`. No value is told.
    """
    for name, delivered in columns.items():
        form, words = _FORMS[name]
        # Codes repeat, so each is looked at once.
        values = pc.unique(rows.column(name))
        if not pc.all(pc.match_substring_regex(values, f"^(?:{form})$")).as_py():
            raise DeliveryError(
                f"{file}: column {delivered} holds values of another form",
                rule=f"each value of {delivered} is {words}",
                next_step="download the NSPL again, and do not save it with another program",
            )
