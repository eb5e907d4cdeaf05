"""The ready-made tables, as forms that a reader can go on from."""

from __future__ import annotations

from nino_assets.service.levels import LEVELS
from nino_assets.service.saved_tables import SAVED_TABLES, SavedTable
from nino_assets.service.table_form import COLUMNS, ROWS, FormField, TableForm

_QUARTERS = 8


def list_ready_tables() -> list[tuple[str, str]]:
    """List each ready-made table with the query of its address."""
    return [(each.label, build_form(each).write_address()) for each in SAVED_TABLES]


def build_form(saved: SavedTable) -> TableForm:
    """Build the form of a ready-made table, of its newest periods."""
    fields = tuple(
        FormField(
            field,
            next(level for level in LEVELS[field].values() if level.value_set.name == value_set),
            place=COLUMNS if field == saved.columns else ROWS,
            total=field in saved.totals,
        )
        for field, value_set in saved.fields.items()
    )
    return TableForm(fields, latest=saved.years or _QUARTERS, shown=True)
