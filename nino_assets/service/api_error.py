"""The errors of the open data API, with SuperWEB2's codes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

MOST_SHOWN = 200
"""Characters of a client's own text that an error repeats."""


class ApiError(Exception):
    """A refusal with its status, its code and what to do next."""

    def __init__(self, status: int, code: str, message: str, **more: Any) -> None:
        self.status = status
        self.content = {"message": message, "errorType": code, **more}
        super().__init__(message)


def build_malformed_query(what: str) -> ApiError:
    """Build the error for a body that is not a query."""
    return ApiError(
        400, "MALFORMED_QUERY", f"{what} A query is described at /webapi/rest/v1/openapi.json."
    )


def build_component_error(component: str, *, status: int = 422) -> ApiError:
    """Build the error for an identifier that the schema does not hold."""
    named = shorten(component)
    return ApiError(
        status,
        "SCHEMA_COMPONENT_NOT_FOUND",
        f"Could not find the requested component: {named}. "
        "The identifiers are listed from /webapi/rest/v1/schema.",
        component=named,
    )


def build_cell_count_error(cells: int, limit: int) -> ApiError:
    """Build the error for a table of too many cells."""
    return ApiError(
        400,
        "CELL_COUNT",
        f"Your request exceeds the configured cell limit of {limit:,}. "
        f"It contains at least {cells:,} cells. Ask for fewer values, or take the whole file.",
        value=cells,
        limit=limit,
    )


def build_crossing_error(fields: Sequence[str], nearest: Sequence[dict[str, Any]]) -> ApiError:
    """Build the error for fields and levels that no cuboid crosses."""
    return ApiError(
        422,
        "NOT_AVAILABLE",
        "These fields are not published together at these levels. "
        "`nearest` lists fields and levels that are.",
        fields=list(fields),
        nearest=list(nearest),
    )


def build_overlap_error(component: str) -> ApiError:
    """Build the error for a group or total that counts people twice."""
    named = shorten(component)
    return ApiError(
        422,
        "DOUBLE_COUNTING",
        f"A group or total of {named} has members that overlap, and would count people twice. "
        "Ask for the members as separate items, or leave one of them out.",
        component=named,
    )


def build_sum_error(fields: Sequence[str]) -> ApiError:
    """Build the error for a sum where the service adds up none."""
    return ApiError(
        422,
        "NOT_AVAILABLE",
        "A group or total of these fields is not a published figure, and this service adds up "
        "none. Ask for its members as separate items.",
        fields=list(fields),
        nearest=[],
    )


def shorten(text: str) -> str:
    """Shorten a client's text, with every character that cannot be sent replaced."""
    return text[:MOST_SHOWN].encode("utf-8", "replace").decode("utf-8")
