"""Refusals of the API in the words of the table builder."""

from __future__ import annotations

from dataclasses import dataclass

from nino_assets.service.api_error import ApiError
from nino_assets.service.identifiers import DATABASE
from nino_assets.service.levels import describe_level
from nino_assets.service.table_form import FormError, TableForm


@dataclass(frozen=True)
class Problem:
    """What is wrong with the choices, and what to do.

    `place` is the part of the page that it links to. `nearest` are crossings that are published.
    """

    message: str
    place: str
    nearest: tuple[str, ...] = ()


def write_problem(error: ApiError, form: TableForm) -> Problem:
    """Write a refusal for people."""
    if isinstance(error, FormError):
        return Problem(str(error), error.place or "fields")
    content, longest = error.content, _find_longest(form)
    match content["errorType"]:
        case "NOT_AVAILABLE" if content["nearest"]:
            return Problem(
                "These fields are not published together at these levels, to protect people. "
                "Choose other levels, or leave a field out.",
                form.fields[-1].field if len(form.fields) > 1 else "fields",
                tuple(_describe(each["levels"]) for each in content["nearest"]),
            )
        case "NOT_AVAILABLE":
            return Problem(
                "The total of some values is not a published figure. Choose every value of the "
                "level, or leave the total out.",
                "totals",
            )
        case "CELL_COUNT":
            return Problem(
                f"The table would have {content['value']:,} cells, and the most is "
                f"{content['limit']:,}. Choose fewer values, or a higher level.",
                longest,
            )
        case "DOUBLE_COUNTING":
            return Problem(
                "A total would count people twice, because values that are chosen overlap. Leave "
                "the total out, or choose values that do not overlap.",
                "totals",
            )
    return Problem(str(error), "fields")


def _find_longest(form: TableForm) -> str:
    """The last field that is whole, in which most can be saved."""
    whole = [each.field for each in form.fields if not each.codes]
    return whole[-1] if whole else form.fields[0].field


def _describe(levels: list[str]) -> str:
    """A crossing by its fields and levels, in words."""
    found = [DATABASE.value_set_by_uri[uri] for uri in levels]
    return ", ".join(
        describe_level(field.field, value_set.label.lower()) for field, value_set in found
    )
