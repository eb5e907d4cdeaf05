"""The page of the table builder: four groups of choices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.responses import Response

from nino_assets.service.api_error import ApiError
from nino_assets.service.choices import Choice, list_choices
from nino_assets.service.edition_cells import EditionCells
from nino_assets.service.levels import FIELD_LABELS, Value
from nino_assets.service.members import PERIOD
from nino_assets.service.page_writer import send_page
from nino_assets.service.problems import write_problem
from nino_assets.service.query import TableQuery
from nino_assets.service.table import check_query
from nino_assets.service.table_form import (
    PERCENTAGES,
    PLACES,
    FormError,
    FormField,
    TableForm,
)
from nino_assets.service.table_grid import MOST_SHOWN_CELLS

_MOST_LISTED = 400
"""Values that a list shows; a longer one is searched."""
_PERCENTAGE_LABELS = {
    "row": "Of the total of each row",
    "column": "Of the total of each column",
    "table": "Of the total of the whole table",
}


@dataclass(frozen=True)
class FieldChoices:
    """What the page offers for one field.

    `chosen` is None while the table does not count by it.
    """

    field: str
    label: str
    levels: tuple[Choice, ...]
    chosen: FormField | None
    values: tuple[Value, ...] = ()
    left_out: int = 0
    find: str = ""

    @property
    def reason(self) -> str:
        """Why the field cannot be added, blank where it can."""
        reasons = [each.reason for each in self.levels]
        return reasons[0] if self.chosen is None and all(reasons) else ""


def send_build_page(
    form: TableForm,
    edition: EditionCells,
    errors: Sequence[ApiError] = (),
    query: TableQuery | None = None,
) -> Response:
    """Send the builder, with each error linked to its place.

    Of `query`, the table as it is chosen, the page tells whether it is published and its cells.
    """
    fields = [
        _build_field(field, tuple(levels), form, edition)
        for field, levels in list_choices(form, edition).items()
    ]
    return send_page(
        "build.html.j2",
        title=f"{'Error: ' if errors else ''}Build a table",
        synthetic=edition.synthetic,
        status=errors[0].status if errors else 200,
        edition=edition,
        form=form,
        fields=fields,
        chosen=[each for each in fields if each.chosen],
        places=PLACES,
        percentages={key: _PERCENTAGE_LABELS[key] for key in PERCENTAGES},
        starts=_list_starts(form, edition),
        typed={each.place: each.typed for each in errors if isinstance(each, FormError)},
        state=_describe_state(query, form, edition) if query else "",
        errors=[write_problem(each, form) for each in errors],
    )


def _build_field(
    field: str, levels: tuple[Choice, ...], form: TableForm, edition: EditionCells
) -> FieldChoices:
    label, chosen = FIELD_LABELS[field], form.by_field.get(field)
    if chosen is None:
        return FieldChoices(field, label, levels, None)
    find = dict(form.finds).get(field, "")
    values = chosen.level.list_values(edition)
    if field == PERIOD:
        values = values[::-1]
    found = [each for each in values if has_words(each, find) or each.code in chosen.codes]
    found.sort(key=lambda each: each.code not in chosen.codes)
    return FieldChoices(
        field,
        label,
        levels,
        chosen,
        tuple(found[:_MOST_LISTED]),
        max(0, len(found) - _MOST_LISTED),
        find,
    )


def has_words(value: Value, words: str) -> bool:
    """Whether a value has the words in its name or code."""
    asked = words.casefold()
    return asked in value.label.casefold() or asked in value.code.casefold()


def _describe_state(query: TableQuery, form: TableForm, edition: EditionCells) -> str:
    """How many cells the table has, or why there is none."""
    try:
        check_query(query, edition)
    except ApiError as error:
        return write_problem(error, form).message
    cells = query.count_cells()
    count = f"The table as chosen has {cells:,} cell{'' if cells == 1 else 's'}."
    if cells > MOST_SHOWN_CELLS:
        return f"{count} Tables over {MOST_SHOWN_CELLS:,} cells are for download."
    return count


def _list_starts(form: TableForm, edition: EditionCells) -> list[Value]:
    """The periods from which a table may begin, the newest first."""
    return form.by_field[PERIOD].level.list_values(edition)[::-1]
