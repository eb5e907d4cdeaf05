"""The page of the table builder: four groups of choices."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.responses import Response

from nino_assets.service.api_error import ApiError
from nino_assets.service.choices import Choice, list_choices
from nino_assets.service.edition_cells import EditionCells
from nino_assets.service.identifiers import DATABASE
from nino_assets.service.levels import FIELD_LABELS, Value
from nino_assets.service.members import PERIOD
from nino_assets.service.page_writer import send_page
from nino_assets.service.table_form import PLACES, FormError, FormField, TableForm
from nino_assets.service.table_grid import MOST_SHOWN_CELLS

_MOST_LISTED = 400
"""Values that a list shows; a longer one is searched."""


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
    form: TableForm, edition: EditionCells, error: ApiError | None = None, *, cells: int = 0
) -> Response:
    """Send the builder, with an error linked to its field.

    `cells` is the number of cells of the table as it is chosen.
    """
    fields = [
        _build_field(field, tuple(levels), form, edition)
        for field, levels in list_choices(form, edition).items()
    ]
    return send_page(
        "build.html.j2",
        title=f"{'Error: ' if error else ''}Build a table",
        synthetic=edition.synthetic,
        status=error.status if error else 200,
        edition=edition,
        form=form,
        fields=fields,
        chosen=[each for each in fields if each.chosen],
        places=PLACES,
        cells=cells,
        most_shown=MOST_SHOWN_CELLS,
        error=_write_message(error) if error else "",
        error_target=_find_target(error, form) if error else "",
        nearest=_list_nearest(error) if error else [],
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


def _find_target(error: ApiError, form: TableForm) -> str:
    """The part of the page that an error is about."""
    if isinstance(error, FormError):
        return error.place or "fields"
    if error.content["errorType"] == "NOT_AVAILABLE" and len(form.fields) > 1:
        return form.fields[-1].field
    return form.fields[0].field if error.content["errorType"] == "CELL_COUNT" else "fields"


def _write_message(error: ApiError) -> str:
    if error.content.get("nearest"):
        return "These fields are not published together at these levels. Choose other levels."
    return str(error)


def _list_nearest(error: ApiError) -> list[str]:
    """The crossings that are published, in words."""
    return [
        ", ".join(
            f"{FIELD_LABELS[field.field].lower()} ({value_set.label.lower()})"
            for field, value_set in (DATABASE.value_set_by_uri[uri] for uri in each["levels"])
        )
        for each in error.content.get("nearest", [])
    ]
